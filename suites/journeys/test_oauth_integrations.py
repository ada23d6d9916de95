"""Management makes apps that get log-ins by OAuth: what it writes decides what they get."""

from collections.abc import Iterator
from typing import Any

import pytest

from loginradius_harness.client.response import ApiResponse
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.federation import Browser, Federation
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.oauth_integrations import IntegratedApp
from loginradius_harness.journey.people import Person

Json = Any

pytestmark = pytest.mark.preset("administration")

ELSEWHERE = "https://elsewhere.example.com/callback"


@pytest.fixture
def shop(journey: Journey) -> Iterator[Json]:
    """Return an app, which is removed at the end."""
    addresses = [journey.federation.settings.redirect_uri]
    with journey.oauth_integrations.made(RedirectURIs=addresses, AllowedScopes=["profile", "email"]) as made:
        yield made


def app_of(journey: Journey, made: Json) -> IntegratedApp:
    return IntegratedApp(journey.client, made)


def log_in(app: Federation, person: Person, **changes: str | None) -> ApiResponse:
    """Log a person in to an app, and exchange the code."""
    return app.redeem(app.log_in(person, scope="profile"), **changes)


@pytest.mark.rule("oauth_integrations.integrations_follow_changes")
def test_integration_is_read_as_written_until_it_is_removed(journey: Journey, shop: Json) -> None:
    integrations, name = journey.oauth_integrations, shop["Id"]
    made = {member: value for member, value in shop.items() if member != "ClientSecret"}
    assert (made["AccessTokenTTL"], made["IDTokenTTL"], made["RefreshTokenTTL"]) == (3_600, 3_600, 86_400)
    assert integrations.read(name) == integrations.all()[name] == made
    members = {"AllowedScopes": ["email"], "IDTokenTTL": 60, "IntegrationType": "custom", "RedirectURIs": [ELSEWHERE]}
    assert integrations.change(name, **members) == made | members
    assert integrations.read(name) == integrations.all()[name] == made | members
    assert integrations.change(name, RefreshTokenTTL=120) == made | members | {"RefreshTokenTTL": 120}
    integrations.remove(name)
    assert name not in integrations.all()


@pytest.mark.rule("oauth_integrations.integration_logs_users_in")
def test_made_integration_logs_users_in_at_the_written_addresses_alone(
    journey: Journey, shop: Json, person: Person
) -> None:
    app = app_of(journey, shop)
    tokens = log_in(app, person).must_succeed().data
    assert app.introspect(tokens["access_token"])["sub"] == person.uid
    assert app.refresh(tokens["refresh_token"]).must_succeed().data["refresh_token"]
    app.authorize(redirect_uri=ELSEWHERE).must_fail_with("invalid_request")
    journey.oauth_integrations.change(shop["Id"], RedirectURIs=[ELSEWHERE])
    app.authorize().must_fail_with("invalid_request")
    app.redeem(app.log_in(person, redirect_uri=ELSEWHERE)).must_succeed()


@pytest.mark.rule("oauth_integrations.removed_integration_is_refused")
def test_removed_integration_and_its_tokens_are_worth_nothing(journey: Journey, shop: Json, person: Person) -> None:
    app = app_of(journey, shop)
    login, tokens = app.log_in(person), log_in(app, person).must_succeed().data
    journey.oauth_integrations.remove(shop["Id"])
    app.redeem(login).must_fail_with("invalid_request")
    app.refresh(tokens["refresh_token"]).must_fail_with("invalid_request")
    app.authorize().must_fail_with("invalid_request")
    body = {**app.secret, "token": tokens["access_token"]}
    app.call("introspect", body=body).must_fail_with("invalid_request")


@pytest.mark.rule("oauth_integrations.rotated_secret_replaces_the_old")
def test_new_secret_proves_an_integration_and_the_old_one_does_not(
    journey: Journey, shop: Json, person: Person
) -> None:
    app = app_of(journey, shop)
    rotated = journey.oauth_integrations.rotate(shop["Id"])
    assert rotated["ClientId"] == shop["ClientId"]
    login = app.log_in(person)
    app.redeem(login).must_fail_with("invalid_client")
    app_of(journey, shop | rotated).redeem(login).must_succeed()


@pytest.mark.rule("oauth_integrations.grant_types_decide")
def test_integration_gets_tokens_by_the_written_grant_types_alone(journey: Journey, shop: Json, person: Person) -> None:
    app, integrations = app_of(journey, shop), journey.oauth_integrations
    first = log_in(app, person).must_succeed().data
    integrations.change(shop["Id"], GrantTypes=["authorization_code"])
    assert "refresh_token" not in log_in(app, person).must_succeed().data
    app.refresh(first["refresh_token"]).must_fail_with("unauthorized_client")
    integrations.change(shop["Id"], GrantTypes=["refresh_token"])
    log_in(app, person).must_fail_with("unauthorized_client")


@pytest.mark.rule("oauth_integrations.lives_decide")
def test_access_tokens_live_as_long_as_written(journey: Journey, shop: Json, person: Person) -> None:
    app = app_of(journey, shop)
    assert log_in(app, person).must_succeed().data["expires_in"] == shop["AccessTokenTTL"]
    journey.oauth_integrations.change(shop["Id"], AccessTokenTTL=600)
    assert log_in(app, person).must_succeed().data["expires_in"] == 600


@pytest.mark.rule("oauth_integrations.scopes_decide")
def test_tokens_have_the_written_scopes_alone(journey: Journey, shop: Json, person: Person) -> None:
    app = app_of(journey, shop)
    asked = app.redeem(app.log_in(person, scope="profile phone")).must_succeed().data
    assert asked["scope"] == "profile"
    journey.oauth_integrations.change(shop["Id"], AllowedScopes=["orders:read"])
    orders = app.redeem(app.log_in(person, scope="orders:read profile")).must_succeed().data
    assert orders["scope"] == "orders:read"


@pytest.mark.rule("oauth_integrations.pkce_decides")
def test_demanded_challenge_may_not_be_left_out(journey: Journey, shop: Json, person: Person) -> None:
    app, bare = app_of(journey, shop), {"code_challenge": None, "code_challenge_method": None}
    login = app.log_in(person, **bare)
    app.redeem(login, code_verifier=None).must_succeed()
    journey.oauth_integrations.change(shop["Id"], EnablePKCE=True)
    assert app.log_in(person, **bare).answer["error"] == "invalid_request"
    log_in(app, person).must_succeed()


@pytest.mark.rule("oauth_integrations.way_of_proof_decides")
def test_integration_proves_itself_in_the_written_way(journey: Journey, shop: Json, person: Person) -> None:
    app, integrations = app_of(journey, shop), journey.oauth_integrations
    integrations.change(shop["Id"], TokenAuthMethod="client_secret_basic")
    log_in(app, person).must_fail_with("invalid_client")
    integrations.change(shop["Id"], TokenAuthMethod="none")
    log_in(app, person, client_secret=None).must_succeed()
    integrations.call("rotate_credentials", shop["Id"]).must_be_refused(ErrorCode.REQUEST_INVALID)


@pytest.mark.rule("oauth_integrations.client_is_of_its_app_alone")
def test_client_of_an_integration_is_refused_elsewhere(journey: Journey, shop: Json) -> None:
    app, other = app_of(journey, shop), Federation(journey.client, "oauth")
    other.authorize(Browser(), client_id=shop["ClientId"]).must_fail_with("invalid_client")
    app.authorize(Browser(), client_id=other.settings.client_id).must_fail_with("invalid_client")


@pytest.mark.rule("oauth_integrations.unknown_integration_is_refused")
def test_removed_integration_is_unknown(journey: Journey, shop: Json) -> None:
    integrations = journey.oauth_integrations
    integrations.remove(shop["Id"])
    for operation, sent in (
        ("get", None),
        ("update", {"GrantTypes": []}),
        ("delete", None),
        ("rotate_credentials", None),
    ):
        integrations.call(operation, shop["Id"], body=sent).must_be_refused(ErrorCode.REQUEST_INVALID)
