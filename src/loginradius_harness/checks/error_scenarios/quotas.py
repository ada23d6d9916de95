"""What a tenant limits: messages, generated tokens, sessions.

Source: product-facts.md#rate-limits, #lifetimes.
"""

from typing import Any

from loginradius_harness.checks.error_scenarios import error_scenario, no_setup, operations_matching
from loginradius_harness.checks.error_scenarios.account import instead, uid_of
from loginradius_harness.checks.error_scenarios.tenant_settings import AFTERWARDS
from loginradius_harness.checks.generation.prepared_request import PreparedRequest
from loginradius_harness.contracts.codes import ErrorCode

Json = Any

error_scenario(ErrorCode.TOKEN_GENERATION_LIMIT_EXCEEDED, "tokens used up", after={"token_limit": 1}, times=2)(no_setup)
error_scenario(ErrorCode.OTP_GENERATION_LIMIT_EXCEEDED, "codes used up", after={"otp_limit": 1}, times=2)(no_setup)
error_scenario(ErrorCode.SMS_SENDING_LIMIT_EXCEEDED, "SMS used up", after={"sms_limit": 1}, times=2)(no_setup)


@error_scenario(ErrorCode.EMAIL_SENDING_LIMIT_EXCEEDED, "mails used up")
def mails_used_up(prepared: PreparedRequest) -> dict[str, Json]:
    """Send the only mail that the tenant allows to the person's address first."""
    unverified = "unverified" in prepared.preconditions.wanted
    person = prepared.preconditions.value("unverified" if unverified else "person")
    _mail(prepared, person.email)
    if "fresh.email" in prepared.names:
        return prepared.replacing({prepared.preconditions.value("fresh.email"): person.email})
    return {}


def _mail(prepared: PreparedRequest, address: str) -> None:
    prepared.change_settings({"mail_limit": 1})
    body, query = {"email": address}, {"sendEmail": True}
    prepared.preconditions.client.call("account.get_forgot_password_token", body=body, query=query).must_succeed()


@error_scenario(
    ErrorCode.EMAIL_SENDING_LIMIT_EXCEEDED,
    "mails used up",
    where=operations_matching("*.login_by_email authentication.login_by_username mfa.login_by_username jwt.login*"),
)
def mails_of_verification_used_up(prepared: PreparedRequest) -> dict[str, Json]:
    """Log in unverified twice: each login sends a mail."""
    changes = instead(prepared, EmailVerified=False)
    prepared.change_settings({"mail_limit": 1})
    prepared.send(**changes)
    return changes


@error_scenario(
    ErrorCode.EMAIL_SENDING_LIMIT_EXCEEDED,
    "mails used up",
    where=operations_matching("account.get_forgot_password_token"),
)
def reset_mails_used_up(prepared: PreparedRequest) -> dict[str, Json]:
    """Ask the operation to send a mail beyond the limit."""
    _mail(prepared, prepared.preconditions.value("person").email)
    return prepared.overriding("query", sendEmail=True)


@error_scenario(
    ErrorCode.SMS_SENDING_LIMIT_EXCEEDED,
    "SMS used up",
    where=operations_matching("account.invalidate_phone_verification_by_uid"),
)
def sms_used_up(prepared: PreparedRequest) -> None:
    """Send the only SMS that the tenant allows first."""
    prepared.change_settings({"sms_limit": 1})
    body = {"phone": prepared.preconditions.value("person").phone}
    prepared.preconditions.client.call("phone.forgot_password", body=body).must_succeed()


@error_scenario(ErrorCode.SMS_SENDING_LIMIT_EXCEEDED, "SMS used up", where=operations_matching("mfa.login_by_*"))
def challenges_used_up(prepared: PreparedRequest) -> None:
    """Log in twice with SMS as the only factor: each challenge sends an SMS."""
    prepared.preconditions.value("sms_factor")
    prepared.change_settings({"sms_limit": 1})
    prepared.send()


@error_scenario(ErrorCode.SMS_PROVIDER_NOT_CONFIGURED, "no SMS provider", where=operations_matching("mfa.login_by_*"))
def challenge_cannot_be_sent(prepared: PreparedRequest) -> None:
    """Use SMS as the only factor without an SMS provider."""
    prepared.preconditions.value("sms_factor")
    prepared.change_settings({"sms_provider": False})


@error_scenario(
    ErrorCode.SMS_PROVIDER_NOT_CONFIGURED, "no SMS provider", where=operations_matching("authentication.update_profile")
)
def new_number_cannot_be_told(prepared: PreparedRequest) -> dict[str, Json]:
    """Update the phone number without an SMS provider."""
    prepared.change_settings({"sms_provider": False})
    return prepared.overriding("body", PhoneId=prepared.preconditions.value("fresh.phone"))


@error_scenario(ErrorCode.SESSION_LIMIT_EXCEEDED, "sessions used up")
def sessions_used_up(prepared: PreparedRequest) -> None:
    """Open the only session that the tenant allows first."""
    query = {"uid": uid_of(prepared)}
    prepared.preconditions.client.call("account.get_access_token_by_uid", query=query).must_succeed()
    prepared.change_settings({"session_limit": 1} | AFTERWARDS)
