"""Cross-device log-in: a page shows a code, a phone that is logged in scans it (product-facts.md#cross-device)."""

from base64 import b64encode
from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.login import finish
from loginradius_harness.emulator.state.federation.records import PageCode

Json = Any

SECONDS = 60  # life of a code unless the page asks for another


@handles("cross_device_sso.generate_code")
def generate_code(call: RequestContext) -> Json:
    """Return a new code."""
    codes = call.tenant.federation.page_codes
    for late in [code for code, known in codes.scan() if known.expires <= call.now]:
        codes.remove(late)
    expires = call.now + call.query.get("expiry", SECONDS)
    code = b64encode(f"{call.tenant.identifiers.guid()}#{iso(expires)}".encode()).decode()
    codes.put(code, PageCode(expires=expires))
    return {"code": code}


@handles("cross_device_sso.map_code_to_token")
def map_code_to_token(call: RequestContext) -> Json:
    """Let the page log in as the phone's user."""
    _known(call, call.body["code"]).uid = call.account.uid
    return {"isPosted": True}


@handles("cross_device_sso.ping")
def ping(call: RequestContext) -> Json:
    """Return an access token of the page's own, once a phone has answered; the code is used up by that (inferred)."""
    code = call.query["code"]
    uid = _known(call, code).uid
    account = call.tenant.accounts.by_uid(uid) if uid else None
    if account is None:
        return {"access_token": None}
    call.tenant.federation.page_codes.remove(code)
    return {"access_token": finish(call, account)["access_token"]}


def _known(call: RequestContext, code: str) -> PageCode:
    """Return a live code. Raise PARAMETER_MALFORMED for one that is unknown, used or late (inferred)."""
    known = call.tenant.federation.page_codes.get(code)
    if known is None or known.expires <= call.now:
        raise ApiError(ErrorCode.PARAMETER_MALFORMED)
    return known
