"""Row 60: account takeover through a provider's claims."""

import pytest

from loginradius_harness.checks.security.login_attempts import is_refused, log_in, provider_user
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

STANDARDS = ("ASVS 5.0 6.8.1",)
PROVIDERS = ("google", "facebook", "twitter")
UNVERIFIED_HOLDER = ErrorCode.SOCIAL_LOGIN_EMAIL_NOT_VERIFIED


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.security(60, *STANDARDS)
@pytest.mark.rule("social.untrusted_address_takes_nothing_over")
def test_unverified_provider_email_takes_over_no_account(journey: Journey, person: Person, provider: str) -> None:
    granted = provider_user(journey, provider, email=person.email, email_verified=False)
    try:
        taken = journey.profile(journey.social.log_in(provider, granted))["Uid"] == person.uid
    except AssertionError:  # refused: no takeover
        taken = False
    assert not taken
    assert provider not in str(journey.accounts.read(person.uid)["Identities"]).lower()
    log_in(journey, person)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.security(60, *STANDARDS)
@pytest.mark.rule("social.unverified_holder_is_not_joined")
def test_unverified_account_is_not_linked_automatically(journey: Journey, provider: str) -> None:
    squatter = journey.new_person()
    journey.register(squatter)
    granted = provider_user(journey, provider, email=squatter.email, email_verified=True)
    assert is_refused(lambda: journey.social.log_in(provider, granted))
    assert provider not in str(journey.accounts.find(squatter)["Identities"]).lower()


@pytest.mark.security(60, *STANDARDS)
@pytest.mark.rule("social.untrusted_address_takes_nothing_over")
def test_linked_profile_cannot_be_linked_to_another_account(journey: Journey, session: Session, person: Person) -> None:
    thief = journey.accounts.log_in(journey.verified_person())
    candidate = journey.social.log_in("facebook", provider_user(journey, "facebook", email=journey.new_person().email))
    journey.social.link(session, candidate)
    assert is_refused(lambda: journey.social.link(thief, candidate))
    assert "facebook" in str(journey.accounts.read(person.uid)["Identities"]).lower()
