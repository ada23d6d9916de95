"""What an account is, has or did already, or has not yet (product-facts.md#flows)."""

from typing import Any

from loginradius_harness.checks.error_scenarios import error_scenario, no_setup, operations_matching
from loginradius_harness.checks.error_scenarios.account import instead
from loginradius_harness.checks.generation.prepared_request import PreparedRequest

Json = Any


@error_scenario(970, "address unverified")
@error_scenario(1177, "address unverified")
def address_unverified(ready: PreparedRequest) -> dict[str, Json]:
    """An account that has not opened its mail."""
    return instead(ready, EmailVerified=False)


@error_scenario(1066, "number unverified")
def number_unverified(ready: PreparedRequest) -> dict[str, Json]:
    """An account whose number nobody has confirmed."""
    return instead(ready, PhoneIdVerified=False)


@error_scenario(1039, "no e-mail profile")
@error_scenario(1113, "no e-mail profile")
def no_email_profile(ready: PreparedRequest) -> dict[str, Json]:
    """An account that came by phone."""
    return instead(ready, Email=None)


@error_scenario(
    1039,
    "no e-mail profile",
    where=operations_matching("authentication.forgot_password account.get_forgot_password_token"),
)
def no_email_profile_by_name(ready: PreparedRequest) -> dict[str, Json]:
    """An account that came by phone, and has a user name to ask by."""
    username = ready.given.value("fresh.username")
    instead(ready, Email=None, UserName=username)
    return {"body": {"username": username}}


@error_scenario(1235, "no PIN")
def no_pin(ready: PreparedRequest) -> dict[str, Json]:
    """An account without one."""
    return instead(ready, PINInfo=None)


@error_scenario(1092, "no answer stored")
def no_answer_stored(ready: PreparedRequest) -> dict[str, Json]:
    """An account that was never asked."""
    return instead(ready, SecurityQuestionAnswer=None)


@error_scenario(1147, "no number")
@error_scenario(1292, "no number")
def no_number(ready: PreparedRequest) -> dict[str, Json]:
    """An account that has none."""
    return instead(ready, PhoneId=None)


@error_scenario(1228, "no consent given")
def no_consent_given(ready: PreparedRequest) -> dict[str, Json]:
    """An account that never saw a form."""
    return instead(ready)


OUTSIDE_LOGIN = operations_matching(
    "mfa.reset_* mfa.get_* mfa.verify_* mfa.update_phone_by_access_token reauthentication.*"
)


@error_scenario(1099, "no app enrolled", where=OUTSIDE_LOGIN)
@error_scenario(1101, "no factor enrolled", where=OUTSIDE_LOGIN)
@error_scenario(1117, "no number enrolled", where=OUTSIDE_LOGIN)
@error_scenario(1256, "no address enrolled", where=operations_matching("mfa.reset_*"))
@error_scenario(1259, "no answers enrolled", where=OUTSIDE_LOGIN)
def nothing_enrolled(ready: PreparedRequest) -> dict[str, Json]:
    """An account without a second factor."""
    return instead(ready)


@error_scenario(1128, "no backup codes", where=operations_matching("reauthentication.by_backup_code"))
def no_backup_codes(ready: PreparedRequest) -> dict[str, Json]:
    """An account with a factor and no codes."""
    somebody = ready.scene.journey.new_person()
    session = ready.scene.journey.accounts.log_in(ready.scene.journey.accounts.create(somebody))
    ready.scene.journey.enrol_totp(session)
    return {"token": session.token}


@error_scenario(1117, "no number enrolled", where=operations_matching("mfa.resend_sms_otp mfa.validate_sms_otp"))
@error_scenario(1128, "no backup codes", where=operations_matching("mfa.validate_backup_code"))
@error_scenario(1259, "no answers enrolled", where=operations_matching("mfa.validate_security_answers"))
def another_factor_only(ready: PreparedRequest) -> dict[str, Json]:
    """The log-in waits for the code of an app."""
    person = ready.scene.journey.accounts.create(ready.scene.journey.new_person())
    ready.scene.journey.enrol_totp(ready.scene.journey.accounts.log_in(person))
    ready.given.put("person", person)
    return _waiting(ready)


@error_scenario(1106, "factor already")
def factor_already(ready: PreparedRequest) -> dict[str, Json]:
    """The number is that of the factor."""
    phone = ready.given.value("sms_factor")
    return _challenged(ready) | ready.exchanging({ready.given.value("fresh.phone"): phone})


@error_scenario(1250, "other factor there")
@error_scenario(1258, "other factor there")
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


@error_scenario(1025, "verified already", where=operations_matching("authentication.resend_email_verification"))
def verified_already(ready: PreparedRequest) -> dict[str, Json]:
    """The address is a verified person's."""
    return ready.exchanging({ready.given.value("unverified").email: ready.given.value("person").email})


@error_scenario(1073, "confirmed already", where=operations_matching("phone.resend_otp"))
def confirmed_already(ready: PreparedRequest) -> dict[str, Json]:
    """The number is a person's who has confirmed it."""
    somebody = ready.scene.journey.new_person()
    ready.scene.journey.accounts.create(somebody, PhoneId=somebody.phone)
    return ready.exchanging({ready.given.value("unverified").phone: somebody.phone})


@error_scenario(
    1073, "confirmed already", where=operations_matching("phone.resend_otp_by_access_token phone.update_phone")
)
def own_number_confirmed(ready: PreparedRequest) -> dict[str, Json]:
    """The number is one's own, and confirmed."""
    somebody = ready.scene.journey.new_person()
    person = ready.scene.journey.accounts.create(somebody, PhoneId=somebody.phone)
    changes: dict[str, Json] = {"token": ready.scene.journey.accounts.log_in(person).token}
    return changes | (ready.having("body", phone=somebody.phone) if ready.operation.body is not None else {})


for _code, _says in (
    (1025, "verified already"),
    (1073, "confirmed already"),
    (1115, "invalidated already"),
    (1127, "made already"),
    (1161, "invalidated already"),
    (1174, "address of that type there"),
    (1222, "accepted already"),
):
    error_scenario(_code, _says, times=2)(no_setup)

# The first log-in sets the norm, the second comes from elsewhere.
RISK = {"risk_based": True, "risk_action": "block"}


@error_scenario(1168, "new browser", after=RISK)
def new_browser(ready: PreparedRequest) -> dict[str, Json]:
    """Another user agent than at the first log-in."""
    ready.send()
    return {"headers": {"X-Origin-User-Agent": "another browser"}}


@error_scenario(1171, "new address", after=RISK)
def new_address(ready: PreparedRequest) -> dict[str, Json]:
    """Another address than at the first log-in."""
    ready.send()
    return {"headers": {"X-Origin-IP": "203.0.113.7"}}
