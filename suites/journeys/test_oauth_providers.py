"""Management adds providers of OAuth of the tenant's own, with which users log in."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from loginradius_harness.client.response import expect_error
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey

pytestmark = pytest.mark.preset("administration")


@pytest.fixture
def provider(journey: Journey) -> Iterator[str]:
    """Return the name of a provider, which is removed at the end."""
    name = f"lrh-oauth-{uuid4().hex[:12]}"
    journey.administration.add_oauth_provider(name)
    yield name
    if name in journey.administration.oauth_providers():
        journey.administration.remove_oauth_provider(name)


def offered(journey: Journey) -> list[str]:
    """Return the names of the providers that log-in pages offer."""
    return [provider["Name"].lower() for provider in journey.configuration["SocialSchema"]["Providers"]]


@pytest.mark.rule("oauth_providers.providers_follow_changes")
def test_provider_of_oauth_is_listed_as_written_until_it_is_removed(journey: Journey, provider: str) -> None:
    administration = journey.administration
    before = administration.oauth_providers()[provider]
    assert (before["ApplicationKey"], before["Scope"], before["DataMap"]["ID"]) == ("lrh-app", "openid", "sub")
    changed = administration.change_oauth_provider(provider, Scope="openid email", Headers={"X-App": "lrh"})
    assert changed == before | {
        "Scope": "openid email", "Headers": {"X-App": "lrh"}, "LastModified": changed["LastModified"]
    }  # fmt: skip
    assert administration.oauth_providers()[provider] == changed
    administration.remove_oauth_provider(provider)
    assert provider not in administration.oauth_providers()


@pytest.mark.rule("oauth_providers.provider_logs_users_in")
def test_users_log_in_with_an_added_provider_until_it_is_removed(journey: Journey, provider: str) -> None:
    assert provider in offered(journey)
    first, second = journey.social.new_user(provider), journey.social.new_user(provider)
    session = journey.social.come_back(first)
    assert journey.social.identities(session) == [(provider, first["id"])]
    journey.administration.remove_oauth_provider(provider)
    assert provider not in offered(journey)
    with expect_error(ErrorCode.PROVIDER_NOT_CONFIGURED):
        journey.social.come_back(second)


@pytest.mark.rule("oauth_providers.unknown_provider_is_refused")
def test_removed_provider_of_oauth_is_unknown_and_a_name_is_given_once(journey: Journey, provider: str) -> None:
    with expect_error(ErrorCode.PROVIDER_INVALID):
        journey.administration.add_oauth_provider(provider)
    journey.administration.remove_oauth_provider(provider)
    for operation in ("update", "delete"):
        reply = journey.administration.call(f"oauth_provider.{operation}", body={"ProviderName": provider})
        reply.must_be_refused(ErrorCode.PROVIDER_NOT_CONFIGURED)


@pytest.mark.rule("oauth_providers.keys_name_profile_members")
def test_keys_of_providers_name_members_of_a_profile(journey: Journey) -> None:
    keys = journey.administration.call("oauth_provider.list_keys").must_succeed().data["Data"]
    assert {"ID", "Email", "FirstName", "LastName"} <= set(keys)
