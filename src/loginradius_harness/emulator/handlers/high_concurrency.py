"""The high concurrency API; the emulator keeps its users with all others (product-facts.md#high-concurrency)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.first_factor import CAPTCHA_APIS
from loginradius_harness.emulator.services.login import check_password, finish, require_captcha
from loginradius_harness.emulator.services.password_policy import check_policy
from loginradius_harness.emulator.services.registration import create_account, stored_username
from loginradius_harness.emulator.state.profile import render

Json = Any

TOKENS = ("access_token", "refresh_token", "expires_in")


def _require_api(call: RequestContext) -> None:
    """Check that the tenant has this API. Raise ENDPOINT_NOT_IN_PLAN."""
    if not call.settings.high_concurrency:
        raise ApiError(ErrorCode.ENDPOINT_NOT_IN_PLAN)


@handles("high_concurrency.check_email")
def check_email(call: RequestContext) -> Json:
    """Return whether an account has the address."""
    _require_api(call)
    return {"Exists": call.tenant.accounts.by_email(call.body["email"]) is not None}


@handles("high_concurrency.check_phone")
def check_phone(call: RequestContext) -> Json:
    """Return whether an account has the number."""
    _require_api(call)
    return {"Exists": call.tenant.accounts.by_phone(call.body["phone"]) is not None}


@handles("high_concurrency.check_username")
def check_username(call: RequestContext) -> Json:
    """Return whether an account has the user name."""
    _require_api(call)
    return {"Exists": call.tenant.accounts.by_username(call.body["username"]) is not None}


@handles("high_concurrency.register_by_username")
async def register(call: RequestContext) -> Json:
    """Create an account of a user name and a password; return its profile."""
    _require_api(call)
    name, password = stored_username(call, call.body["username"]), call.body["password"]
    if call.tenant.accounts.by_username(call.body["username"]) is not None:
        raise ApiError(ErrorCode.USERNAME_ALREADY_EXISTS)
    account = create_account(call, username=name, provider="Email")
    check_policy(password, account, call.settings)
    account.password = await call.tenant.passwords.hash(password, call.settings.hash_rounds)
    account.password_changed = call.now
    return render(account, call.settings)


@handles("high_concurrency.login_by_username")
async def log_in(call: RequestContext) -> Json:
    """Log in with the password; return tokens without a profile."""
    _require_api(call)
    account = call.tenant.accounts.by_username(call.body["username"])
    if account is None:
        raise ApiError(ErrorCode.ACCOUNT_NOT_FOUND)
    require_captcha(call, CAPTCHA_APIS["username"])
    await check_password(call, account, call.body["password"])
    session = finish(call, account)
    return {name: session[name] for name in TOKENS}


@handles("high_concurrency.get_profile_by_email")
def get_profile(call: RequestContext) -> Json:
    """Return the profile of the access token's account, which must have the address (inferred).

    Raise ACCOUNT_HAS_NO_SUCH_EMAIL.
    """
    _require_api(call)
    if call.account.email(call.query["email"]) is None:
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_SUCH_EMAIL)
    return render(call.account, call.settings)
