"""Management sets social providers up, switches and orders them, and log-ins follow."""

from collections.abc import Iterator
from typing import Any

import pytest

from loginradius_harness.client.response import expect_error
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.preconditions.administration import PROVIDER

Json = Any

pytestmark = pytest.mark.preset("administration")

SETTINGS = {"IsActive": True, "Key": "lrh-app", "ExtraField1": "lrh-one", "ExtraField2": "lrh-two"}


@pytest.fixture(autouse=True)
def _kept(journey: Journey) -> Iterator[None]:
    """Restore the provider and the order of all."""
    before, order = journey.administration.provider(PROVIDER), offered(journey)
    if before is not None and before["Key"]:
        pytest.skip(f"the tenant has an app at {PROVIDER}, whose secret could not be written back")
    yield
    journey.administration.restore_provider(PROVIDER, before)
    journey.administration.order_providers(*order)
    assert offered(journey) == order


def offered(journey: Journey) -> list[str]:
    """Return the names of the providers that log-in pages offer."""
    return [provider["Name"].lower() for provider in journey.configuration["SocialSchema"]["Providers"]]


def listed(journey: Journey, operation: str = "list") -> list[Json]:
    """Return the providers of a list."""
    return list(journey.administration.call(f"social_provider.{operation}").must_succeed().data["Data"])


def switch(journey: Journey, *, on: bool) -> list[Json]:
    """Switch the provider on or off; return all providers."""
    body = {"Data": [{"ProviderName": PROVIDER, "IsActive": on}]}
    return list(journey.administration.call("social_provider.set_status", body=body).must_succeed().data["Data"])


@pytest.mark.rule("administration.provider_settings_are_read_as_written")
def test_provider_is_read_as_written_until_it_is_removed(journey: Journey) -> None:
    administration = journey.administration
    assert administration.change_provider(PROVIDER, **SETTINGS) == SETTINGS
    assert administration.change_provider(PROVIDER, IsActive=False) == SETTINGS | {"IsActive": False}
    assert administration.provider(PROVIDER) == SETTINGS | {"IsActive": False}
    assert SETTINGS | {"IsActive": False} in listed(journey)
    administration.remove_provider(PROVIDER)
    assert administration.provider(PROVIDER) is None
    assert not any(provider["Key"] == "lrh-app" for provider in listed(journey))


@pytest.mark.rule("administration.provider_switch_decides")
def test_provider_that_is_switched_off_is_not_offered(journey: Journey) -> None:
    journey.administration.change_provider(PROVIDER, **SETTINGS)
    assert PROVIDER in offered(journey)
    assert SETTINGS in listed(journey, "list_active")
    assert SETTINGS | {"IsActive": False} in switch(journey, on=False)
    assert PROVIDER not in offered(journey)
    assert not any(provider["Key"] == "lrh-app" for provider in listed(journey, "list_active"))
    assert SETTINGS in switch(journey, on=True)
    assert PROVIDER in offered(journey)


@pytest.mark.rule("administration.provider_switch_decides")
def test_nobody_logs_in_with_a_provider_that_is_switched_off_or_removed(journey: Journey) -> None:
    granted = journey.social.new_user(PROVIDER)
    journey.administration.change_provider(PROVIDER, **SETTINGS)
    user = journey.social.log_in(PROVIDER, granted)
    switch(journey, on=False)
    with expect_error(ErrorCode.PROVIDER_NOT_CONFIGURED):
        journey.social.log_in(PROVIDER, granted)
    switch(journey, on=True)
    assert journey.social.log_in(PROVIDER, granted).uid == user.uid
    journey.administration.remove_provider(PROVIDER)
    with expect_error(ErrorCode.PROVIDER_NOT_CONFIGURED):
        journey.social.log_in(PROVIDER, granted)


@pytest.mark.rule("administration.provider_order_is_offered")
def test_providers_are_offered_in_the_order_that_was_set(journey: Journey) -> None:
    journey.administration.change_provider(PROVIDER, IsActive=True)
    before = offered(journey)
    others = [name for name in before if name != PROVIDER]
    journey.administration.order_providers(PROVIDER, *others)
    assert offered(journey) == [PROVIDER, *others]
    journey.administration.order_providers(*others, PROVIDER)
    assert offered(journey) == [*others, PROVIDER]


@pytest.mark.rule("administration.unknown_provider_is_refused")
def test_provider_that_is_not_set_up_is_unknown(journey: Journey) -> None:
    journey.administration.restore_provider(PROVIDER, None)
    requests: dict[str, Json] = {
        "get": {"path": {"provider": PROVIDER}},
        "delete": {"path": {"provider": PROVIDER}},
        "set_status": {"body": {"Data": [{"ProviderName": PROVIDER, "IsActive": True}]}},
        "set_order": {"body": {"Data": [PROVIDER]}},
    }
    for operation, request in requests.items():
        reply = journey.administration.call(f"social_provider.{operation}", **request)
        reply.must_be_refused(ErrorCode.PROVIDER_NOT_CONFIGURED)
