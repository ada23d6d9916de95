"""What an account is, has or has done already, or lacks (product-facts.md#flows)."""

from typing import Any

from loginradius_harness.checks.error_scenarios import error_scenario, no_setup, operations_matching
from loginradius_harness.checks.error_scenarios.account import instead
from loginradius_harness.checks.generation.prepared_request import PreparedRequest
from loginradius_harness.contracts.codes import ErrorCode

Json = Any


@error_scenario(ErrorCode.EMAIL_NOT_VERIFIED, "address unverified", needs=("verification-required",))
@error_scenario(ErrorCode.ACCOUNT_HAS_NO_VERIFIED_EMAIL, "address unverified")
def address_unverified(prepared: PreparedRequest) -> dict[str, Json]:
    """Use an account with an unverified e-mail address."""
    return instead(prepared, EmailVerified=False)


@error_scenario(ErrorCode.PHONE_NOT_VERIFIED, "number unverified")
def number_unverified(prepared: PreparedRequest) -> dict[str, Json]:
    """Use an account with an unverified phone number."""
    return instead(prepared, PhoneIdVerified=False)


@error_scenario(ErrorCode.ACCOUNT_HAS_NO_EMAIL_PROFILE, "no e-mail profile")
@error_scenario(ErrorCode.EMAIL_INVALIDATION_NO_EMAIL_PROFILE, "no e-mail profile")
def no_email_profile(prepared: PreparedRequest) -> dict[str, Json]:
    """Use an account registered by phone."""
    return instead(prepared, Email=None)


@error_scenario(
    ErrorCode.ACCOUNT_HAS_NO_EMAIL_PROFILE,
    "no e-mail profile",
    where=operations_matching("authentication.forgot_password account.get_forgot_password_token"),
)
def no_email_profile_by_name(prepared: PreparedRequest) -> dict[str, Json]:
    """Use an account registered by phone, identified by its user name."""
    username = prepared.preconditions.value("fresh.username")
    instead(prepared, Email=None, UserName=username)
    return {"body": {"username": username}}


@error_scenario(ErrorCode.ACCOUNT_HAS_NO_PIN, "no PIN")
def no_pin(prepared: PreparedRequest) -> dict[str, Json]:
    """Use an account without a PIN."""
    return instead(prepared, PINInfo=None)


@error_scenario(ErrorCode.ACCOUNT_HAS_NO_SECURITY_ANSWER, "no answer stored")
def no_answer_stored(prepared: PreparedRequest) -> dict[str, Json]:
    """Use an account without a security answer."""
    return instead(prepared, SecurityQuestionAnswer=None)


@error_scenario(ErrorCode.PHONE_INVALIDATION_NO_PHONE, "no number")
@error_scenario(ErrorCode.ACCOUNT_HAS_NO_PHONE, "no number")
def no_number(prepared: PreparedRequest) -> dict[str, Json]:
    """Use an account without a phone number."""
    return instead(prepared, PhoneId=None)


@error_scenario(ErrorCode.CONSENT_LOG_NOT_FOUND, "no consent given")
def no_consent_given(prepared: PreparedRequest) -> dict[str, Json]:
    """Use an account that never gave consent."""
    return instead(prepared)


OUTSIDE_LOGIN = operations_matching(
    "mfa.reset_* mfa.get_* mfa.verify_* mfa.update_phone_by_access_token reauthentication.*"
)


@error_scenario(ErrorCode.AUTHENTICATOR_NOT_CONFIGURED, "no app enrolled", where=OUTSIDE_LOGIN)
@error_scenario(ErrorCode.ACCOUNT_HAS_NO_SECOND_FACTOR, "no factor enrolled", where=OUTSIDE_LOGIN)
@error_scenario(ErrorCode.ACCOUNT_HAS_NO_PHONE_FACTOR, "no number enrolled", where=OUTSIDE_LOGIN)
@error_scenario(ErrorCode.EMAIL_OTP_FACTOR_DISABLED, "no address enrolled", where=operations_matching("mfa.reset_*"))
@error_scenario(ErrorCode.SECURITY_QUESTION_FACTOR_NOT_VERIFIED, "no answers enrolled", where=OUTSIDE_LOGIN)
def nothing_enrolled(prepared: PreparedRequest) -> dict[str, Json]:
    """Use an account without a second factor."""
    return instead(prepared)


@error_scenario(
    ErrorCode.BACKUP_CODES_NOT_CONFIGURED,
    "no backup codes",
    where=operations_matching("reauthentication.by_backup_code"),
)
def no_backup_codes(prepared: PreparedRequest) -> dict[str, Json]:
    """Use an account with a factor and no backup codes."""
    new_person = prepared.tenant.journey.new_person()
    session = prepared.tenant.journey.accounts.log_in(prepared.tenant.journey.accounts.create(new_person))
    prepared.tenant.journey.enrol_totp(session)
    return {"token": session.token}


@error_scenario(
    ErrorCode.ACCOUNT_HAS_NO_PHONE_FACTOR,
    "no number enrolled",
    where=operations_matching("mfa.resend_sms_otp mfa.validate_sms_otp"),
)
@error_scenario(
    ErrorCode.BACKUP_CODES_NOT_CONFIGURED, "no backup codes", where=operations_matching("mfa.validate_backup_code")
)
@error_scenario(
    ErrorCode.SECURITY_QUESTION_FACTOR_NOT_VERIFIED,
    "no answers enrolled",
    where=operations_matching("mfa.validate_security_answers"),
)
def another_factor_only(prepared: PreparedRequest) -> dict[str, Json]:
    """Use a login that waits for the code of an authenticator app."""
    person = prepared.tenant.journey.accounts.create(prepared.tenant.journey.new_person())
    prepared.tenant.journey.enrol_totp(prepared.tenant.journey.accounts.log_in(person))
    prepared.preconditions.put("person", person)
    return _waiting(prepared)


@error_scenario(ErrorCode.PHONE_ALREADY_SECOND_FACTOR, "factor already")
def factor_already(prepared: PreparedRequest) -> dict[str, Json]:
    """Use the number that is a second factor already."""
    phone = prepared.preconditions.value("sms_factor")
    return _challenged(prepared) | prepared.replacing({prepared.preconditions.value("fresh.phone"): phone})


@error_scenario(ErrorCode.PHONE_FACTOR_CONFLICT, "other factor there")
@error_scenario(ErrorCode.SECURITY_QUESTION_FACTOR_CONFLICT, "other factor there")
def other_factor_there(prepared: PreparedRequest) -> dict[str, Json]:
    """Enrol the authenticator app; this factor cannot be added here."""
    prepared.preconditions.value("totp")
    return _challenged(prepared)


def _challenged(prepared: PreparedRequest) -> dict[str, Json]:
    """Log in after the enrolment, where the request answers a challenge."""
    return _waiting(prepared) if "second_factor_token" in prepared.names else {}


def _waiting(prepared: PreparedRequest) -> dict[str, Json]:
    """Return the request as the answer to a new login of the person."""
    token = prepared.tenant.journey.mfa.begin(prepared.preconditions.value("person")).token
    return prepared.overriding("query", secondFactorAuthenticationToken=token)


@error_scenario(
    ErrorCode.EMAIL_ALREADY_VERIFIED,
    "verified already",
    where=operations_matching("authentication.resend_email_verification"),
)
def verified_already(prepared: PreparedRequest) -> dict[str, Json]:
    """Use the address of a verified person."""
    return prepared.replacing(
        {prepared.preconditions.value("unverified").email: prepared.preconditions.value("person").email}
    )


@error_scenario(ErrorCode.PHONE_ALREADY_VERIFIED, "confirmed already", where=operations_matching("phone.resend_otp"))
def confirmed_already(prepared: PreparedRequest) -> dict[str, Json]:
    """Use the verified number of another person."""
    new_person = prepared.tenant.journey.new_person()
    prepared.tenant.journey.accounts.create(new_person, PhoneId=new_person.phone)
    return prepared.replacing({prepared.preconditions.value("unverified").phone: new_person.phone})


@error_scenario(
    ErrorCode.PHONE_ALREADY_VERIFIED,
    "confirmed already",
    where=operations_matching("phone.resend_otp_by_access_token"),
)
def own_number_confirmed(prepared: PreparedRequest) -> dict[str, Json]:
    """Use one's own verified number."""
    new_person = prepared.tenant.journey.new_person()
    person = prepared.tenant.journey.accounts.create(new_person, PhoneId=new_person.phone)
    return {"token": prepared.tenant.journey.accounts.log_in(person).token}


for _code, _description in (
    (ErrorCode.EMAIL_ALREADY_VERIFIED, "verified already"),
    (ErrorCode.PHONE_ALREADY_VERIFIED, "confirmed already"),
    (ErrorCode.EMAIL_INVALIDATION_NOT_VERIFIED, "invalidated already"),
    (ErrorCode.BACKUP_CODES_ALREADY_EXIST, "made already"),
    (ErrorCode.PHONE_INVALIDATION_NOT_VERIFIED, "invalidated already"),
    (ErrorCode.EMAIL_TYPE_ALREADY_EXISTS, "added already"),
    (ErrorCode.PRIVACY_POLICY_ALREADY_ACCEPTED, "accepted already"),
):
    error_scenario(_code, _description, times=2)(no_setup)

# The first login is the reference, the second comes from elsewhere.
RISK = {"risk_based": True, "risk_action": "block"}


@error_scenario(ErrorCode.LOGIN_FROM_NEW_BROWSER, "new browser", after=RISK)
def new_browser(prepared: PreparedRequest) -> dict[str, Json]:
    """Log in again with another user agent."""
    prepared.send()
    return {"headers": {"X-Origin-User-Agent": "another browser"}}


@error_scenario(ErrorCode.LOGIN_FROM_NEW_IP_ADDRESS, "new address", after=RISK)
def new_address(prepared: PreparedRequest) -> dict[str, Json]:
    """Log in again from another IP address."""
    prepared.send()
    return {"headers": {"X-Origin-IP": "203.0.113.7"}}
