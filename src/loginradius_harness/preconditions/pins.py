"""Resets of a forgotten PIN."""

from loginradius_harness.preconditions.registry import Preconditions, precondition


@precondition("pin_reset.token", needs=["person.pin"])
def pin_reset_token(givens: Preconditions) -> str:
    """From the link of a PIN reset mail."""
    givens.journey.pins.forget_by_email(givens.value("person"))
    return givens.journey.mailbox.wait(to=givens.value("person").email, kind="forgotpin").token


@precondition("pin_reset.email_otp", needs=["person.pin"])
def pin_reset_email_otp(givens: Preconditions) -> str:
    """The code of a PIN reset mail."""
    givens.journey.pins.forget_by_email(givens.value("person"))
    return givens.journey.mailbox.wait(to=givens.value("person").email, kind="forgotpin").otp


@precondition("pin_reset.sms_otp", needs=["person.pin", "person.phone"])
def pin_reset_sms_otp(givens: Preconditions) -> str:
    """The code of a PIN reset SMS."""
    givens.journey.pins.forget_by_phone(givens.value("person"))
    return givens.journey.mailbox.wait(to=givens.value("person").phone, kind="forgotpin").otp
