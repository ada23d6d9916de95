"""One touch login: a mailed link or a texted code lets anybody in, strangers as new users (domain 3.14)."""

from typing import Any

from emulator import profile, waiting
from emulator.accounts import Account, Email
from emulator.call import Call
from emulator.errors import ApiError
from emulator.login import captcha_given, captcha_solved, check_code, demand_usable, finish
from emulator.registration import join
from emulator.registry import handles
from emulator.waiting import ONE_TOUCH

Json = Any

PURPOSE = ONE_TOUCH.kind


@handles("one_touch_login.by_email")
def send_by_email(call: Call) -> Json:
    """Mail a link to anybody's address."""
    _demand_captcha(call)
    return _mail(call, call.body, call.query.get("oneTouchLoginEmailTemplate"))


@handles("one_touch_login.by_email_legacy")
def send_by_email_without_body(call: Call) -> Json:
    """The older form, everything in the query."""
    return _mail(call, call.query, call.query.get("onetouchloginemailtemplate"))


def _demand_captcha(call: Call) -> None:
    """1218 for a wrong captcha answer; the product does not insist on one."""
    if captcha_given(call) is not None and not captcha_solved(call):
        raise ApiError(1218)


def _mail(call: Call, asked: dict[str, Json], template: str | None) -> Json:
    waiting.demand(call, ONE_TOUCH)
    waiting.demand_fresh(call, asked["clientguid"])
    address, url = asked["email"], call.allowed_url("redirecturl")
    account = call.tenant.accounts.by_email(address)
    if account is None:
        account = join(call, emails=[Email(type="Primary", value=address)], fields=_named(asked))
    ticket = waiting.wait(call, ONE_TOUCH, asked["clientguid"], account, address)
    call.tenant.messages.link(ticket, address, url=url, template=template)
    return {"IsPosted": True}


def _named(asked: dict[str, Json]) -> dict[str, Json]:
    """What a stranger's profile starts with; 1214 for markup in the name."""
    return profile.merged({}, {"FirstName": asked.get("name")})


@handles("one_touch_login.by_phone")
def send_by_phone(call: Call) -> Json:
    """Text or speak a code to anybody's number."""
    _demand_captcha(call)
    return _text(call, call.body, call.query.get("smsTemplate"), voice=call.query.get("isVoiceOtp", False))


@handles("one_touch_login.by_phone_legacy")
def send_by_phone_without_body(call: Call) -> Json:
    """The older form, everything in the query."""
    return _text(call, call.query, call.query.get("smstemplate"))


def _text(call: Call, asked: dict[str, Json], template: str | None, *, voice: bool = False) -> Json:
    waiting.demand(call, ONE_TOUCH)
    account = call.tenant.accounts.by_phone(asked["phone"])
    if account is None:
        account = join(call, phone=asked["phone"], fields=_named(asked))
    demand_usable(account)
    return {"Data": call.tenant.messages.sms_code(PURPOSE, asked["phone"], account.uid, template=template, voice=voice)}


@handles("one_touch_login.verify_otp")
def log_in_by_code(call: Call) -> Json:
    """The code of an SMS: the number is verified, and the person is in."""
    waiting.demand(call, ONE_TOUCH)
    account = call.tenant.accounts.by_phone(call.body["phone"])
    if account is None:
        raise ApiError(938)
    check_code(call, account, PURPOSE, call.body["phone"], call.query["otp"])
    _mark_phone_verified(call, account)
    return finish(call, account, provider="Phone")


def _mark_phone_verified(call: Call, account: Account) -> None:
    if not account.phone_verified:
        account.phone_verified, account.modified = True, call.now
        call.tenant.webhooks.fire("VerifyPhoneNumber", account)


@handles("one_touch_login.verify_email")
def open_link(call: Call) -> Json:
    """The person opened the link."""
    return waiting.open_link(call, ONE_TOUCH)


@handles("one_touch_login.ping")
def ping(call: Call) -> Json:
    """The waiting device asks."""
    return waiting.ping(call, ONE_TOUCH)
