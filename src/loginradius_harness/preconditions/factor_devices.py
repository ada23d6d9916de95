"""Phones with push notifications, and prompts of Duo that were passed."""

from loginradius_harness.client.session import Challenge
from loginradius_harness.preconditions.registry import Preconditions, precondition


@precondition("push_factor", needs=["session"])
def push_factor(preconditions: Preconditions) -> str:
    """Register a phone that does not answer; return it."""
    return preconditions.journey.factor_devices.register_phone(preconditions.value("session"))


@precondition("push_approved", needs=["push_factor", "challenge"])
def push_approved(preconditions: Preconditions) -> None:
    """Let the phone approve the login that waits."""
    phone, _ = preconditions.value("push_factor"), preconditions.value("challenge")
    preconditions.journey.factor_devices.answer(phone, "approve")


@precondition("duo_factor", needs=["session"])
def duo_factor(preconditions: Preconditions) -> None:
    """Enrol Duo."""
    preconditions.journey.factor_devices.enrol_duo(preconditions.value("session"))


@precondition("duo_challenge", needs=["duo_factor", "person"])
def duo_challenge(preconditions: Preconditions) -> Challenge:
    """Start a login that waits for Duo."""
    preconditions.value("duo_factor")
    challenge = preconditions.journey.factor_devices.begin(preconditions.value("person"))
    preconditions.put("challenge", challenge)
    preconditions.put("second_factor_token", challenge.token)
    return challenge


@precondition("duo", needs=["duo_challenge"])
def duo(preconditions: Preconditions) -> dict[str, str]:
    """Pass Duo's prompt of a login; return what it sends back."""
    return preconditions.journey.factor_devices.pass_duo(preconditions.value("duo_challenge").duo_endpoint)


@precondition("duo_enrolment", needs=["session"])
def duo_enrolment(preconditions: Preconditions) -> dict[str, str]:
    """Pass the prompt that enrols Duo."""
    devices = preconditions.journey.factor_devices
    return devices.pass_duo(devices.settings(preconditions.value("session"))["DuoAuthEndpoint"])


@precondition("duo_step_up", needs=["duo_factor"])
def duo_step_up(preconditions: Preconditions) -> dict[str, str]:
    """Pass the prompt of a step-up."""
    preconditions.value("duo_factor")
    devices = preconditions.journey.factor_devices
    return devices.pass_duo(devices.begin_step_up(preconditions.value("session")))


@precondition("step_up_otp", needs=["session"])
def step_up_otp(preconditions: Preconditions) -> str:
    """Return the code of a step-up that needs no factor."""
    return preconditions.journey.reauthentication.ask_for_code(
        preconditions.value("session"), preconditions.value("person").email
    )


@precondition("delete_otp", needs=["session", "person.phone"])
def delete_otp(preconditions: Preconditions) -> str:
    """Return the code that deletes the account."""
    person = preconditions.value("person")
    return preconditions.journey.phones.ask_for_deletion(preconditions.value("session"), person)
