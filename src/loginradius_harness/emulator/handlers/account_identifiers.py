"""E-mail addresses and phone of an account, set by the tenant's own servers (product-facts.md#phone, #emails)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.handlers.account import managed, shown
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import email_addresses
from loginradius_harness.emulator.services.verification import send_verification
from loginradius_harness.emulator.state.accounts import Account, Email

Json = Any

PHONE_PURPOSE = "phoneidverification"  # of the code that verifies a number


@handles("account.upsert_email_by_uid")
def upsert_email_by_uid(call: RequestContext) -> Json:
    """Replace the address of each type or add it, verified (inferred).

    Raise EMAIL_ALREADY_EXISTS and change nothing where another account has one of them.
    """
    account, sent = managed(call), [Email(type=item["Type"], value=item["Value"]) for item in call.body["Email"]]
    _require_distinct(sent)
    fresh = [email for email in sent if not _is_there(account, email)]
    for email in fresh:
        _require_free(call, account, email)
    for email in fresh:
        _put(call, account, email)
    account.modified = call.now
    if fresh:
        call.tenant.webhooks.fire("AddEmail", account)
    return shown(call, account)


def _require_distinct(emails: list[Email]) -> None:
    """Check that addresses and types are distinct.

    Raise EMAIL_DUPLICATED for a repeated address, PRIMARY_EMAIL_DUPLICATED for two primary ones,
    EMAIL_TYPE_ALREADY_EXISTS for two of another type.
    """
    types = [email.type.lower() for email in emails]
    if len({email.value.lower() for email in emails}) < len(emails):
        raise ApiError(ErrorCode.EMAIL_DUPLICATED)
    if types.count("primary") > 1:
        raise ApiError(ErrorCode.PRIMARY_EMAIL_DUPLICATED)
    if len(set(types)) < len(types):
        raise ApiError(ErrorCode.EMAIL_TYPE_ALREADY_EXISTS)


def _is_there(account: Account, email: Email) -> bool:
    known = account.email(email.value)
    return known is not None and known.type.lower() == email.type.lower()


def _require_free(call: RequestContext, account: Account, email: Email) -> None:
    owners = call.tenant.accounts.all_by_email(email.value)
    if account in owners or (owners and not call.settings.duplicate_emails):
        raise ApiError(ErrorCode.EMAIL_ALREADY_EXISTS)


def _put(call: RequestContext, account: Account, email: Email) -> None:
    former = next((known for known in account.emails if known.type.lower() == email.type.lower()), None)
    email.verified = True
    call.tenant.accounts.add_email(account, email, duplicate_emails=call.settings.duplicate_emails)
    if former is not None:
        call.tenant.accounts.remove_email(account, former)


@handles("account.remove_email_by_uid")
def remove_email_by_uid(call: RequestContext) -> Json:
    """Remove an address.

    Raise ACCOUNT_HAS_NO_SUCH_EMAIL for one that is not on the profile, LAST_EMAIL_NOT_REMOVABLE for the last one.
    """
    account = managed(call)
    email_addresses.remove(call, account, call.body["email"])
    return shown(call, account)


@handles("account.invalidate_email_verification_by_uid")
def invalidate_email_verification_by_uid(call: RequestContext) -> Json:
    """Mark the addresses as unverified and mail the primary one again.

    Raise EMAIL_INVALIDATION_NO_EMAIL_PROFILE, EMAIL_INVALIDATION_NOT_VERIFIED, EMAIL_VERIFICATION_DISABLED.
    """
    account = managed(call)
    if account.primary is None:
        raise ApiError(ErrorCode.EMAIL_INVALIDATION_NO_EMAIL_PROFILE)
    if not account.email_verified:
        raise ApiError(ErrorCode.EMAIL_INVALIDATION_NOT_VERIFIED)
    if call.settings.email_verification == "disabled":
        raise ApiError(ErrorCode.EMAIL_VERIFICATION_DISABLED)
    send_verification(call, account, account.primary)
    for email in account.emails:
        email.verified = False
    account.modified = call.now
    call.tenant.webhooks.fire("InvalidateEmailVerification", account)
    return {"IsPosted": True}


@handles("account.update_phone_by_uid")
def update_phone_by_uid(call: RequestContext) -> Json:
    """Set a new, unverified number; no message is sent.

    Raise PHONE_LOGIN_DISABLED, PHONE_ALREADY_EXISTS.
    """
    _require_phone_login(call)
    account, phone = managed(call), call.body["phone"]
    if phone != account.phone:
        call.tenant.accounts.set_phone(account, phone)
        account.phone_verified, account.pending_phone, account.modified = False, None, call.now
        call.tenant.webhooks.fire("UpdatePhoneId", account)
    return shown(call, account)


@handles("account.invalidate_phone_verification_by_uid")
def invalidate_phone_verification_by_uid(call: RequestContext) -> Json:
    """Mark the number as unverified and send a new code to it.

    Raise PHONE_INVALIDATION_NO_PHONE, PHONE_INVALIDATION_NOT_VERIFIED.
    """
    _require_phone_login(call)
    account = managed(call)
    if account.phone is None:
        raise ApiError(ErrorCode.PHONE_INVALIDATION_NO_PHONE)
    if not account.phone_verified:
        raise ApiError(ErrorCode.PHONE_INVALIDATION_NOT_VERIFIED)
    template, voice = call.query.get("smsTemplate"), call.query.get("isVoiceOtp", False)
    call.tenant.messages.sms_code(PHONE_PURPOSE, account.phone, account.uid, template=template, voice=voice)
    account.phone_verified, account.modified = False, call.now
    call.tenant.webhooks.fire("InvalidatePhoneVerification", account)
    return {"IsPosted": True}


def _require_phone_login(call: RequestContext) -> None:
    if not call.settings.phone_login:
        raise ApiError(ErrorCode.PHONE_LOGIN_DISABLED)
