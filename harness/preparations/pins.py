"""Resets of a forgotten PIN."""

from harness.given import Givens, given


@given("pin_reset.token", needs=["person.pin"])
def pin_reset_token(givens: Givens) -> str:
    """From the link of a PIN reset mail."""
    givens.journey.pins.forget_by_email(givens.value("person"))
    return givens.journey.mailbox.wait(to=givens.value("person").email, kind="forgotpin").token


@given("pin_reset.email_otp", needs=["person.pin"])
def pin_reset_email_otp(givens: Givens) -> str:
    """The code of a PIN reset mail."""
    givens.journey.pins.forget_by_email(givens.value("person"))
    return givens.journey.mailbox.wait(to=givens.value("person").email, kind="forgotpin").otp


@given("pin_reset.sms_otp", needs=["person.pin", "person.phone"])
def pin_reset_sms_otp(givens: Givens) -> str:
    """The code of a PIN reset SMS."""
    givens.journey.pins.forget_by_phone(givens.value("person"))
    return givens.journey.mailbox.wait(to=givens.value("person").phone, kind="forgotpin").otp
