"""Duo as second factor (product-facts.md#duo)."""

from typing import Any
from urllib.parse import urlsplit

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.accounts import Account

Json = Any


def offered(call: RequestContext, account: Account, *, offer: bool = True) -> dict[str, Json]:
    """Return the prompt's address where the request says where it leads to, and the account has or may enrol Duo.

    Raise DUO_REDIRECT_URI_INVALID, DUO_REDIRECT_URI_NOT_ALLOWED.
    """
    if not call.settings.mfa_duo:
        return {}
    redirect_uri = call.query.get("duoredirecturi")
    if redirect_uri and not _is_web_address(redirect_uri):
        raise ApiError(ErrorCode.DUO_REDIRECT_URI_INVALID)
    call.allowed_url("duoredirecturi", ErrorCode.DUO_REDIRECT_URI_NOT_ALLOWED)
    if not redirect_uri or not (offer or account.second_factors().duo):
        return {"DuoAuthEndpoint": None}
    return {"DuoAuthEndpoint": call.tenant.duo.endpoint(account.uid, redirect_uri, call.settings)}


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)
