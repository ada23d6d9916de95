"""A user's own account: profile, user name, deletion.

Source: product-facts.md#password-change, #own-profile, #account-deletion.
"""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.handlers.phone import request_change
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import registration
from loginradius_harness.emulator.services.login import check_code, require_captcha
from loginradius_harness.emulator.services.verification import welcome
from loginradius_harness.emulator.state import profile
from loginradius_harness.emulator.state.accounts import Account, phone_key

Json = Any


@handles("authentication.get_profile", "authentication.get_social_identity")
def get_profile(call: RequestContext) -> Json:
    """Return the profile, without a wrapper.

    A request that names the welcome mail's template has the mail sent, once.
    """
    if call.query.get("welcomeEmailTemplate"):
        welcome(call, call.account)
    return profile.render(call.account, call.settings)


@handles("authentication.update_profile")
def update_profile(call: RequestContext) -> Json:
    """Merge members into the profile; a new phone number waits for its code.

    Raise EMAIL_TYPE_ALREADY_EXISTS for e-mail addresses, which cannot be replaced here.
    """
    require_captcha(call, "PutUpdateProfile")
    account, sent = call.account, call.body
    _refuse_new_addresses(call, account)
    _require_free(call, account)
    answers = _known_answers(call, account, sent.get("SecurityQuestionAnswer"))
    nulls = call.query.get("nullSupport", False)
    profile.write(account, call.sent, call.now, nulls=nulls, known=call.settings.custom_fields)
    if sent.get("UserName"):
        call.tenant.accounts.set_username(account, registration.stored_username(call, sent["UserName"]))
    _keep_answers(account, answers)
    if sent.get("PhoneId") and phone_key(sent["PhoneId"]) != phone_key(account.phone or ""):
        request_change(call, sent["PhoneId"])
    call.tenant.webhooks.fire("UpdateProfile", account)
    return {"IsPosted": True, "Data": profile.render(account, call.settings)}


def _refuse_new_addresses(call: RequestContext, account: Account) -> None:
    for email in call.body.get("Email", ()):
        if account.email(email["Value"]) is None:
            taken = call.tenant.accounts.by_email(email["Value"]) is not None
            raise ApiError(ErrorCode.EMAIL_ALREADY_EXISTS if taken else ErrorCode.EMAIL_TYPE_ALREADY_EXISTS)


def _known_answers(call: RequestContext, account: Account, given: dict[str, str] | None) -> dict[str, str] | None:
    """Return answers to questions that the account has answered before, or to any while it has answered none.

    Raise SECURITY_QUESTION_ID_INVALID for another question, SECURITY_QUESTIONS_DISABLED where the tenant has none.
    """
    answers, known = registration.stored_answers(call, given), account.security_answers
    if answers and known and not set(answers) <= set(known):
        raise ApiError(ErrorCode.SECURITY_QUESTION_ID_INVALID)
    return answers


def _keep_answers(account: Account, answers: dict[str, str] | None) -> None:
    if answers:
        account.security_answers = {**(account.security_answers or {}), **answers}


def _require_free(call: RequestContext, account: Account) -> None:
    """Check that no other account has the user name or the number.

    Raise USERNAME_ALREADY_EXISTS, PHONE_ALREADY_EXISTS.
    """
    accounts, sent = call.tenant.accounts, call.body
    named = accounts.by_username(sent["UserName"]) if sent.get("UserName") else None
    called = accounts.by_phone(sent["PhoneId"]) if sent.get("PhoneId") else None
    for owner, code in ((named, ErrorCode.USERNAME_ALREADY_EXISTS), (called, ErrorCode.PHONE_ALREADY_EXISTS)):
        if owner is not None and owner.uid != account.uid:
            raise ApiError(code)


@handles("authentication.update_security_answers")
def update_security_answers(call: RequestContext) -> Json:
    """Change answers to questions that are enabled for the user; the management API enables others."""
    account = call.account
    _keep_answers(account, _known_answers(call, account, call.body["securityquestionanswer"]))
    account.modified = call.now
    call.tenant.webhooks.fire("UpdateProfile", account)
    return profile.render(account, call.settings)


@handles("authentication.set_or_change_username")
def set_or_change_username(call: RequestContext) -> Json:
    """Set the user name.

    Raise USERNAME_ALREADY_EXISTS.
    """
    account = call.account
    call.tenant.accounts.set_username(account, registration.stored_username(call, call.body["username"]))
    account.modified = call.now
    call.tenant.webhooks.fire("SetUsername", account)
    return {"IsPosted": True}


@handles("authentication.request_account_deletion")
def request_account_deletion(call: RequestContext) -> Json:
    """Mail a link that deletes the account.

    Raise ACCOUNT_HAS_NO_EMAIL_PROFILE without an address.
    """
    account, tenant = call.account, call.tenant
    if account.primary is None:
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_EMAIL_PROFILE)
    url, template = call.allowed_url("deleteUrl"), call.query.get("emailTemplate")
    token = tenant.single_use_tokens.issue("deleteuser", account.uid, call.settings)
    tenant.messages.link(token, account.primary.value, url=url, template=template)
    return {"IsDeleteRequestAccepted": True}


@handles("authentication.delete_account_by_delete_token")
def delete_account_by_delete_token(call: RequestContext) -> Json:
    """Delete the account of the mail's token and all its data."""
    tenant = call.tenant
    account = tenant.holder(tenant.single_use_tokens.redeem("deleteuser", call.query["deletetoken"]))
    tenant.webhooks.fire("DeleteAccount", account)
    tenant.forget(account)
    return {"IsPosted": True}


@handles("authentication.send_delete_account_otp")
def send_delete_account_otp(call: RequestContext) -> Json:
    """Send a code that deletes the account to its verified number."""
    template, voice = call.query.get("smsTemplate"), call.query.get("isVoiceOtp", False)
    phone, uid = _verified_phone(call.account), call.account.uid
    return {
        "IsPosted": True,
        "Data": call.tenant.messages.sms_code("deleteuser", phone, uid, template=template, voice=voice),
    }


@handles("authentication.delete_account_by_phone_otp")
def delete_account_by_phone_otp(call: RequestContext) -> Json:
    """Delete the account by the code of an SMS."""
    check_code(call, call.account, "deleteuser", _verified_phone(call.account), call.body["otp"])
    call.tenant.webhooks.fire("DeleteAccount", call.account)
    call.tenant.forget(call.account)
    return {"IsDeleted": True}


def _verified_phone(account: Account) -> str:
    """Return the number that receives codes. Raise ACCOUNT_HAS_NO_PHONE, PHONE_NOT_VERIFIED."""
    if account.phone is None:
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_PHONE)
    if not account.phone_verified:
        raise ApiError(ErrorCode.PHONE_NOT_VERIFIED)
    return account.phone
