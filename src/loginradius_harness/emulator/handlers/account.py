"""Accounts as the tenant's own servers manage them (product-facts.md#account-management)."""

import re
from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import privacy_policy, registration
from loginradius_harness.emulator.state import profile
from loginradius_harness.emulator.state.accounts import Account, Email, phone_key

Json = Any

_UID = re.compile(r"[A-Za-z0-9_-]{1,50}")


@handles("account.create_account")
async def create_account(call: RequestContext) -> Json:
    """Create an account, verified unless the body says otherwise; no message is sent."""
    account = await registration.create(call)
    account.external_ids = call.body.get("ExternalIds")
    call.tenant.webhooks.fire("Register", account)
    return shown(call, account)


@handles("account.get_account_profile_by_email")
def get_account_profile_by_email(call: RequestContext) -> Json:
    """Return the oldest account with the address, verified or not (inferred)."""
    return shown(call, _known(call.tenant.accounts.by_email(call.query["email"]), ErrorCode.ACCOUNT_NOT_FOUND))


@handles("account.get_account_profile_by_username")
def get_account_profile_by_username(call: RequestContext) -> Json:
    """Return the account of a user name.

    Raise USERNAME_NOT_FOUND.
    """
    return shown(call, _known(call.tenant.accounts.by_username(call.query["userName"]), ErrorCode.USERNAME_NOT_FOUND))


@handles("account.get_account_profile_by_phone")
def get_account_profile_by_phone(call: RequestContext) -> Json:
    """Return the account of a phone number.

    Raise PHONE_NOT_FOUND.
    """
    return shown(call, _known(call.tenant.accounts.by_phone(call.query["phone"]), ErrorCode.PHONE_NOT_FOUND))


@handles("account.get_account_profile_by_uid")
def get_account_profile_by_uid(call: RequestContext) -> Json:
    """Return the account of the path."""
    return shown(call, managed(call))


@handles("account.get_account_identities_by_email")
def get_account_identities_by_email(call: RequestContext) -> Json:
    """Return every account with the address: several where the tenant allows duplicates."""
    return {"Data": [shown(call, account) for account in _all_with(call, call.query["email"])]}


@handles("account.update_account_by_uid")
def update_account_by_uid(call: RequestContext) -> Json:
    """Merge members into the profile; may also add addresses, set the phone, block, unlock and disable login.

    Raise EMAIL_ALREADY_EXISTS, PHONE_ALREADY_EXISTS where another account has the identifier.
    """
    account, sent = managed(call), call.body
    _require_free(call, account, sent)
    answers = registration.stored_answers(call, sent.get("SecurityQuestionAnswer"))
    name = registration.stored_username(call, sent.get("UserName") or None)
    nulls = call.query.get("nullSupport", False)
    profile.write(account, call.sent, call.now, nulls=nulls, known=call.settings.custom_fields)
    if name or (nulls and call.sent.get("UserName", "") is None):
        call.tenant.accounts.set_username(account, name)
    if answers:
        account.security_answers = {**(account.security_answers or {}), **answers}
    account.external_ids = sent.get("ExternalIds", account.external_ids)
    _set_identifiers(call, account, sent)
    was_active = account.active
    _set_access(call, account, sent)
    call.tenant.webhooks.fire("BlockAccount" if was_active and not account.active else "UpdateProfile", account)
    return shown(call, account)


def _require_free(call: RequestContext, account: Account, sent: dict[str, Json]) -> None:
    accounts = call.tenant.accounts
    added = [item["Value"] for item in sent.get("Email", ()) if account.email(item["Value"]) is None]
    if not call.settings.duplicate_emails and any(accounts.by_email(value) for value in added):
        raise ApiError(ErrorCode.EMAIL_ALREADY_EXISTS)
    owner = accounts.by_phone(sent["PhoneId"]) if sent.get("PhoneId") else None
    if owner is not None and owner.uid != account.uid:
        raise ApiError(ErrorCode.PHONE_ALREADY_EXISTS)


def _set_identifiers(call: RequestContext, account: Account, sent: dict[str, Json]) -> None:
    """Add addresses, set the number, and mark both as the body says (product-facts.md#account-management)."""
    accounts = call.tenant.accounts
    for item in sent.get("Email", ()):
        if account.email(item["Value"]) is None:
            accounts.add_email(account, Email(type=item["Type"], value=item["Value"]), duplicate_emails=True)
    for email in account.emails:
        email.verified = sent.get("EmailVerified", email.verified)
        email.pending = email.pending and not email.verified
    if sent.get("PhoneId") and phone_key(sent["PhoneId"]) != phone_key(account.phone or ""):
        accounts.set_phone(account, sent["PhoneId"])
        account.phone_verified = False
    account.phone_verified = bool(account.phone) and sent.get("PhoneIdVerified", account.phone_verified)


def _set_access(call: RequestContext, account: Account, sent: dict[str, Json]) -> None:
    """Block or unblock, lift a lock, disable login (product-facts.md#lockout)."""
    account.login_disabled = sent.get("DisableLogin", account.login_disabled)
    if sent.get("IsLoginLocked") is False:
        call.tenant.lockout.lift(account)
    if sent.get("IsActive", account.active) and not account.active:
        # A blocked account's tokens answer ACCOUNT_BLOCKED, and do not come back to life.
        call.tenant.sessions.end_all(account)
        call.tenant.federation.end_user(account.uid)
    account.active = sent.get("IsActive", account.active)


@handles("account.update_security_answers_by_uid")
def update_security_answers_by_uid(call: RequestContext) -> Json:
    """Set answers, also to questions that the user had not answered before.

    Raise SECURITY_QUESTIONS_DISABLED, SECURITY_QUESTION_ID_INVALID.
    """
    account = managed(call)
    answers = registration.stored_answers(call, call.body["securityquestionanswer"])
    account.security_answers = {**(account.security_answers or {}), **(answers or {})}
    account.modified = call.now
    return shown(call, account)


@handles("account.delete_account_by_uid")
def delete_account_by_uid(call: RequestContext) -> Json:
    """Delete the account and all its data; its identifiers become available."""
    _delete(call, managed(call))
    return {"IsDeleted": True}


@handles("account.delete_account_by_email")
def delete_account_by_email(call: RequestContext) -> Json:
    """Delete every account with the address."""
    accounts = _all_with(call, call.query["email"])
    for account in accounts:
        _delete(call, account)
    return {"IsDeleted": True, "RecordsDeleted": len(accounts)}


@handles("account.update_uid")
def update_uid(call: RequestContext) -> Json:
    """Change the uid; tokens, records and consents follow.

    Raise UID_ALREADY_EXISTS.
    """
    account = call.tenant.managed_account(call.query["uid"])
    call.tenant.rename(account, call.body["newUid"])
    account.modified = call.now
    call.tenant.webhooks.fire("UpdateUid", account)
    return {"IsPosted": True}


@handles("account.get_privacy_policy_history_by_uid")
def get_privacy_policy_history_by_uid(call: RequestContext) -> Json:
    """Return the accepted versions, the current one separately.

    Raise PRIVACY_POLICY_NOT_CONFIGURED where the tenant has no policy.
    """
    return privacy_policy.history(call, managed(call))


def managed(call: RequestContext) -> Account:
    """Return the account of the path's uid.

    Raise UID_INVALID for a malformed uid, ACCOUNT_NOT_FOUND for an unknown one.
    """
    uid = call.path["uid"]
    if not _UID.fullmatch(uid):
        raise ApiError(ErrorCode.UID_INVALID)
    return call.tenant.managed_account(uid)


def shown(call: RequestContext, account: Account) -> Json:
    """Return the profile as management operations show it."""
    return profile.render(account, call.settings, managed=True)


def _known(account: Account | None, otherwise: int) -> Account:
    if account is None:
        raise ApiError(otherwise)
    return account


def _all_with(call: RequestContext, email: str) -> list[Account]:
    accounts = call.tenant.accounts.all_by_email(email)
    if not accounts:
        raise ApiError(ErrorCode.ACCOUNT_NOT_FOUND)
    return accounts


def _delete(call: RequestContext, account: Account) -> None:
    call.tenant.forget(account)
    call.tenant.webhooks.fire("DeleteAccount", account)
