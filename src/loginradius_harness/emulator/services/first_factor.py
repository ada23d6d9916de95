"""The first factor of every password login: the account that the request names, and its password.

Plain, multi-factor and risk-based logins share it: their bodies name an `email`, a `username` or a `phone`.

Source: product-facts.md#identifier-settings, #login.
"""

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import risk
from loginradius_harness.emulator.services.login import check_password, require_captcha, require_verified
from loginradius_harness.emulator.services.password_reset import require_unbreached_password
from loginradius_harness.emulator.state.accounts import Account

CAPTCHA_APIS = {
    "email": "PostLoginByEmailAndPassword",
    "username": "PostLoginByUserNameAndPassword",
    "phone": "PostLoginByPhoneAndPassword",
}


async def first_factor(call: RequestContext) -> Account:
    """Return the account that the request names and whose password it proves.

    What follows (MFA_LOGIN_REQUIRED, a challenge, a session) is the caller's.

    Raise USERNAME_LOGIN_REQUIRED, PHONE_LOGIN_REQUIRED, USERNAME_LOGIN_DISABLED, PHONE_LOGIN_DISABLED for an identifier
    that the tenant does not take, ACCOUNT_NOT_FOUND, CAPTCHA_MISSING_OR_INCORRECT, then those of `check_password`,
    `require_verified`, `risk.assess_login` and `require_unbreached_password`.
    """
    kind = next(name for name in CAPTCHA_APIS if name in call.body)
    account = _named(call, kind)
    require_captcha(call, CAPTCHA_APIS[kind])
    await check_password(call, account, call.body["password"])
    if kind != "phone":
        require_verified(call, account, call.body.get("email"))
    elif not account.phone_verified:
        raise ApiError(ErrorCode.PHONE_NOT_VERIFIED)
    risk.assess_login(call, account)
    require_unbreached_password(call, account, call.body["password"])
    return account


def _named(call: RequestContext, kind: str) -> Account:
    accounts, value = call.tenant.accounts, call.body[kind]
    _require_kind(call, kind)
    find = {"email": accounts.by_email, "username": accounts.by_username, "phone": accounts.by_phone}[kind]
    account = find(value)
    if account is None:
        raise ApiError(ErrorCode.ACCOUNT_NOT_FOUND)
    return account


def _require_kind(call: RequestContext, kind: str) -> None:
    """Check that the tenant takes this identifier for a login."""
    settings = call.settings
    if kind == "username" and not settings.username_login:
        raise ApiError(ErrorCode.USERNAME_LOGIN_DISABLED)
    if kind != "username" and settings.duplicate_emails:
        raise ApiError(ErrorCode.USERNAME_LOGIN_REQUIRED)
    if kind == "email" and settings.phone_login and not settings.email_login_with_phone_login:
        raise ApiError(ErrorCode.PHONE_LOGIN_REQUIRED)
    if kind == "phone" and not settings.phone_login:
        raise ApiError(ErrorCode.PHONE_LOGIN_DISABLED)
