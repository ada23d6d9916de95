"""Smart login: a link opened on any device logs in the device that requested it (product-facts.md#passwordless)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import cross_device_login
from loginradius_harness.emulator.services.cross_device_login import SMART_LOGIN
from loginradius_harness.emulator.state.accounts import Account

Json = Any


@handles("smart_login.by_email")
def send_by_email(call: RequestContext) -> Json:
    """Mail the link to the given address."""
    cross_device_login.require_request(call, SMART_LOGIN)
    address = call.query["email"]
    account = call.tenant.accounts.by_email(address)
    if account is None:
        raise ApiError(ErrorCode.ACCOUNT_NOT_FOUND)
    return _mail(call, account, address)


@handles("smart_login.by_username")
def send_by_username(call: RequestContext) -> Json:
    """Mail the link to the user's own address.

    Raise ACCOUNT_HAS_NO_EMAIL_PROFILE where there is none.
    """
    cross_device_login.require_request(call, SMART_LOGIN)
    account = call.tenant.accounts.by_username(call.query["username"])
    if account is None:
        raise ApiError(ErrorCode.ACCOUNT_NOT_FOUND)
    if account.primary is None:
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_EMAIL_PROFILE)
    return _mail(call, account, account.primary.value)


def _mail(call: RequestContext, account: Account, address: str) -> Json:
    url, template = call.allowed_url("redirectUrl"), call.query.get("smartLoginEmailTemplate")
    token = cross_device_login.wait(call, SMART_LOGIN, call.query["clientGuid"], account, address)
    call.tenant.messages.link(token, address, url=url, template=template)
    return {"IsPosted": True}


@handles("smart_login.verify_token")
def open_link(call: RequestContext) -> Json:
    """Confirm a waiting log-in by its link."""
    return cross_device_login.open_link(call, SMART_LOGIN)


@handles("smart_login.ping")
def ping(call: RequestContext) -> Json:
    """Return the login response to the waiting device."""
    return cross_device_login.ping(call, SMART_LOGIN)
