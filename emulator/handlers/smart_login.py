"""Smart login: a mail opened on any device logs in the one that asked for it (domain 3.14)."""

from typing import Any

from emulator import waiting
from emulator.accounts import Account
from emulator.call import Call
from emulator.errors import ApiError
from emulator.registry import handles
from emulator.waiting import SMART_LOGIN

Json = Any


@handles("smart_login.by_email")
def send_by_email(call: Call) -> Json:
    """Mail the link to the given address."""
    waiting.demand(call, SMART_LOGIN)
    address = call.query["email"]
    account = call.tenant.accounts.by_email(address)
    if account is None:
        raise ApiError(938)
    return _mail(call, account, address)


@handles("smart_login.by_username")
def send_by_username(call: Call) -> Json:
    """Mail the link to the person's own address; 1039 where there is none."""
    waiting.demand(call, SMART_LOGIN)
    account = call.tenant.accounts.by_username(call.query["username"])
    if account is None:
        raise ApiError(938)
    if account.primary is None:
        raise ApiError(1039)
    return _mail(call, account, account.primary.value)


def _mail(call: Call, account: Account, address: str) -> Json:
    url, template = call.allowed_url("redirectUrl"), call.query.get("smartLoginEmailTemplate")
    ticket = waiting.wait(call, SMART_LOGIN, call.query["clientGuid"], account, address)
    call.tenant.messages.link(ticket, address, url=url, template=template)
    return {"IsPosted": True}


@handles("smart_login.verify_token")
def open_link(call: Call) -> Json:
    """The person opened the link."""
    return waiting.open_link(call, SMART_LOGIN)


@handles("smart_login.ping")
def ping(call: Call) -> Json:
    """The waiting device asks."""
    return waiting.ping(call, SMART_LOGIN)
