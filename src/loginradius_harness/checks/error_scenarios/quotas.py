"""What a tenant grants so many times: messages, generated tokens, sessions.

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
def mails_used_up(ready: PreparedRequest) -> dict[str, Json]:
    """The one mail that the tenant grants an address has gone to the person's."""
    unverified = "unverified" in ready.given.wanted
    person = ready.given.value("unverified" if unverified else "person")
    _mail(ready, person.email)
    if "fresh.email" in ready.names:
        return ready.exchanging({ready.given.value("fresh.email"): person.email})
    return {}


def _mail(ready: PreparedRequest, address: str) -> None:
    ready.set_tenant({"mail_limit": 1})
    body, query = {"email": address}, {"sendEmail": True}
    ready.given.client.call("account.get_forgot_password_token", body=body, query=query).must_succeed()


@error_scenario(
    ErrorCode.EMAIL_SENDING_LIMIT_EXCEEDED,
    "mails used up",
    where=operations_matching("*.login_by_email authentication.login_by_username mfa.login_by_username"),
)
def mails_of_verification_used_up(ready: PreparedRequest) -> dict[str, Json]:
    """A log-in of somebody unverified sends a mail each time."""
    changes = instead(ready, EmailVerified=False)
    ready.set_tenant({"mail_limit": 1})
    ready.send(**changes)
    return changes


@error_scenario(
    ErrorCode.EMAIL_SENDING_LIMIT_EXCEEDED,
    "mails used up",
    where=operations_matching("account.get_forgot_password_token"),
)
def reset_mails_used_up(ready: PreparedRequest) -> dict[str, Json]:
    """The operation mails where it is asked to."""
    _mail(ready, ready.given.value("person").email)
    return ready.having("query", sendEmail=True)


@error_scenario(
    ErrorCode.SMS_SENDING_LIMIT_EXCEEDED,
    "SMS used up",
    where=operations_matching("account.invalidate_phone_verification_by_uid"),
)
def sms_used_up(ready: PreparedRequest) -> None:
    """The one SMS that the tenant grants a number has gone."""
    ready.set_tenant({"sms_limit": 1})
    body = {"phone": ready.given.value("person").phone}
    ready.given.client.call("phone.forgot_password", body=body).must_succeed()


@error_scenario(ErrorCode.SMS_SENDING_LIMIT_EXCEEDED, "SMS used up", where=operations_matching("mfa.login_by_*"))
def challenges_used_up(ready: PreparedRequest) -> None:
    """Each challenge of the only factor sends an SMS."""
    ready.given.value("sms_factor")
    ready.set_tenant({"sms_limit": 1})
    ready.send()


@error_scenario(ErrorCode.SMS_PROVIDER_NOT_CONFIGURED, "no SMS provider", where=operations_matching("mfa.login_by_*"))
def challenge_cannot_be_sent(ready: PreparedRequest) -> None:
    """The only factor is the SMS."""
    ready.given.value("sms_factor")
    ready.set_tenant({"sms_provider": False})


@error_scenario(
    ErrorCode.SMS_PROVIDER_NOT_CONFIGURED, "no SMS provider", where=operations_matching("authentication.update_profile")
)
def new_number_cannot_be_told(ready: PreparedRequest) -> dict[str, Json]:
    """A new number would get a code."""
    ready.set_tenant({"sms_provider": False})
    return ready.having("body", PhoneId=ready.given.value("fresh.phone"))


@error_scenario(ErrorCode.SESSION_LIMIT_EXCEEDED, "sessions used up")
def sessions_used_up(ready: PreparedRequest) -> None:
    """The one session that the tenant allows is there."""
    query = {"uid": uid_of(ready)}
    ready.given.client.call("account.get_access_token_by_uid", query=query).must_succeed()
    ready.set_tenant({"session_limit": 1} | AFTERWARDS)
