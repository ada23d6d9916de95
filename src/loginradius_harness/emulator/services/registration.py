"""New accounts from the body of a request.

Source: product-facts.md#registration, #phone, #account-management.
"""

from datetime import UTC, datetime
from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.password_hashing import hash_answer
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import consent, privacy_policy
from loginradius_harness.emulator.services.administration import custom_fields
from loginradius_harness.emulator.services.organizations import invitations
from loginradius_harness.emulator.services.password_policy import check_policy, check_policy_of
from loginradius_harness.emulator.services.password_reset import posted_session
from loginradius_harness.emulator.services.verification import send_verification, welcome
from loginradius_harness.emulator.state import profile
from loginradius_harness.emulator.state.accounts import Account, Email, Pin

Json = Any


async def register(call: RequestContext, uid: str | None = None) -> Account:
    """Create the account of a registration body; every restriction of the tenant applies.

    `uid` is one that was promised before, as a passkey's user handle.

    Checks in the order of product-facts.md#registration: duplicate types and addresses, access restriction, age,
    registration off, taken identifiers, fields, password, privacy policy, consent, PIN. No message is sent, no session
    opened.
    """
    account = draft(call)
    account.uid = uid or account.uid
    invitations.offered(call, account)
    check_allowed_domain(call, account, call.body.get("BirthDate"))
    return await _enrol(call, account, self_registration=True)


def complete_registration(call: RequestContext, account: Account) -> Json:
    """Send the mails of a new account and log it in, by the tenant's verification flow."""
    call.tenant.webhooks.fire("Register", account)
    flow = call.settings.email_verification
    if flow == "disabled":
        welcome(call, account)
    elif str(call.query.get("options")).lower() != "preventverificationemail":
        send_verification(call, account, account.emails[0])
    if flow == "required":  # else the log-in accepts an invitation
        invitations.accept(call, account, invitations.offered(call, account))
    return posted_session(call, account, logs_in=flow != "required")


async def create(call: RequestContext) -> Account:
    """Create the account of a management body; the body says whether it is verified, and no restriction applies.

    Only the server side may choose a uid.
    """
    account = draft(call)
    if chosen := call.body.get("Uid"):
        account.uid, account.custom_uid = chosen, True
    for email in account.emails:
        email.verified = call.body.get("EmailVerified", call.settings.manage_create_verified)
    account.phone_verified = bool(account.phone) and call.body.get("PhoneIdVerified", True)
    return await _enrol(call, account, self_registration=False)


def create_account(call: RequestContext, birth_date: str | None = None, **identifiers: Any) -> Account:
    """Create an account without a form: one touch, passwordless, social. Codes as in `check_allowed_domain`.

    Keywords are those of `draft`. The identifiers must be free; no message is sent and no session opened.
    """
    account = draft(call, **identifiers)
    check_allowed_domain(call, account, birth_date)
    call.tenant.accounts.add(account, duplicate_emails=call.settings.duplicate_emails)
    call.tenant.webhooks.fire("Register", account)
    return account


async def _enrol(call: RequestContext, account: Account, *, self_registration: bool) -> Account:
    tenant, settings, body = call.tenant, call.settings, call.body
    tenant.accounts.require_free(account, duplicate_emails=settings.duplicate_emails)
    profile.write(account, body, call.now, known=call.settings.custom_fields)
    if self_registration and settings.server_side_validation:
        custom_fields.require(tenant, account)
    account.security_answers = stored_answers(call, body.get("SecurityQuestionAnswer"))
    password = body.get("Password")
    if password:
        check_policy(password, account, settings)
        if invitation := invitations.offered(call, account):
            check_policy_of(tenant.organizations.find(invitation.organization_id), password)
    if self_registration:
        _require_agreements(call, account)
    await _keep_secrets(call, account, password)
    tenant.accounts.add(account, duplicate_emails=settings.duplicate_emails)
    return account


def draft(call: RequestContext, **identifiers: Any) -> Account:
    """Return an account that is not stored yet, with the identifiers of the body or of the keywords.

    Raise EMAIL_DUPLICATED, PRIMARY_EMAIL_DUPLICATED.

    Keywords are those of Account; a flow whose body is not a profile (one touch, social) names its own.
    """
    body, make = {} if identifiers else call.body or {}, call.tenant.identifiers
    about: dict[str, Any] = {
        "uid": make.hex(),
        "id": make.hex(),
        "emails": _emails(body.get("Email") or []),
        "phone": body.get("PhoneId") or None,
        "username": stored_username(call, body.get("UserName") or None),
        "registration_source": call.header("referer") or "API",
        "created": call.now,
        "modified": call.now,
        **identifiers,
    }
    if not (identifiers or about["emails"] or about["phone"]):  # an empty PhoneId is none
        raise ApiError(ErrorCode.VALID_EMAIL_REQUIRED)
    about.setdefault("provider", "Email" if about["emails"] else "Phone")
    return Account(**about)


def _emails(sent: list[dict[str, str]]) -> list[Email]:
    values = [item["Value"].lower() for item in sent]
    if len(set(values)) < len(values):
        raise ApiError(ErrorCode.EMAIL_DUPLICATED)
    if sum(item["Type"].lower() == "primary" for item in sent) > 1:
        raise ApiError(ErrorCode.PRIMARY_EMAIL_DUPLICATED)
    return [Email(type=item["Type"], value=item["Value"]) for item in sent]


def stored_username(call: RequestContext, name: str | None) -> str | None:
    """Return a user name as it is stored: lower-case, unless case counts (product-facts.md#identifier-settings)."""
    return name if name is None or call.settings.case_sensitive_usernames else name.lower()


def stored_answers(call: RequestContext, given: dict[str, str] | None) -> dict[str, str] | None:
    """Security answers as they are kept.

    Raise SECURITY_QUESTIONS_DISABLED where the tenant asks no questions, SECURITY_QUESTION_ID_INVALID for one that it
    does not ask.
    """
    if not given:
        return None
    if not call.settings.security_questions:
        raise ApiError(ErrorCode.SECURITY_QUESTIONS_DISABLED)
    if any(question not in call.settings.security_questions for question in given):
        raise ApiError(ErrorCode.SECURITY_QUESTION_ID_INVALID)
    return {question: hash_answer(answer) for question, answer in given.items()}


def check_allowed_domain(call: RequestContext, account: Account, birth_date: str | None = None) -> None:
    """Raise EMAIL_NOT_ALLOWED, EMAIL_DOMAIN_NOT_ALLOWED for an address that may not register.

    Raise AGE_BELOW_MINIMUM below the minimum age, REGISTRATION_DISABLED.
    """
    for email in account.emails:
        _refuse_address(call, email.value.lower())
    if call.settings.minimum_age:
        _require_age(call, birth_date)
    if call.settings.registration_disabled:
        raise ApiError(ErrorCode.REGISTRATION_DISABLED)


def _refuse_address(call: RequestContext, address: str) -> None:
    """Check the access restriction, which lists domains and whole addresses (product-facts.md#identifier-settings)."""
    allowed, blocked = call.settings.allowed_email_domains, call.settings.blocked_email_domains
    domain = address.rpartition("@")[2]
    if address in blocked:
        raise ApiError(ErrorCode.EMAIL_NOT_ALLOWED)
    if domain in blocked or (allowed and domain not in allowed and address not in allowed):
        raise ApiError(ErrorCode.EMAIL_DOMAIN_NOT_ALLOWED)


def _require_age(call: RequestContext, birth_date: str | None) -> None:
    born = profile.birth_date(birth_date or "")
    today = datetime.fromtimestamp(call.now, UTC).date()
    if born is None or profile.years(born, today) < call.settings.minimum_age:
        raise ApiError(ErrorCode.AGE_BELOW_MINIMUM)


def _require_agreements(call: RequestContext, account: Account) -> None:
    """Check what must be agreed to before the account exists.

    Raise PRIVACY_POLICY_ACCEPTANCE_REQUIRED, CONSENT_REQUIRED, PIN_REQUIRED.
    """
    settings, body = call.settings, call.body
    if privacy_policy.current(settings, call.now):
        if not body.get("AcceptPrivacyPolicy"):
            raise ApiError(ErrorCode.PRIVACY_POLICY_ACCEPTANCE_REQUIRED)
        privacy_policy.accept(call, account)
    if settings.consent:
        _take_consents(call, account, body.get("Consents") or {})
    if settings.pin and settings.pin_at_registration and not (body.get("PINInfo") or {}).get("PIN"):
        raise ApiError(ErrorCode.PIN_REQUIRED)


def _take_consents(call: RequestContext, account: Account, given: dict[str, Json]) -> None:
    if given:
        consent.record(call, account, given["Data"], [event["Event"] for event in given["Events"]])
    if consent.missing(call.tenant, account, "Register"):
        raise ApiError(ErrorCode.CONSENT_REQUIRED)


async def _keep_secrets(call: RequestContext, account: Account, password: str | None) -> None:
    """Hash the password and the PIN."""
    rounds, hashed = call.settings.hash_rounds, call.tenant.passwords.hash
    if password:
        account.password, account.password_changed = await hashed(password, rounds), call.now
    info = call.body.get("PINInfo") or {}
    if call.settings.pin and info.get("PIN"):
        account.pin = Pin(hash=await hashed(info["PIN"], rounds), changed=call.now)
    elif call.settings.pin and info.get("Skipped"):
        account.pin = Pin(skipped=True, skipped_at=call.now)
