"""Consent and privacy policy."""

from loginradius_harness.preconditions.registry import Preconditions, precondition


@precondition("consent_option")
def consent_option(preconditions: Preconditions) -> str:
    """Return the first option of the consent form."""
    return str(preconditions.emulator_setting("consent_options", "the ids of consent options")[0])


@precondition("consent", needs=["session", "consent_option"])
def consent(preconditions: Preconditions) -> None:
    """Submit the consent form."""
    preconditions.journey.consent.consent(preconditions.value("session"), [preconditions.value("consent_option")])


@precondition("policy_accepted", needs=["session"])
def policy_accepted(preconditions: Preconditions) -> None:
    """Accept the current privacy policy."""
    preconditions.journey.consent.accept_policy(preconditions.value("session"))


@precondition("policy_not_accepted", needs=["session"])
def policy_not_accepted(preconditions: Preconditions) -> None:
    """Create a session only: an account that a management call creates has accepted nothing."""
    preconditions.value("session")
