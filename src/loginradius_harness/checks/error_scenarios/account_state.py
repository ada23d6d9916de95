"""What an account is, has or did already, or has not yet (product-facts.md#flows)."""

from typing import Any

from loginradius_harness.checks.error_scenarios import error_scenario, no_setup, operations_matching
from loginradius_harness.checks.error_scenarios.account import instead
from loginradius_harness.checks.generation.prepared_request import PreparedRequest
from loginradius_harness.contracts.codes import ErrorCode

Json = Any


@error_scenario(ErrorCode.EMAIL_NOT_VERIFIED, "address unverified")
@error_scenario(ErrorCode.ACCOUNT_HAS_NO_VERIFIED_EMAIL, "address unverified")
def address_unverified(ready: PreparedRequest) -> dict[str, Json]:
    """An account that has not opened its mail."""
    return instead(ready, EmailVerified=False)


@error_scenario(ErrorCode.PHONE_NOT_VERIFIED, "number unverified")
def number_unverified(ready: PreparedRequest) -> dict[str, Json]:
    """An account whose number nobody has confirmed."""
    return instead(ready, PhoneIdVerified=False)


@error_scenario(ErrorCode.ACCOUNT_HAS_NO_EMAIL_PROFILE, "no e-mail profile")
@error_scenario(ErrorCode.EMAIL_INVALIDATION_NO_EMAIL_PROFILE, "no e-mail profile")
def no_email_profile(ready: PreparedRequest) -> dict[str, Json]:
    """An account that came by phone."""
    return instead(ready, Email=None)


@error_scenario(
    ErrorCode.ACCOUNT_HAS_NO_EMAIL_PROFILE,
    "no e-mail profile",
    where=operations_matching("authentication.forgot_password account.get_forgot_password_token"),
)
def no_email_profile_by_name(ready: PreparedRequest) -> dict[str, Json]:
    """An account that came by phone, and has a user name to ask by."""
    username = ready.given.value("fresh.username")
    instead(ready, Email=None, UserName=username)
    return {"body": {"username": username}}


@error_scenario(ErrorCode.ACCOUNT_HAS_NO_PIN, "no PIN")
def no_pin(ready: PreparedRequest) -> dict[str, Json]:
    """An account without one."""
    return instead(ready, PINInfo=None)


@error_scenario(ErrorCode.ACCOUNT_HAS_NO_SECURITY_ANSWER, "no answer stored")
def no_answer_stored(ready: PreparedRequest) -> dict[str, Json]:
    """An account that was never asked."""
    return instead(ready, SecurityQuestionAnswer=None)


@error_scenario(ErrorCode.PHONE_INVALIDATION_NO_PHONE, "no number")
@error_scenario(ErrorCode.ACCOUNT_HAS_NO_PHONE, "no number")
def no_number(ready: PreparedRequest) -> dict[str, Json]:
    """An account that has none."""
    return instead(ready, PhoneId=None)


@error_scenario(ErrorCode.CONSENT_LOG_NOT_FOUND, "no consent given")
def no_consent_given(ready: PreparedRequest) -> dict[str, Json]:
    """An account that never saw a form."""
    return instead(ready)


OUTSIDE_LOGIN = operations_matching(
    "mfa.reset_* mfa.get_* mfa.verify_* mfa.update_phone_by_access_token reauthentication.*"
)


@error_scenario(ErrorCode.AUTHENTICATOR_NOT_CONFIGURED, "no app enrolled", where=OUTSIDE_LOGIN)
@error_scenario(ErrorCode.ACCOUNT_HAS_NO_SECOND_FACTOR, "no factor enrolled", where=OUTSIDE_LOGIN)
@error_scenario(ErrorCode.ACCOUNT_HAS_NO_PHONE_FACTOR, "no number enrolled", where=OUTSIDE_LOGIN)
@error_scenario(ErrorCode.EMAIL_OTP_FACTOR_DISABLED, "no address enrolled", where=operations_matching("mfa.reset_*"))
@error_scenario(ErrorCode.SECURITY_QUESTION_FACTOR_NOT_VERIFIED, "no answers enrolled", where=OUTSIDE_LOGIN)
def nothing_enrolled(ready: PreparedRequest) -> dict[str, Json]:
    """An account without a second factor."""
    return instead(ready)


@error_scenario(
    ErrorCode.BACKUP_CODES_NOT_CONFIGURED,
    "no backup codes",
    where=operations_matching("reauthentication.by_backup_code"),
)
def no_backup_codes(ready: PreparedRequest) -> dict[str, Json]:
    """An account with a factor and no codes."""
    somebody = ready.scene.journey.new_person()
    session = ready.scene.journey.accounts.log_in(ready.scene.journey.accounts.create(somebody))
    ready.scene.journey.enrol_totp(session)
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
def another_factor_only(ready: PreparedRequest) -> dict[str, Json]:
    """The log-in waits for the code of an app."""
    person = ready.scene.journey.accounts.create(ready.scene.journey.new_person())
    ready.scene.journey.enrol_totp(ready.scene.journey.accounts.log_in(person))
    ready.given.put("person", person)
    return _waiting(ready)


@error_scenario(ErrorCode.PHONE_ALREADY_SECOND_FACTOR, "factor already")
def factor_already(ready: PreparedRequest) -> dict[str, Json]:
    """The number is that of the factor."""
    phone = ready.given.value("sms_factor")
    return _challenged(ready) | ready.exchanging({ready.given.value("fresh.phone"): phone})


@error_scenario(ErrorCode.PHONE_FACTOR_CONFLICT, "other factor there")
@error_scenario(ErrorCode.SECURITY_QUESTION_FACTOR_CONFLICT, "other factor there")
def other_factor_there(ready: PreparedRequest) -> dict[str, Json]:
    """The app is enrolled; this one cannot join it here."""
    ready.given.value("totp")
    return _challenged(ready)


def _challenged(ready: PreparedRequest) -> dict[str, Json]:
    """A log-in after the enrolment, where the request answers one."""
    return _waiting(ready) if "second_factor_token" in ready.names else {}


def _waiting(ready: PreparedRequest) -> dict[str, Json]:
    """The request in answer to a log-in of the person."""
    token = ready.scene.journey.mfa.begin(ready.given.value("person")).token
    return ready.having("query", secondFactorAuthenticationToken=token)


@error_scenario(
    ErrorCode.EMAIL_ALREADY_VERIFIED,
    "verified already",
    where=operations_matching("authentication.resend_email_verification"),
)
def verified_already(ready: PreparedRequest) -> dict[str, Json]:
    """The address is a verified person's."""
    return ready.exchanging({ready.given.value("unverified").email: ready.given.value("person").email})


@error_scenario(ErrorCode.PHONE_ALREADY_VERIFIED, "confirmed already", where=operations_matching("phone.resend_otp"))
def confirmed_already(ready: PreparedRequest) -> dict[str, Json]:
    """The number is a person's who has confirmed it."""
    somebody = ready.scene.journey.new_person()
    ready.scene.journey.accounts.create(somebody, PhoneId=somebody.phone)
    return ready.exchanging({ready.given.value("unverified").phone: somebody.phone})


@error_scenario(
    ErrorCode.PHONE_ALREADY_VERIFIED,
    "confirmed already",
    where=operations_matching("phone.resend_otp_by_access_token phone.update_phone"),
)
def own_number_confirmed(ready: PreparedRequest) -> dict[str, Json]:
    """The number is one's own, and confirmed."""
    somebody = ready.scene.journey.new_person()
    person = ready.scene.journey.accounts.create(somebody, PhoneId=somebody.phone)
    changes: dict[str, Json] = {"token": ready.scene.journey.accounts.log_in(person).token}
    return changes | (ready.having("body", phone=somebody.phone) if ready.operation.body is not None else {})


for _code, _says in (
    (ErrorCode.EMAIL_ALREADY_VERIFIED, "verified already"),
    (ErrorCode.PHONE_ALREADY_VERIFIED, "confirmed already"),
    (ErrorCode.EMAIL_INVALIDATION_NOT_VERIFIED, "invalidated already"),
    (ErrorCode.BACKUP_CODES_ALREADY_EXIST, "made already"),
    (ErrorCode.PHONE_INVALIDATION_NOT_VERIFIED, "invalidated already"),
    (ErrorCode.EMAIL_TYPE_ALREADY_EXISTS, "address of that type there"),
    (ErrorCode.PRIVACY_POLICY_ALREADY_ACCEPTED, "accepted already"),
):
    error_scenario(_code, _says, times=2)(no_setup)

# The first log-in sets the norm, the second comes from elsewhere.
RISK = {"risk_based": True, "risk_action": "block"}


@error_scenario(ErrorCode.LOGIN_FROM_NEW_BROWSER, "new browser", after=RISK)
def new_browser(ready: PreparedRequest) -> dict[str, Json]:
    """Another user agent than at the first log-in."""
    ready.send()
    return {"headers": {"X-Origin-User-Agent": "another browser"}}


@error_scenario(ErrorCode.LOGIN_FROM_NEW_IP_ADDRESS, "new address", after=RISK)
def new_address(ready: PreparedRequest) -> dict[str, Json]:
    """Another address than at the first log-in."""
    ready.send()
    return {"headers": {"X-Origin-IP": "203.0.113.7"}}
