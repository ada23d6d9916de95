"""Passwordless login: a mailed link, a mailed code or a texted code replaces the password.

Source: product-facts.md#passwordless.
"""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import registration
from loginradius_harness.emulator.services.login import (
    check_code,
    check_lock,
    finish,
    require_plain_login,
    require_usable_account,
)
from loginradius_harness.emulator.services.organizations import invitations
from loginradius_harness.emulator.services.registration import create_account
from loginradius_harness.emulator.services.verification import mark_verified
from loginradius_harness.emulator.state.accounts import Account, Email, phone_key

Json = Any

PURPOSE = "passwordlesslogin"  # kind of the links and purpose of the codes


def _require_passwordless(call: RequestContext) -> None:
    """Check that the tenant allows passwordless login.

    Raise PASSWORDLESS_LOGIN_DISABLED where it is off, MFA_LOGIN_REQUIRED where multi-factor authentication is on: the
    two cannot be combined.
    """
    if not call.settings.passwordless:
        raise ApiError(ErrorCode.PASSWORDLESS_LOGIN_DISABLED)
    require_plain_login(call)


@handles("passwordless_login.by_email")
def send_by_email(call: RequestContext) -> Json:
    """Mail the given address, verified or not.

    An unknown user is registered where the tenant requires no registration.
    """
    _require_passwordless(call)
    address = call.query["email"]
    if call.settings.no_registration_passwordless and call.tenant.accounts.by_email(address) is None:
        create_account(call, emails=[Email(type="Primary", value=address)])
    return _mail(call, _by_email(call, address), address)


@handles("passwordless_login.by_email_with_profile")
async def send_by_email_with_profile(call: RequestContext) -> Json:
    """Mail the given address; an unknown one is registered with the profile where the tenant allows that."""
    _require_passwordless(call)
    address = next(item["Value"] for item in call.body["Email"])
    if call.tenant.accounts.by_email(address) is None:
        await _register(call, "Email")
    return _mail(call, _by_email(call, address), address)


async def _register(call: RequestContext, identifier: str) -> None:
    """Create an account without a password, with one kind of identifier; the request's others are ignored.

    Raise ACCOUNT_NOT_FOUND where the tenant demands registration, and the codes of `registration.register`.
    """
    if not call.settings.no_registration_passwordless:
        raise ApiError(ErrorCode.ACCOUNT_NOT_FOUND)
    ignored = {"Email", "PhoneId", "UserName", "Password"} - {identifier}
    call.body = {name: value for name, value in call.body.items() if name not in ignored}
    call.tenant.webhooks.fire("Register", await registration.register(call))


@handles("passwordless_login.by_username")
def send_by_username(call: RequestContext) -> Json:
    """Mail the user's own address.

    Raise ACCOUNT_HAS_NO_EMAIL_PROFILE where there is none.
    """
    _require_passwordless(call)
    account = _by_username(call, call.query["username"])
    return _mail(call, account, _address_of(account))


def _by_email(call: RequestContext, address: str) -> Account:
    account = call.tenant.accounts.by_email(address)
    if account is None:
        raise ApiError(ErrorCode.ACCOUNT_NOT_FOUND)
    return account


def _by_username(call: RequestContext, username: str) -> Account:
    account = call.tenant.accounts.by_username(username)
    if account is None:
        raise ApiError(ErrorCode.ACCOUNT_NOT_FOUND)
    return account


def _by_phone(call: RequestContext, phone: str) -> Account:
    account = call.tenant.accounts.by_phone(phone)
    if account is None:
        raise ApiError(ErrorCode.ACCOUNT_NOT_FOUND)
    if not account.phone_verified:
        raise ApiError(ErrorCode.PHONE_NOT_VERIFIED)
    return account


def _address_of(account: Account) -> str:
    if account.primary is None:
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_EMAIL_PROFILE)
    return account.primary.value


def _mail(call: RequestContext, account: Account, address: str) -> Json:
    """Mail a link or, where the tenant mails codes, a code. It remembers the invitation that the request names."""
    require_usable_account(account)
    invitation = invitations.token_offered(call, account)
    url, template = call.allowed_url("verificationUrl"), call.query.get("passwordLessLoginTemplate")
    tenant = call.tenant
    if call.settings.otp_email_verification:
        tenant.messages.mail_code(PURPOSE, address, account.uid, template=template, invitation=invitation)
    else:
        token = tenant.single_use_tokens.issue(
            PURPOSE, account.uid, call.settings, sibling=address, email=address, invitation=invitation
        )
        tenant.messages.link(token, address, url=url, template=template)
    return {"IsPosted": True}


@handles("passwordless_login.by_phone")
def send_by_phone(call: RequestContext) -> Json:
    """Send a code to a verified number, by SMS or voice."""
    _require_passwordless(call)
    return {"Data": _text(call, _by_phone(call, call.query["phone"]), call.query["phone"])}


@handles("passwordless_login.by_phone_with_profile")
async def send_by_phone_with_profile(call: RequestContext) -> Json:
    """Send a code to a number; an unknown one is registered with the profile where the tenant allows that."""
    _require_passwordless(call)
    phone = call.body["PhoneId"]
    account = call.tenant.accounts.by_phone(phone)
    if account is None:
        await _register(call, "PhoneId")
        account = call.tenant.accounts.by_phone(phone)
    return {"IsPosted": True, "Data": _text(call, account or _by_phone(call, phone), phone)}


def _text(call: RequestContext, account: Account, phone: str) -> Json:
    """Send a code by SMS or voice; return the provider's ids."""
    require_usable_account(account)
    template, voice = call.query.get("smsTemplate"), call.query.get("isVoiceOtp", False)
    return call.tenant.messages.sms_code(PURPOSE, phone, account.uid, template=template, voice=voice)


@handles("passwordless_login.verify_link")
def log_in_by_link(call: RequestContext) -> Json:
    """Log in by a link, which also verifies the address that it was mailed to."""
    _require_passwordless(call)
    token = call.tenant.single_use_tokens.find(PURPOSE, call.query["verificationToken"])
    account = call.tenant.holder(token)
    require_usable_account(account)
    check_lock(call, account)
    token.used = True
    mark_verified(call, account, token.data["email"])
    return finish(call, account, proof=token)


@handles("passwordless_login.verify_email_otp")
def log_in_by_email_code(call: RequestContext) -> Json:
    """Log in by the code of a mail and the address that it was sent to."""
    _require_passwordless(call)
    return _log_in_by_mailed_code(call, _by_email(call, call.body["email"]), call.body["email"])


@handles("passwordless_login.verify_username_otp")
def log_in_by_username_code(call: RequestContext) -> Json:
    """Log in by the code of a mail and the user name that requested it."""
    _require_passwordless(call)
    account = _by_username(call, call.body["username"])
    return _log_in_by_mailed_code(call, account, _address_of(account))


def _log_in_by_mailed_code(call: RequestContext, account: Account, address: str) -> Json:
    code = check_code(call, account, PURPOSE, address, call.body["otp"])
    mark_verified(call, account, address)
    return finish(call, account, proof=code)


@handles("passwordless_login.verify_phone_otp")
def log_in_by_phone_code(call: RequestContext) -> Json:
    """Log in by the code of an SMS, which verifies the number of an account that came without registration."""
    _require_passwordless(call)
    phone = call.body["phone"]
    account = call.tenant.accounts.by_phone(phone)
    if account is None or not call.tenant.codes.waits(PURPOSE, phone_key(phone)):
        account = _by_phone(call, phone)
    check_code(call, account, PURPOSE, phone, call.body["otp"])
    account.phone_verified = True
    return finish(call, account, provider="Phone")
