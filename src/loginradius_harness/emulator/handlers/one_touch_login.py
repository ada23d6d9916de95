"""One touch login: a mailed link or a texted code logs in anybody; unknown users are registered.

Source: product-facts.md#passwordless.
"""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import cross_device_login
from loginradius_harness.emulator.services.cross_device_login import ONE_TOUCH
from loginradius_harness.emulator.services.login import (
    captcha_given,
    captcha_solved,
    check_code,
    finish,
    require_usable_account,
)
from loginradius_harness.emulator.services.registration import create_account
from loginradius_harness.emulator.state import profile
from loginradius_harness.emulator.state.accounts import Account, Email

Json = Any

PURPOSE = ONE_TOUCH.kind


@handles("one_touch_login.by_email")
def send_by_email(call: RequestContext) -> Json:
    """Mail a link to any address."""
    _require_captcha(call)
    return _mail(call, call.body, call.query.get("oneTouchLoginEmailTemplate"))


@handles("one_touch_login.by_email_legacy")
def send_by_email_without_body(call: RequestContext) -> Json:
    """Mail a link in the older form, with everything in the query."""
    return _mail(call, call.query, call.query.get("onetouchloginemailtemplate"))


def _require_captcha(call: RequestContext) -> None:
    """Check the captcha answer, where one is sent.

    Raise CAPTCHA_INCORRECT.
    """
    if captcha_given(call) is not None and not captcha_solved(call):
        raise ApiError(ErrorCode.CAPTCHA_INCORRECT)


def _mail(call: RequestContext, asked: dict[str, Json], template: str | None) -> Json:
    cross_device_login.require_request(call, ONE_TOUCH)
    cross_device_login.require_open_request(call, asked["clientguid"])
    address, url = asked["email"], call.allowed_url("redirecturl")
    account = call.tenant.accounts.by_email(address)
    if account is None:
        account = create_account(call, emails=[Email(type="Primary", value=address)], fields=_named(asked))
    token = cross_device_login.wait(call, ONE_TOUCH, asked["clientguid"], account, address)
    call.tenant.messages.link(token, address, url=url, template=template)
    return {"IsPosted": True}


def _named(asked: dict[str, Json]) -> dict[str, Json]:
    """Return the members that a new user's profile starts with.

    Raise MARKUP_NOT_ALLOWED for markup in the name.
    """
    return profile.merged({}, {"FirstName": asked.get("name")})


@handles("one_touch_login.by_phone")
def send_by_phone(call: RequestContext) -> Json:
    """Send a code to any number, by SMS or voice."""
    _require_captcha(call)
    return _text(call, call.body, call.query.get("smsTemplate"), voice=call.query.get("isVoiceOtp", False))


@handles("one_touch_login.by_phone_legacy")
def send_by_phone_without_body(call: RequestContext) -> Json:
    """Send a code in the older form, with everything in the query."""
    return _text(call, call.query, call.query.get("smstemplate"))


def _text(call: RequestContext, asked: dict[str, Json], template: str | None, *, voice: bool = False) -> Json:
    cross_device_login.require_request(call, ONE_TOUCH)
    account = call.tenant.accounts.by_phone(asked["phone"])
    if account is None:
        account = create_account(call, phone=asked["phone"], fields=_named(asked))
    require_usable_account(account)
    return {"Data": call.tenant.messages.sms_code(PURPOSE, asked["phone"], account.uid, template=template, voice=voice)}


@handles("one_touch_login.verify_otp")
def log_in_by_code(call: RequestContext) -> Json:
    """Verify the number by the code of an SMS and log in."""
    cross_device_login.require_request(call, ONE_TOUCH)
    account = call.tenant.accounts.by_phone(call.body["phone"])
    if account is None:
        raise ApiError(ErrorCode.ACCOUNT_NOT_FOUND)
    check_code(call, account, PURPOSE, call.body["phone"], call.query["otp"])
    _mark_phone_verified(call, account)
    return finish(call, account, provider="Phone")


def _mark_phone_verified(call: RequestContext, account: Account) -> None:
    if not account.phone_verified:
        account.phone_verified, account.modified = True, call.now
        call.tenant.webhooks.fire("VerifyPhoneNumber", account)


@handles("one_touch_login.verify_email")
def open_link(call: RequestContext) -> Json:
    """Confirm a waiting log-in by its link."""
    return cross_device_login.open_link(call, ONE_TOUCH)


@handles("one_touch_login.ping")
def ping(call: RequestContext) -> Json:
    """Return the login response to the waiting device."""
    return cross_device_login.ping(call, ONE_TOUCH)
