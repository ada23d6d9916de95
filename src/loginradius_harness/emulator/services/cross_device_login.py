"""Log-ins that wait for a link opened on another device (smart login, one touch).

Source: product-facts.md#passwordless.
"""

from dataclasses import dataclass
from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.login import check_lock, finish, require_plain_login, require_usable_account
from loginradius_harness.emulator.services.verification import mark_verified
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.single_use_tokens import SingleUseToken

Json = Any


@dataclass(frozen=True, slots=True)
class Flow:
    """One of the two flows: its switch, the kind of its links, and its refusals."""

    name: str
    switch: str  # name of a setting
    kind: str
    off: int
    opened: int  # the link was opened before
    used: int  # the log-in was taken


SMART_LOGIN = Flow(
    "smart_login",
    "smart_login",
    "smartlogin",
    off=ErrorCode.SMART_LOGIN_DISABLED,
    opened=ErrorCode.SMART_LOGIN_LINK_ALREADY_VERIFIED,
    used=ErrorCode.SMART_LOGIN_LINK_ALREADY_USED,
)
ONE_TOUCH = Flow(
    "one_touch_login",
    "one_touch",
    "onetouchlogin",
    off=ErrorCode.ONE_TOUCH_LOGIN_DISABLED,
    opened=ErrorCode.ONE_TOUCH_LOGIN_LINK_ALREADY_USED,
    used=ErrorCode.ONE_TOUCH_LOGIN_LINK_ALREADY_USED,
)
TAKEN = ErrorCode.SMART_LOGIN_LINK_ALREADY_USED  # both flows share the ping, and it answers a log-in once


def require_request(call: RequestContext, flow: Flow) -> None:
    """Check that the flow is on; raise its own code where it is off.

    Raise MFA_LOGIN_REQUIRED where multi-factor is on, which a link alone would bypass.
    """
    if not getattr(call.settings, flow.switch):
        raise ApiError(flow.off)
    require_plain_login(call)


def require_open_request(call: RequestContext, guid: str) -> None:
    """Raise CLIENT_GUID_ALREADY_USED for a client GUID that was used before, by whichever flow."""
    if guid in call.tenant.client_guids:
        raise ApiError(ErrorCode.CLIENT_GUID_ALREADY_USED)


def wait(call: RequestContext, flow: Flow, guid: str, account: Account, address: str) -> SingleUseToken:
    """Let a device wait under its client GUID; return the token of the link that lets it in.

    Raise CLIENT_GUID_ALREADY_USED, ACCOUNT_BLOCKED, ACCOUNT_LOGIN_DISABLED.
    """
    require_open_request(call, guid)
    require_usable_account(account)
    tenant = call.tenant
    token = tenant.single_use_tokens.issue(
        flow.kind, account.uid, call.settings, sibling=guid, email=address, client_guid=guid
    )
    waiting = {"flow": flow.name, "uid": account.uid, "expires": token.expires, "opened": False, "taken": False}
    tenant.client_guids.put(guid, waiting)
    return token


def open_link(call: RequestContext, flow: Flow) -> Json:
    """Verify the address of an opened link and let the device in at its next ping."""
    require_request(call, flow)
    token = call.tenant.single_use_tokens.find(flow.kind, call.query["verificationToken"])
    account = call.tenant.holder(token)
    require_usable_account(account)
    waiting = _waiting(call, flow, token.data["client_guid"])
    if waiting["taken"] or waiting["opened"]:
        raise ApiError(flow.used if waiting["taken"] else flow.opened)
    waiting["opened"] = True
    mark_verified(call, account, token.data["email"])
    return {"IsPosted": True, "IsVerified": True}


def _waiting(call: RequestContext, flow: Flow, guid: str) -> dict[str, Json]:
    waiting = call.tenant.client_guids.get(guid)
    if waiting is None or waiting["flow"] != flow.name:
        raise ApiError(ErrorCode.CLIENT_GUID_INVALID)
    return waiting


def ping(call: RequestContext, flow: Flow) -> Json:
    """Return the login response once the link was opened; it is given out once.

    Raise SMART_LOGIN_LINK_NOT_VERIFIED before that, SMART_LOGIN_LINK_ALREADY_USED after that, CLIENT_GUID_INVALID for
    an unknown or expired client GUID.
    """
    require_request(call, flow)
    waiting = _waiting(call, flow, call.query["clientGuid"])
    if waiting["taken"]:
        raise ApiError(TAKEN)
    if waiting["expires"] <= call.now:
        raise ApiError(ErrorCode.CLIENT_GUID_INVALID)
    if not waiting["opened"]:
        raise ApiError(ErrorCode.SMART_LOGIN_LINK_NOT_VERIFIED)
    account = call.tenant.managed_account(waiting["uid"])
    check_lock(call, account)
    body = finish(call, account)
    waiting["taken"] = True
    return body
