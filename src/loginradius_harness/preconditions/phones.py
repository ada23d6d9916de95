"""Numbers that wait to be verified."""

from loginradius_harness.journey import phones
from loginradius_harness.journey.people import new_phone
from loginradius_harness.preconditions.registry import Preconditions, precondition


@precondition("unverified.sms_otp", needs=["unverified.phone"])
def unverified_sms_otp(givens: Preconditions) -> str:
    """The code that came at registration."""
    return givens.journey.mailbox.wait(to=givens.value("unverified").phone, kind=phones.KIND).otp


@precondition("phone_change", needs=["session"])
def phone_change(givens: Preconditions) -> str:
    """The number that the person wants."""
    phone = new_phone()
    givens.journey.phones.ask_for_change(givens.value("session"), phone)
    return phone


@precondition("phone_change.otp", needs=["phone_change"])
def phone_change_otp(givens: Preconditions) -> str:
    """The code that went there."""
    return givens.journey.mailbox.wait(to=givens.value("phone_change"), kind=phones.CHANGE_KIND).otp
