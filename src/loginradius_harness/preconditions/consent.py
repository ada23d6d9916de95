"""Consent and privacy policy."""

from loginradius_harness.preconditions.registry import Preconditions, precondition


@precondition("consent_option")
def consent_option(givens: Preconditions) -> str:
    """The first option of the form."""
    return str(givens.emulator_setting("consent_options", "the ids of consent options")[0])


@precondition("consent", needs=["session", "consent_option"])
def consent(givens: Preconditions) -> None:
    """The form, submitted."""
    givens.journey.consent.consent(givens.value("session"), [givens.value("consent_option")])


@precondition("policy_accepted", needs=["session"])
def policy_accepted(givens: Preconditions) -> None:
    """The current policy, accepted."""
    givens.journey.consent.accept_policy(givens.value("session"))


@precondition("policy_not_accepted", needs=["session"])
def policy_not_accepted(givens: Preconditions) -> None:
    """Accounts that the server side makes have accepted nothing."""
    givens.value("session")
