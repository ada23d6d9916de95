"""Generates tokens of mail links, for servers that send their own mail (product-facts.md#account-management)."""

from collections.abc import Callable
from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import cross_device_login, email_addresses
from loginradius_harness.emulator.services.cross_device_login import ONE_TOUCH, SMART_LOGIN
from loginradius_harness.emulator.services.password_reset import owner
from loginradius_harness.emulator.services.registration import create_account
from loginradius_harness.emulator.state.accounts import Account, Email
from loginradius_harness.emulator.state.single_use_tokens import SingleUseToken

Json = Any

BY_ADDRESS = frozenset({"emailverification", "addemail", "passwordlesslogin"})  # one live token for each address


@handles("account.get_email_verification_token")
def get_email_verification_token(call: RequestContext) -> Json:
    """Return the token that a verification mail would carry.

    Raise VERIFICATION_TOKEN_EMAIL_ALREADY_VERIFIED for a verified address, EMAIL_VERIFICATION_DISABLED where the tenant
    does not verify.
    """
    token = _verification(call, owner(call), call.body["email"])
    return {"VerificationToken": token.value, "expires_in": iso(token.expires)}


@handles("account.get_forgot_password_token")
def get_forgot_password_token(call: RequestContext) -> Json:
    """Return the token that a reset mail would carry; `sendEmail` sends the mail as well."""
    account, url = owner(call), call.allowed_url("resetPasswordUrl")
    address = call.body.get("email") or _address_of(account)
    token = _issue(call, "forgotpassword", account, address)
    if call.query.get("sendEmail"):
        call.tenant.messages.link(token, address, url=url, template=call.query.get("emailTemplate"))
    return {"ForgotToken": token.value, "IdentityProviders": _providers(account)}


@handles("account.generate_email_token")
def generate_email_token(call: RequestContext) -> Json:
    """Generate a token of one of eight types.

    Raise TOKEN_TYPE_INVALID for another type.
    """
    make = _EMAIL_TOKENS.get(call.path["tokentype"].lower())
    if make is None:
        raise ApiError(ErrorCode.TOKEN_TYPE_INVALID)
    token = make(call)
    account = call.tenant.holder(token)
    return {"Token": token.value, "ExpiresIn": iso(token.expires), "IdentityProviders": _providers(account)}


def _issue(call: RequestContext, kind: str, account: Account, address: str) -> SingleUseToken:
    """Issue a token as its mail would carry it.

    Raise TOKEN_GENERATION_LIMIT_EXCEEDED over quota.
    """
    call.tenant.messages.count("token", account.uid)
    sibling = address if kind in BY_ADDRESS else ""
    return call.tenant.single_use_tokens.issue(kind, account.uid, call.settings, sibling=sibling, email=address)


def _verification(call: RequestContext, account: Account, address: str) -> SingleUseToken:
    email = account.email(address)
    if call.settings.email_verification == "disabled":
        raise ApiError(ErrorCode.EMAIL_VERIFICATION_DISABLED)
    if email is None:
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_SUCH_EMAIL)
    if email.verified:
        raise ApiError(ErrorCode.VERIFICATION_TOKEN_EMAIL_ALREADY_VERIFIED)
    return _issue(call, "emailverification", account, address)


def _named(call: RequestContext) -> Account:
    """Return the account that `Uid`, `Email` or `Username` of the body names.

    Raise EMAIL_UID_OR_PHONE_REQUIRED, ACCOUNT_NOT_FOUND.
    """
    accounts, sent = call.tenant.accounts, call.body
    finders = {"Uid": accounts.by_uid, "Email": accounts.by_email, "Username": accounts.by_username}
    given = next((name for name in finders if sent.get(name)), None)
    if given is None:
        raise ApiError(ErrorCode.EMAIL_UID_OR_PHONE_REQUIRED)
    account = finders[given](sent[given])
    if account is None:
        raise ApiError(ErrorCode.ACCOUNT_NOT_FOUND)
    return account


def _address_of(account: Account) -> str:
    if account.primary is None:
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_EMAIL_PROFILE)
    return account.primary.value


def _providers(account: Account) -> list[str] | None:
    return [identity.provider for identity in account.identities or ()] or None


def _plain(kind: str, switch: str | None = None, off: int = 0) -> Callable[[RequestContext], SingleUseToken]:
    """Generate a token that needs an account and the address of the mail.

    `off` is the error to raise where the feature is disabled.
    """

    def make(call: RequestContext) -> SingleUseToken:
        if switch is not None and not getattr(call.settings, switch):
            raise ApiError(off)
        account = _named(call)
        return _issue(call, kind, account, call.body.get("Email") or _address_of(account))

    return make


def _email_verification(call: RequestContext) -> SingleUseToken:
    account = _named(call)
    return _verification(call, account, call.body.get("Email") or _address_of(account))


def _added_email(call: RequestContext) -> SingleUseToken:
    """Add the address to the profile, unverified.

    Raise EMAIL_ALREADY_EXISTS, EMAIL_TYPE_ALREADY_EXISTS.
    """
    sent = call.body
    if not (sent.get("Uid") and sent.get("Email")):
        raise ApiError(ErrorCode.EMAIL_UID_OR_PHONE_REQUIRED)
    account = call.tenant.managed_account(sent["Uid"])
    email_addresses.add(call, account, sent["Email"], sent.get("Type", "Secondary"))
    return _issue(call, "addemail", account, sent["Email"])


def _waiting(flow: cross_device_login.Flow) -> Callable[[RequestContext], SingleUseToken]:
    """Generate a token that logs in a waiting device; one touch accepts unknown users.

    Raise CLIENT_GUID_INVALID without its client GUID.
    """

    def make(call: RequestContext) -> SingleUseToken:
        cross_device_login.require_request(call, flow)
        if not call.body.get("ClientGuid"):
            raise ApiError(ErrorCode.CLIENT_GUID_INVALID)
        account = _one_touch_account(call) if flow is ONE_TOUCH else _named(call)
        call.tenant.messages.count("token", account.uid)
        return cross_device_login.wait(call, flow, call.body["ClientGuid"], account, _address_of(account))

    return make


def _one_touch_account(call: RequestContext) -> Account:
    address = call.body.get("Email")
    if address is None or call.tenant.accounts.by_email(address):
        return _named(call)
    return create_account(call, emails=[Email(type="Primary", value=address)])


_EMAIL_TOKENS: dict[str, Callable[[RequestContext], SingleUseToken]] = {
    "emailverification": _email_verification,
    "addemail": _added_email,
    "forgotpassword": _plain("forgotpassword"),
    "deleteuser": _plain("deleteuser"),
    "passwordlesslogin": _plain("passwordlesslogin", "passwordless", ErrorCode.PASSWORDLESS_LOGIN_DISABLED),
    "forgotpin": _plain("forgotpin", "pin", ErrorCode.PIN_LOGIN_DISABLED),
    "onetouchlogin": _waiting(ONE_TOUCH),
    "autologin": _waiting(SMART_LOGIN),  # the older name of smart login
}
