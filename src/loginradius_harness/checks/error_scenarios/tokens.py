"""Tokens of links, codes and challenges that are wrong, used or expired (product-facts.md#flows)."""

from typing import Any
from uuid import uuid4

from loginradius_harness.checks.error_scenarios import error_scenario, no_setup, operations_matching
from loginradius_harness.checks.error_scenarios.organizations import ACCEPTING
from loginradius_harness.checks.generation.prepared_request import PreparedRequest
from loginradius_harness.contracts import Operation
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.preconditions.registry import names_in

Json = Any

ENDINGS = ("token", "otp", "code", "guid")  # of names of secrets
NO_SECRETS = frozenset(
    {"totp", "second_factor_token", "fresh.guid"}
)  # a factor, a step towards a secret, and one invented here
LONGER_THAN_A_CODE = 301.0  # seconds
_OTHER = str.maketrans("0123456789abcdef", "1234567890bcdefa")

# Everything that such a tenant issues expires immediately.
AGED = dict.fromkeys(
    "link_seconds otp_seconds consent_token_seconds pin_auth_seconds step_up_seconds pin_session_seconds"
    " request_token_seconds delete_seconds refresh_token_seconds".split(),
    0,
)


def secrets_of(operation: Operation) -> list[str]:
    """Return the names of the secrets in the operation's example."""
    named = set(names_in(operation.example)) - NO_SECRETS
    return [name for name in named if name.rpartition(".")[2].endswith(ENDINGS)]


def never_issued(prepared: PreparedRequest) -> dict[str, Json]:
    """Replace secrets by others of the same form that were never issued."""
    return prepared.replacing(
        {secret: another(secret) for secret in map(prepared.preconditions.value, secrets_of(prepared.operation))}
    )


def another(secret: str) -> str:
    """Return another secret of the same form."""
    return secret.translate(_OTHER)


def _holds_a_secret(operation: Operation) -> bool:
    return bool(secrets_of(operation))


for _code in (
    ErrorCode.REQUEST_TOKEN_INVALID,
    ErrorCode.VERIFICATION_LINK_INVALID,
    ErrorCode.VERIFICATION_TOKEN_INVALID,
    ErrorCode.OTP_INCORRECT,
    ErrorCode.AUTHENTICATOR_CODE_INCORRECT,
    ErrorCode.DELETION_TOKEN_INVALID,
    ErrorCode.BACKUP_CODE_INCORRECT_OR_USED,
    ErrorCode.CLIENT_GUID_INVALID,
    ErrorCode.EMAIL_OTP_INCORRECT,
    ErrorCode.REAUTHENTICATION_TOKEN_INVALID,
    ErrorCode.REFRESH_TOKEN_INVALID,
    ErrorCode.CONSENT_TOKEN_INVALID,
    ErrorCode.PIN_AUTH_TOKEN_INVALID,
    ErrorCode.PIN_SESSION_TOKEN_INVALID,
):
    error_scenario(_code, "never issued", where=_holds_a_secret)(never_issued)

# These use another code or the same token first, which must not expire.
_LATER = operations_matching(
    "mfa.validate_* reauthentication.by_sms_otp reauthentication.by_email_otp passkey.reset_finish"
)


def _at_once(operation: Operation) -> bool:
    return not (_LATER(operation) or ACCEPTING(operation))


for _code in (
    ErrorCode.REQUEST_TOKEN_EXPIRED,
    ErrorCode.LINK_EXPIRED,
    ErrorCode.OTP_EXPIRED,
    ErrorCode.DELETION_TOKEN_INVALID,
    ErrorCode.EMAIL_OTP_EXPIRED,
    ErrorCode.REAUTHENTICATION_TOKEN_INVALID,
    ErrorCode.REFRESH_TOKEN_INVALID,
    ErrorCode.CONSENT_TOKEN_EXPIRED,
    ErrorCode.PIN_AUTH_TOKEN_EXPIRED,
    ErrorCode.PIN_SESSION_TOKEN_EXPIRED,
):
    error_scenario(_code, "too old", before=AGED, where=_at_once)(no_setup)


@error_scenario(ErrorCode.OTP_EXPIRED, "too old", where=_LATER)
@error_scenario(ErrorCode.EMAIL_OTP_EXPIRED, "too old", where=_LATER)
def code_too_old(prepared: PreparedRequest) -> None:
    """Advance the clock beyond the code's lifetime."""
    prepared.tenant.journey.let_time_pass(LONGER_THAN_A_CODE)


for _code in (
    ErrorCode.LINK_ALREADY_USED,
    ErrorCode.PASSWORDLESS_LOGIN_LINK_ALREADY_USED,
    ErrorCode.OTP_ALREADY_USED,
    ErrorCode.CLIENT_GUID_ALREADY_USED,
    ErrorCode.SMART_LOGIN_LINK_ALREADY_USED,
    ErrorCode.SMART_LOGIN_LINK_ALREADY_VERIFIED,
    ErrorCode.ONE_TOUCH_LOGIN_LINK_ALREADY_USED,
    ErrorCode.EMAIL_OTP_ALREADY_USED,
    ErrorCode.PIN_RESET_LINK_ALREADY_USED,
):
    error_scenario(_code, "used", times=2)(no_setup)
error_scenario(ErrorCode.REFRESH_TOKEN_INVALID, "used", times=2, where=_holds_a_secret)(no_setup)


# Operations that accept an access token optionally, or report on one.
TOKEN_TAKING = operations_matching("authentication.send_social_link_verification_email phone.resend_otp")
TOKEN_READING = operations_matching("social.get_active_session")


@error_scenario(ErrorCode.ACCESS_TOKEN_INVALID, "never issued", where=TOKEN_TAKING)
def token_never_issued(prepared: PreparedRequest) -> dict[str, Json]:
    """Send a token of the right form that was never issued."""
    return _bearing(prepared, str(uuid4()))


@error_scenario(ErrorCode.ACCESS_TOKEN_EXPIRED, "too old", where=TOKEN_TAKING)
def token_too_old(prepared: PreparedRequest) -> dict[str, Json]:
    """Send the token of an expired session."""
    return _bearing(prepared, _short_session(prepared))


@error_scenario(ErrorCode.ACCESS_TOKEN_EXPIRED, "too old", where=TOKEN_READING)
def token_read_too_old(prepared: PreparedRequest) -> dict[str, Json]:
    """Ask about the token of an expired session."""
    return {"query": {"token": _short_session(prepared)}}


@error_scenario(ErrorCode.ACCESS_TOKEN_MISSING, "neither GUID nor token", where=TOKEN_TAKING)
def neither_guid_nor_token(_ready: PreparedRequest) -> dict[str, Json]:
    """Send neither a client GUID nor a token."""
    return {"query": {}}


def _bearing(prepared: PreparedRequest, token: str) -> dict[str, Json]:
    """Return the request with the token instead of the client GUID."""
    return {"query": {}, "body": prepared.body, "headers": {"Authorization": f"Bearer {token}"}}


def _short_session(prepared: PreparedRequest) -> str:
    prepared.change_settings({"access_token_seconds": 0})
    person = prepared.tenant.journey.accounts.create(prepared.tenant.journey.new_person())
    reply = prepared.preconditions.client.call("account.get_access_token_by_uid", query={"uid": person.uid})
    return str(reply.must_succeed().data["access_token"])


@error_scenario(
    ErrorCode.OTP_ALREADY_USED, "used at an earlier log-in", where=operations_matching("mfa.validate_sms_otp")
)
@error_scenario(
    ErrorCode.EMAIL_OTP_ALREADY_USED, "used at an earlier log-in", where=operations_matching("mfa.validate_email_otp")
)
def used_at_an_earlier_log_in(prepared: PreparedRequest) -> dict[str, Json]:
    """Use the same code for a second login; with another factor enrolled, no new code is sent."""
    journey, person = prepared.tenant.journey, prepared.preconditions.value("person")
    prepared.send()
    journey.enrol_totp(journey.accounts.log_in(person))
    return prepared.overriding("query", secondFactorAuthenticationToken=journey.mfa.begin(person).token)


@error_scenario(ErrorCode.SECOND_FACTOR_TOKEN_INVALID, "never issued")
def challenge_never_issued(prepared: PreparedRequest) -> dict[str, Json]:
    """Replace only the token of the challenge; the factor's proof is correct."""
    token = prepared.preconditions.value("second_factor_token")
    return prepared.replacing({token: another(token)})


@error_scenario(ErrorCode.PARAMETER_MALFORMED, "app unknown", where=operations_matching("jwt.*"))
def app_unknown(prepared: PreparedRequest) -> dict[str, Json]:
    """Name an app that the tenant does not have."""
    return prepared.replacing({prepared.preconditions.value("jwt_app"): "nobody"})


error_scenario(ErrorCode.SECOND_FACTOR_TOKEN_EXPIRED, "too old", before={"second_factor_seconds": 0})(no_setup)


@error_scenario(
    ErrorCode.SMART_LOGIN_LINK_ALREADY_USED, "let in already", where=operations_matching("smart_login.verify_token")
)
def let_in_already(prepared: PreparedRequest) -> dict[str, Json]:
    """Open the link and let the waiting device log in first."""
    journey, person = prepared.tenant.journey, prepared.preconditions.value("person")
    guid = journey.passwordless.begin_smart_login(person)
    token = journey.mailbox.wait(to=person.email, kind="smartlogin").token
    prepared.send(query={"verificationToken": token})
    journey.passwordless.ping_smart_login(guid)
    return prepared.overriding("query", verificationToken=token)


@error_scenario(ErrorCode.SMART_LOGIN_LINK_NOT_VERIFIED, "not opened yet")
def not_opened_yet(prepared: PreparedRequest) -> dict[str, Json]:
    """Send the mail, and do not open its link."""
    links, names = prepared.tenant.journey.passwordless, prepared.names
    if "one_touch.verified_guid" in names:
        guid = links.begin_one_touch(prepared.tenant.journey.new_person().email)
    else:
        guid = links.begin_smart_login(prepared.preconditions.value("person"))
    return prepared.overriding("query", clientGuid=guid)


@error_scenario(
    ErrorCode.EMAIL_OTP_INVALID, "uuid unknown", where=operations_matching("authentication.verify_email_by_otp")
)
def uuid_unknown(prepared: PreparedRequest) -> dict[str, Json]:
    """No mail has gone under it."""
    return {"body": {"uuid": prepared.preconditions.value("fresh.guid"), "otp": "123456"}}
