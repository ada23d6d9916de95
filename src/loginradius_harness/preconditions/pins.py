"""Resets of a forgotten PIN."""

from loginradius_harness.preconditions.registry import Preconditions, precondition


@precondition("pin_reset.token", needs=["person.pin"])
def pin_reset_token(preconditions: Preconditions) -> str:
    """Return the token of a PIN reset mail."""
    preconditions.journey.pins.forget_by_email(preconditions.value("person"))
    return preconditions.journey.mailbox.wait(to=preconditions.value("person").email, kind="forgotpin").token


@precondition("pin_reset.email_otp", needs=["person.pin"])
def pin_reset_email_otp(preconditions: Preconditions) -> str:
    """Return the code of a PIN reset mail."""
    preconditions.journey.pins.forget_by_email(preconditions.value("person"))
    return preconditions.journey.mailbox.wait(to=preconditions.value("person").email, kind="forgotpin").otp


@precondition("pin_reset.sms_otp", needs=["person.pin", "person.phone"])
def pin_reset_sms_otp(preconditions: Preconditions) -> str:
    """Return the code of a PIN reset SMS."""
    preconditions.journey.pins.forget_by_phone(preconditions.value("person"))
    return preconditions.journey.mailbox.wait(to=preconditions.value("person").phone, kind="forgotpin").otp
