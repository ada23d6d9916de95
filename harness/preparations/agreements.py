"""Consent and privacy policy."""

from harness.given import Givens, given


@given("consent_option")
def consent_option(givens: Givens) -> str:
    """The first option of the form."""
    return str(givens.emulator_setting("consent_options", "the ids of consent options")[0])


@given("consent", needs=["session", "consent_option"])
def consent(givens: Givens) -> None:
    """The form, submitted."""
    givens.journey.agreements.consent(givens.value("session"), [givens.value("consent_option")])


@given("policy_accepted", needs=["session"])
def policy_accepted(givens: Givens) -> None:
    """The current policy, accepted."""
    givens.journey.agreements.accept_policy(givens.value("session"))


@given("policy_not_accepted", needs=["session"])
def policy_not_accepted(givens: Givens) -> None:
    """Accounts that the server side makes have accepted nothing."""
    givens.value("session")
