"""Push notifications and Duo that are off, missing, unanswered or wrong (product-facts.md#push, #duo)."""

from typing import Any

from loginradius_harness.checks.error_scenarios import error_scenario, no_setup, operations_matching
from loginradius_harness.checks.error_scenarios.account import instead, uid_of
from loginradius_harness.checks.error_scenarios.payload import ELSEWHERE, HOME
from loginradius_harness.checks.error_scenarios.tokens import another
from loginradius_harness.checks.generation.prepared_request import PreparedRequest
from loginradius_harness.contracts.codes import ErrorCode

Json = Any

REMOVALS = operations_matching("mfa.reset_push_* mfa.reset_duo_*")
LOGINS = operations_matching("mfa.ping_push mfa.validate_push_legacy mfa.resend_push mfa.validate_duo")
STEP_UP = operations_matching("reauthentication.send_step_up_email_otp")
DELETION = operations_matching("authentication.send_delete_account_otp authentication.delete_account_by_phone_otp")
LONGER_THAN_A_LOGIN = 901.0  # seconds

for _code, _description, _settings in (
    (ErrorCode.PUSH_FACTOR_NOT_CONFIGURED, "push off", {"mfa_push": False}),
    (ErrorCode.DUO_FACTOR_NOT_CONFIGURED, "Duo off", {"mfa_duo": False}),
    (ErrorCode.DUO_MISCONFIGURED, "no Duo account", {"duo_api_host": ""}),
):
    error_scenario(_code, _description, after=_settings)(no_setup)
error_scenario(
    ErrorCode.PUSH_MISCONFIGURED,
    "no push service",
    after={"push_service": ""},
    where=operations_matching("mfa.resend_push"),
)(no_setup)


@error_scenario(ErrorCode.PUSH_MISCONFIGURED, "no push service", where=operations_matching("mfa.login_by_*"))
def notification_cannot_be_sent(prepared: PreparedRequest) -> None:
    """Register a phone, and switch the push service off."""
    prepared.change_settings({"mfa_push": True})
    prepared.preconditions.value("push_factor")
    prepared.change_settings({"push_service": ""})


def _answered(answer: str) -> Any:
    def arrange(prepared: PreparedRequest) -> dict[str, Json]:
        """Let the phone answer otherwise, or not yet, in a login of its own."""
        devices, person = prepared.tenant.journey.factor_devices, prepared.preconditions.value("person")
        devices.answer(prepared.preconditions.value("push_factor"), answer)
        return prepared.overriding("query", secondFactorAuthenticationToken=devices.begin(person).token)

    return arrange


error_scenario(ErrorCode.PUSH_NOTIFICATION_PENDING, "not answered")(_answered("wait"))
error_scenario(ErrorCode.PUSH_NOTIFICATION_DECLINED, "declined")(_answered("decline"))
error_scenario(ErrorCode.PUSH_VERIFICATION_FAILED, "forged")(_answered("forge"))


@error_scenario(ErrorCode.PUSH_NOTIFICATION_ALREADY_APPROVED, "finished")
def finished(prepared: PreparedRequest) -> None:
    """Finish the login first."""
    devices = prepared.tenant.journey.factor_devices
    devices.answer(prepared.preconditions.value("push_factor"), "approve")
    devices.finish(prepared.preconditions.value("challenge"))


@error_scenario(ErrorCode.PUSH_TOKEN_INVALID_OR_EXPIRED, "too old")
def notification_too_old(prepared: PreparedRequest) -> None:
    """Advance the clock beyond the notification's life, not beyond that of the login."""
    prepared.tenant.journey.let_time_pass(301.0)


@error_scenario(ErrorCode.SECOND_FACTOR_TOKEN_EXPIRED, "too old", where=LOGINS)
def login_too_old(prepared: PreparedRequest) -> None:
    """Advance the clock beyond the token's life."""
    prepared.tenant.journey.let_time_pass(LONGER_THAN_A_LOGIN)


@error_scenario(ErrorCode.DUO_STATE_INCORRECT, "state never issued")
def state_never_issued(prepared: PreparedRequest) -> dict[str, Json]:
    """Replace the state."""
    return prepared.overriding("body", state=another(prepared.body["state"]))


@error_scenario(ErrorCode.DUO_VERIFICATION_FAILED, "code never issued")
def code_never_issued(prepared: PreparedRequest) -> dict[str, Json]:
    """Replace the code."""
    return prepared.overriding("body", code=another(prepared.body["code"]))


@error_scenario(ErrorCode.ACCOUNT_HAS_NO_PUSH_FACTOR, "no phone registered", where=REMOVALS)
@error_scenario(ErrorCode.ACCOUNT_HAS_NO_DUO_FACTOR, "Duo not enrolled", where=REMOVALS)
@error_scenario(
    ErrorCode.ACCOUNT_HAS_NO_DUO_FACTOR, "Duo not enrolled", where=operations_matching("reauthentication.by_duo")
)
def nothing_enrolled(prepared: PreparedRequest) -> dict[str, Json]:
    """Use an account without a second factor."""
    return instead(prepared)


@error_scenario(
    ErrorCode.ACCOUNT_HAS_NO_PASSKEY_FACTOR, "another factor only", where=operations_matching("mfa.verify_passkey_*")
)
@error_scenario(ErrorCode.ACCOUNT_HAS_NO_PUSH_FACTOR, "another factor only", where=LOGINS)
@error_scenario(ErrorCode.ACCOUNT_HAS_NO_DUO_FACTOR, "another factor only", where=LOGINS)
def another_factor_only(prepared: PreparedRequest) -> dict[str, Json]:
    """Answer a challenge of a user who has an authenticator app only."""
    journey = prepared.tenant.journey
    person = journey.verified_person()
    journey.enrol_totp(journey.accounts.log_in(person))
    return prepared.overriding("query", secondFactorAuthenticationToken=journey.mfa.begin(person).token)


@error_scenario(
    ErrorCode.SECOND_FACTOR_REMOVAL_INVALID,
    "last factor",
    after={"mfa": "required"},
    where=operations_matching(
        "mfa.reset_push_authenticator_by_access_token mfa.reset_duo_authenticator_by_access_token"
    ),
)
def last_factor(_prepared: PreparedRequest) -> None:
    """Remove the only factor."""


def _leading_to(prepared: PreparedRequest, url: str) -> dict[str, Json]:
    """Ask for Duo's address, with a second factor where the request is a login."""
    prepared.change_settings({"mfa": "required", "mfa_duo": True})
    return prepared.overriding("query", duoredirecturi=url)


@error_scenario(ErrorCode.DUO_REDIRECT_URI_NOT_ALLOWED, "foreign URL", after=HOME)
def foreign_url(prepared: PreparedRequest) -> dict[str, Json]:
    """Let Duo lead to a foreign URL."""
    return _leading_to(prepared, ELSEWHERE)


@error_scenario(ErrorCode.DUO_REDIRECT_URI_INVALID, "no URL")
def no_url(prepared: PreparedRequest) -> dict[str, Json]:
    """Let Duo lead nowhere."""
    return _leading_to(prepared, "nowhere")


@error_scenario(ErrorCode.ACCOUNT_HAS_NO_PHONE, "no number", where=DELETION)
def no_number(prepared: PreparedRequest) -> dict[str, Json]:
    """Use an account without a phone number."""
    return instead(prepared, PhoneId=None)


@error_scenario(ErrorCode.PHONE_NOT_VERIFIED, "number unverified", where=DELETION)
def number_unverified(prepared: PreparedRequest) -> None:
    """Make the number unverified."""
    path = {"uid": uid_of(prepared)}
    client = prepared.preconditions.client
    client.call("account.invalidate_phone_verification_by_uid", path=path).must_succeed()


@error_scenario(ErrorCode.ACCOUNT_HAS_NO_SUCH_EMAIL, "foreign address", where=STEP_UP)
def foreign_address(prepared: PreparedRequest) -> dict[str, Json]:
    """Have the code mailed to an address that the account does not have."""
    return prepared.overriding("query", emailId=prepared.tenant.journey.new_person().email)
