"""Check registration, mail and SMS with one invented user, who is removed again."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import InfrastructureError
from loginradius_harness.client.response import ApiResponse, Refused
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person
from loginradius_harness.target.doctor.finding import Finding, meaning

Json = Any

# Error code of registration and messages -> how to fix it.
_FIXES: Mapping[int, str] = {
    ErrorCode.EMAIL_ALREADY_EXISTS: "remove what an earlier run has left: loginradius-harness cleanup",
    ErrorCode.EMAIL_NOT_ALLOWED: "allow the addresses of mailbox.address in the tenant's access restriction",
    ErrorCode.SMS_PROVIDER_NOT_CONFIGURED: "configure an SMS provider",
    ErrorCode.OTP_NOT_SENT: "check the SMS provider's account, and give the target real phones",
    ErrorCode.SOTT_INVALID: "set this machine's clock by NTP, and use the primary secret",
    ErrorCode.EMAIL_SENDING_LIMIT_EXCEEDED: "raise the tenant's mail limit, or wait until it is over",
    ErrorCode.SMS_SENDING_LIMIT_EXCEEDED: "raise the tenant's SMS limit, or wait until it is over",
    ErrorCode.FIELD_VALIDATION_FAILED: "relax the password policy or the form: the tenant validates on its side",
    ErrorCode.SMS_PROVIDER_LIMIT_EXCEEDED: "configure an SMS provider of your own: the built-in one's limit is hit",
    ErrorCode.TOKEN_GENERATION_LIMIT_EXCEEDED: "raise the tenant's token limit, or wait until it is over",
    ErrorCode.OTP_GENERATION_LIMIT_EXCEEDED: "raise the tenant's OTP limit, or wait until it is over",
    ErrorCode.REGISTRATION_DISABLED: "switch registration on in the tenant's console",
    ErrorCode.PRIVACY_POLICY_ACCEPTANCE_REQUIRED: "make the privacy policy Moderated",
    ErrorCode.PASSWORD_TOO_WEAK: "relax the password policy",
    ErrorCode.CONSENT_REQUIRED: "make consent optional at registration",
    ErrorCode.PIN_REQUIRED: "do not ask for a PIN at registration",
    ErrorCode.EMAIL_DOMAIN_NOT_ALLOWED: "allow the domain of mailbox.address in the tenant's access restriction",
    ErrorCode.VERIFICATION_URL_NOT_ALLOWED: "add verification_url to the tenant's list of allowed URLs",
}


def check(journey: Journey) -> Iterator[Finding]:
    """Register a user and read the mail; where phone login is on, read an SMS."""
    person = journey.new_person()
    refusal = _refusal(lambda: journey.register(person))
    if refusal is not None:
        yield _finding("no user can register", refusal)
        return
    flow = journey.configuration.get("EmailVerificationFlow")
    if flow != "disabled":
        yield from _mail(journey, person)
    if journey.configuration.get("IsPhoneLogin"):
        yield from _sms(journey)


def _mail(journey: Journey, person: Person) -> Iterator[Finding]:
    try:
        refusal = _refusal(lambda: journey.confirm_email(person))
    except InfrastructureError as failure:
        yield Finding(f"the verification mail cannot be read, {failure.trouble}", _mailbox_fix(journey.client))
        return
    if refusal is not None:
        yield _finding("the verification mail cannot be used", refusal)


def _sms(journey: Journey) -> Iterator[Finding]:
    person = journey.new_person()
    refusal = _refusal(lambda: journey.phones.register(person))
    if refusal is not None:
        yield _finding("no SMS can be sent", refusal)
        return
    refusal = _refusal(lambda: journey.phones.confirm(person))
    if refusal is not None:
        yield _finding("the SMS cannot be used", refusal)


def _refusal(step: Callable[[], Any]) -> ApiResponse | None:
    try:
        step()
    except Refused as refusal:
        return refusal.reply
    return None


def _finding(problem: str, reply: ApiResponse) -> Finding:
    fix = _FIXES.get(reply.error_code or 0, "look the code up in contracts/error_codes.json")
    return Finding(f"{problem}, {meaning(reply)}", fix)


def _mailbox_fix(client: Client) -> str:
    mailbox = client.target.mailbox
    where = {
        "api": "that the API secret may generate tokens",
        "imap": f"mailbox.host, mailbox.user and {mailbox.password_env}",
        "mailpit": "mailbox.url",
    }[mailbox.adapter]
    return f"check {where}, and that mail to {mailbox.address} arrives there"
