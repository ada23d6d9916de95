"""Phone numbers that are not verified yet."""

from loginradius_harness.journey import phones
from loginradius_harness.journey.people import new_phone
from loginradius_harness.preconditions.registry import Preconditions, precondition


@precondition("unverified.sms_otp", needs=["unverified.phone"])
def unverified_sms_otp(preconditions: Preconditions) -> str:
    """Return the code of the registration SMS."""
    return preconditions.journey.mailbox.wait(to=preconditions.value("unverified").phone, kind=phones.KIND).otp


@precondition("phone_change", needs=["session"])
def phone_change(preconditions: Preconditions) -> str:
    """Request a change of the phone number; return the new number."""
    phone = new_phone()
    preconditions.journey.phones.ask_for_change(preconditions.value("session"), phone)
    return phone


@precondition("phone_change.otp", needs=["phone_change"])
def phone_change_otp(preconditions: Preconditions) -> str:
    """Return the code that was sent to the new number."""
    return preconditions.journey.mailbox.wait(to=preconditions.value("phone_change"), kind=phones.CHANGE_KIND).otp
