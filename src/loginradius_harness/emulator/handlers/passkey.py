"""Register, log in and recover with passkeys, and keep a list of them (product-facts.md#passkeys)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import passkeys, registration
from loginradius_harness.emulator.services.login import check_lock, finish, require_usable_account, require_verified
from loginradius_harness.emulator.state.accounts import Account, Passkey

Json = Any

RESET = "forgotpasskey"  # kind of the token of a reset mail


@handles("passkey.register_begin")
def register_begin(call: RequestContext) -> Json:
    """Return the options to create the passkey of a new account.

    Raise PASSKEY_LOGIN_REQUIRES_EMAIL_REGISTRATION for an identifier that is no address, EMAIL_ALREADY_EXISTS
    (inferred).
    """
    passkeys.require_on(call.settings)
    identifier = call.query["identifier"]
    if "@" not in identifier:
        raise ApiError(ErrorCode.PASSKEY_LOGIN_REQUIRES_EMAIL_REGISTRATION)
    if call.tenant.accounts.by_email(identifier) is not None:
        raise ApiError(ErrorCode.EMAIL_ALREADY_EXISTS)
    return passkeys.begin_creation(call, "register", call.tenant.identifiers.hex(), identifier, [])


@handles("passkey.register_finish")
async def register_finish(call: RequestContext) -> Json:
    """Create the account that the registration began with; a password of its profile is ignored (inferred).

    Raise PASSKEY_VERIFICATION_FAILED, also where the account would have another address (inferred).
    """
    passkeys.require_on(call.settings)
    ceremony, passkey = passkeys.finish_creation(call, "register")
    call.body.pop("Password", None)
    if ceremony.identifier.lower() not in {email["Value"].lower() for email in call.body["Email"]}:
        raise ApiError(ErrorCode.PASSKEY_VERIFICATION_FAILED)
    account = await registration.register(call, ceremony.uid)
    _keep(call, account, passkey)
    return registration.complete_registration(call, account)


@handles("passkey.login_begin")
def login_begin(call: RequestContext) -> Json:
    """Return the options to log in by a passkey of the account that the identifier names.

    Raise ACCOUNT_NOT_FOUND, PASSKEY_LOGIN_REQUIRES_EMAIL_REGISTRATION, ACCOUNT_HAS_NO_PASSKEY.
    """
    passkeys.require_on(call.settings)
    accounts, identifier = call.tenant.accounts, call.query["identifier"]
    account = accounts.by_email(identifier) or accounts.by_username(identifier) or accounts.by_phone(identifier)
    return passkeys.begin_request(call, "login", _with_passkey(account))


def _with_passkey(account: Account | None) -> Account:
    """Return an account that may log in by passkey."""
    if account is None:
        raise ApiError(ErrorCode.ACCOUNT_NOT_FOUND)
    if not account.emails:
        raise ApiError(ErrorCode.PASSKEY_LOGIN_REQUIRES_EMAIL_REGISTRATION)
    if not account.passkeys:
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_PASSKEY)
    return account


@handles("passkey.login_autofill_begin")
def login_autofill_begin(call: RequestContext) -> Json:
    """Return the options to log in by any passkey of the device."""
    _require_autofill(call)
    return passkeys.begin_request(call, "autofill")


@handles("passkey.login_finish")
def login_finish(call: RequestContext) -> Json:
    """Log in by the passkey that answers the challenge; no second factor is asked for (inferred)."""
    passkeys.require_on(call.settings)
    return _log_in(call, passkeys.finish_request(call, "login"))


@handles("passkey.login_autofill_finish")
def login_autofill_finish(call: RequestContext) -> Json:
    """Log in the account of the passkey that the user chose."""
    _require_autofill(call)
    return _log_in(call, passkeys.finish_request(call, "autofill"))


def _require_autofill(call: RequestContext) -> None:
    """Raise PASSKEY_AUTOFILL_DISABLED where the tenant's pages offer a button only."""
    passkeys.require_on(call.settings)
    if call.settings.passkey_selection == "Button":
        raise ApiError(ErrorCode.PASSKEY_AUTOFILL_DISABLED)


def _log_in(call: RequestContext, account: Account) -> Json:
    require_usable_account(account)
    check_lock(call, account)
    require_verified(call, account)
    return finish(call, account)


@handles("passkey.add_begin")
def add_begin(call: RequestContext) -> Json:
    """Return the options to create a further passkey of the caller."""
    passkeys.require_on(call.settings)
    account = call.account
    return passkeys.begin_creation(call, "add", account.uid, passkeys.name_of(account), account.passkeys)


@handles("passkey.add_finish")
def add_finish(call: RequestContext) -> Json:
    """Add the passkey and mail a notice; return the list."""
    passkeys.require_on(call.settings)
    _, passkey = passkeys.finish_creation(call, "add", call.account)
    _keep(call, call.account, passkey)
    call.tenant.messages.notice("addpasskey", call.account)
    return _list(call.account)


@handles("passkey.list_by_access_token")
def list_own(call: RequestContext) -> Json:
    """Return the caller's passkeys."""
    passkeys.require_on(call.settings)
    return _list(call.account)


@handles("passkey.list_by_uid")
def list_of_user(call: RequestContext) -> Json:
    """Return the passkeys of a user."""
    passkeys.require_on(call.settings)
    return _list(call.tenant.managed_account(call.query["uid"]))


@handles("passkey.delete_by_access_token")
def delete_own(call: RequestContext) -> Json:
    """Remove a passkey of the caller."""
    return _delete(call, call.account)


@handles("passkey.delete_by_uid")
def delete_of_user(call: RequestContext) -> Json:
    """Remove a passkey of a user."""
    return _delete(call, call.tenant.managed_account(call.query["uid"]))


def _delete(call: RequestContext, account: Account) -> Json:
    """Remove a passkey and mail a notice. Raise PASSKEY_ID_INVALID where the account has none with the id."""
    passkeys.require_on(call.settings)
    gone = next((passkey for passkey in account.passkeys if passkey.id == call.path["passkey_id"]), None)
    if gone is None:
        raise ApiError(ErrorCode.PASSKEY_ID_INVALID)
    account.passkeys.remove(gone)
    call.tenant.passkeys.drop(gone.credential_id)
    call.tenant.messages.notice("deletepasskey", account)
    return {"IsDeleted": True}


@handles("passkey.forgot")
def forgot(call: RequestContext) -> Json:
    """Mail a link to create a new passkey instead of a lost one."""
    passkeys.require_on(call.settings)
    account = _with_passkey(call.tenant.accounts.by_email(call.body["email"]))
    url = call.allowed_url("resetPasskeyUrl", ErrorCode.PASSKEY_RESET_URL_NOT_ALLOWED)
    token = call.tenant.single_use_tokens.issue(RESET, account.uid, call.settings)
    call.tenant.messages.link(token, call.body["email"], url=url, template=call.query.get("emailTemplate"))
    return {"IsPosted": True}


@handles("passkey.reset_begin")
def reset_begin(call: RequestContext) -> Json:
    """Return the options to create the new passkey; the mail's token stays good for the second call."""
    passkeys.require_on(call.settings)
    account = call.tenant.holder(call.tenant.single_use_tokens.find(RESET, call.query["vtoken"]))
    return passkeys.begin_creation(call, "reset", account.uid, passkeys.name_of(account), [])


@handles("passkey.reset_finish")
def reset_finish(call: RequestContext) -> Json:
    """Replace the user's passkeys, which are lost, by the new one (that all go is inferred)."""
    passkeys.require_on(call.settings)
    token = call.tenant.single_use_tokens.find(RESET, call.query["vtoken"])
    account = call.tenant.holder(token)
    require_usable_account(account)
    _, passkey = passkeys.finish_creation(call, "reset", account)
    token.used = True
    for lost in account.passkeys:
        call.tenant.passkeys.drop(lost.credential_id)
    account.passkeys = []
    _keep(call, account, passkey)
    call.tenant.messages.notice("addpasskey", account)
    return {"IsPosted": True}


def _keep(call: RequestContext, account: Account, passkey: Passkey) -> None:
    account.passkeys.append(passkey)
    call.tenant.passkeys.keep(passkey.credential_id, account.uid)


def _list(account: Account) -> Json:
    return {"Credentials": [passkeys.shown(passkey) for passkey in account.passkeys]}
