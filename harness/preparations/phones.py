"""Numbers that wait to be verified."""

from harness.given import Givens, given
from harness.people import new_phone
from harness.verbs import phones


@given("unverified.sms_otp", needs=["unverified.phone"])
def unverified_sms_otp(givens: Givens) -> str:
    """The code that came at registration."""
    return givens.journey.mailbox.wait(to=givens.value("unverified").phone, kind=phones.KIND).otp


@given("phone_change", needs=["session"])
def phone_change(givens: Givens) -> str:
    """The number that the person wants."""
    phone = new_phone()
    givens.journey.phones.ask_for_change(givens.value("session"), phone)
    return phone


@given("phone_change.otp", needs=["phone_change"])
def phone_change_otp(givens: Givens) -> str:
    """The code that went there."""
    return givens.journey.mailbox.wait(to=givens.value("phone_change"), kind=phones.CHANGE_KIND).otp
