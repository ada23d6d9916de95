"""Management makes clients of OAuth and OpenID Connect: what it writes decides what they get."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.federation import DEVICE_GRANT, EXCHANGE_GRANT, Browser, Federation
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

Json = Any
ClaimsOf = Callable[[str], dict[str, Any]]

pytestmark = pytest.mark.preset("administration")

ELSEWHERE = "https://elsewhere.example.com/callback"
AUDIENCE = "https://stock.example.com"


@pytest.fixture
def web(journey: Journey) -> Iterator[Json]:
    """Return a client for a website, which is removed at the end."""
    addresses = [journey.federation.settings.redirect_uri]
    with journey.oauth_clients.made(
        GrantTypes=["authorization_code", "refresh_token"], LoginRedirectUri=addresses, RefreshTokenTTL=7_200
    ) as client:
        yield client


@pytest.fixture
def machine(journey: Journey) -> Iterator[Json]:
    """Return a client that is a machine, which is removed at the end."""
    scopes = {AUDIENCE: ["stock:read", "stock:write"]}
    with journey.oauth_clients.made(GrantTypes=["client_credentials"], AudienceScopes=scopes) as client:
        yield client


def credentials(client: Json) -> dict[str, str]:
    return {"client_id": client["ClientId"], "client_secret": client["ClientSecret"]}


def log_in(app: Federation, person: Person, client: Json, **changes: str | None) -> ApiResponse:
    """Log a person in to a client, and exchange the code."""
    login = app.log_in(person, client_id=client["ClientId"])
    return app.redeem(login, **{**credentials(client), **changes})


def ask(journey: Journey, client: Json, **changes: str) -> ApiResponse:
    """Ask for a token as a machine."""
    return journey.federation.machine_token(**{**credentials(client), "audience": AUDIENCE, **changes})


@pytest.mark.rule("oauth_clients.clients_follow_changes")
def test_client_is_read_as_written_until_it_is_removed(journey: Journey, web: Json) -> None:
    clients, name = journey.oauth_clients, web["AppName"]
    made = {member: value for member, value in web.items() if member not in {"ClientSecret", "Secret"}}
    assert clients.read(name) == clients.all()[name] == made
    changed = clients.change(name, Description="Shop", AllowedScopes=["email"], LogoutRedirectUri=[ELSEWHERE])
    assert changed == made | {
        "Description": "Shop", "AllowedScopes": ["email"], "LogoutRedirectUri": [ELSEWHERE],
        "LastModifiedDate": changed["LastModifiedDate"],
    }  # fmt: skip
    assert clients.read(name) == clients.all()[name] == changed
    clients.remove(name)
    assert name not in clients.all()


@pytest.mark.rule("oauth_clients.client_logs_users_in")
def test_made_client_logs_users_in_at_the_written_addresses_alone(journey: Journey, web: Json, person: Person) -> None:
    app, names = journey.federation, {"client_id": web["ClientId"]}
    tokens = log_in(app, person, web).must_succeed().data
    assert app.call("get_userinfo", token=tokens["access_token"]).must_succeed().data["sub"] == person.uid
    app.authorize(**names, redirect_uri=ELSEWHERE).must_fail_with("invalid_request")
    journey.oauth_clients.change(web["AppName"], LoginRedirectUri=[ELSEWHERE])
    app.authorize(**names).must_fail_with("invalid_request")
    login = app.log_in(person, redirect_uri=ELSEWHERE, **names)
    app.redeem(login, **credentials(web)).must_succeed()


@pytest.mark.rule("oauth_clients.grant_types_decide")
def test_client_gets_tokens_by_the_written_grant_types_alone(journey: Journey, web: Json, person: Person) -> None:
    app, clients = journey.federation, journey.oauth_clients
    ask(journey, web).must_fail_with("unauthorized_client")
    exchange = {"grant_type": EXCHANGE_GRANT, **credentials(web), "token": journey.log_in(person).token}
    app.call("token", body=exchange).must_fail_with("unauthorized_client")
    clients.change(web["AppName"], GrantTypes=["client_credentials"])
    log_in(app, person, web).must_fail_with("unauthorized_client")
    ask(journey, web).must_succeed()


@pytest.mark.rule("oauth_clients.removed_client_is_refused")
def test_removed_client_and_its_tokens_are_worth_nothing(journey: Journey, web: Json, person: Person) -> None:
    app = journey.federation
    login = app.log_in(person, client_id=web["ClientId"])
    tokens = log_in(app, person, web).must_succeed().data
    journey.oauth_clients.remove(web["AppName"])
    app.redeem(login, **credentials(web)).must_fail_with("invalid_client")
    app.call("get_userinfo", token=tokens["access_token"]).must_fail_with("invalid_token")
    app.refresh(tokens["refresh_token"], **credentials(web)).must_fail_with("invalid_client")


@pytest.mark.rule("oauth_clients.removed_client_is_refused")
def test_removed_machine_gets_no_token(journey: Journey, machine: Json) -> None:
    ask(journey, machine).must_succeed()
    journey.oauth_clients.remove(machine["AppName"])
    ask(journey, machine).must_fail_with("invalid_client")


@pytest.mark.rule("oauth_clients.reset_secret_replaces_the_old")
def test_new_secret_proves_a_client_and_the_old_one_does_not(journey: Journey, machine: Json) -> None:
    reset = journey.oauth_clients.reset_secret(machine["AppName"])
    assert reset["ClientId"] == machine["ClientId"]
    ask(journey, machine).must_fail_with("invalid_client")
    ask(journey, machine | reset).must_succeed()


@pytest.mark.rule("oauth_clients.way_of_proof_decides")
def test_client_proves_itself_in_the_written_way(journey: Journey, web: Json, person: Person) -> None:
    app, clients = journey.federation, journey.oauth_clients
    assert web["ClientType"] == "confidential"
    clients.change(web["AppName"], TokenAuthMethod="client_secret_basic")
    log_in(app, person, web).must_fail_with("invalid_client")
    assert clients.change(web["AppName"], TokenAuthMethod="none")["ClientType"] == "public"
    log_in(app, person, web, client_secret=None).must_succeed()
    clients.call("reset_secret", web["AppName"]).must_be_refused(ErrorCode.REQUEST_INVALID)


@pytest.mark.rule("oauth_clients.audiences_decide")
def test_machine_gets_the_scopes_of_the_audience(journey: Journey, machine: Json) -> None:
    assert ask(journey, machine).must_succeed().data["scope"] == "stock:read stock:write"
    assert ask(journey, machine, scope="stock:read orders:read").must_succeed().data["scope"] == "stock:read"
    ask(journey, machine, audience=ELSEWHERE).must_fail_with("invalid_request")


@pytest.mark.rule("oauth_clients.lives_decide")
def test_tokens_live_as_long_as_written(journey: Journey, web: Json, machine: Json, person: Person) -> None:
    clients = journey.oauth_clients
    for client in (web, machine):
        clients.change(client["AppName"], JwtTokenConfig={"TokenTTL": 600})
    assert log_in(journey.federation, person, web).must_succeed().data["expires_in"] == 600
    assert ask(journey, machine).must_succeed().data["expires_in"] == 600


@pytest.mark.rule("oauth_clients.lives_decide", "oauth_clients.characters_decide")
def test_device_codes_live_and_look_as_written(journey: Journey, web: Json) -> None:
    lives = {"DeviceCodeExpire": 120, "PollingInterval": 3, "UserCodeCharacterSet": "Digits"}
    grants = [*web["GrantTypes"], DEVICE_GRANT]
    journey.oauth_clients.change(web["AppName"], GrantTypes=grants, DeviceCodeConfig=lives)
    device = journey.federation.call("request_device_code", body=credentials(web)).must_succeed().data
    assert (device["expires_in"], device["interval"]) == (120, 3)
    assert not set(device["user_code"]) - set("0123456789-")


@pytest.mark.rule("oauth_clients.unknown_client_is_refused")
def test_removed_client_is_unknown_and_a_name_is_given_once(journey: Journey, web: Json) -> None:
    clients, name = journey.oauth_clients, web["AppName"]
    body = {"AppName": name, "TokenAuthMethod": "none"}
    journey.administration.call("oauth_client.create", body=body).must_be_refused(ErrorCode.REQUEST_INVALID)
    clients.remove(name)
    for operation, sent in (
        ("get", None),
        ("update", {"Description": "Shop"}),
        ("delete", None),
        ("reset_secret", None),
    ):
        clients.call(operation, name, body=sent).must_be_refused(ErrorCode.REQUEST_INVALID)


@pytest.mark.rule("oauth_clients.connections_are_the_providers")
def test_clients_can_offer_a_provider_until_it_is_removed(journey: Journey) -> None:
    name, before = "lrh-jwt-of-clients", journey.oauth_clients.connections()
    journey.administration.add_jwt_provider(name, Key="lrh-key-of-a-provider-that-signs")
    offered = journey.oauth_clients.connections()
    journey.administration.remove_jwt_provider(name)
    assert [one for one in offered if one not in before] == [{"Name": name, "Type": "jwt"}]
    assert journey.oauth_clients.connections() == before


@pytest.mark.rule("oauth_clients.repeated_refresh_is_forgiven")
def test_refresh_is_repeated_within_the_interval_alone(
    journey: Journey, web: Json, person: Person, control: EmulatorClient
) -> None:
    app = journey.federation
    journey.oauth_clients.change(web["AppName"], RefreshTokenRotation={"ReuseInterval": 30})
    first = log_in(app, person, web).must_succeed().data["refresh_token"]
    second, third = (app.refresh(first, **credentials(web)).must_succeed().data["refresh_token"] for _ in range(2))
    control.advance(31)
    app.refresh(first, **credentials(web)).must_fail_with("invalid_grant")
    for other in (second, third):
        app.refresh(other, **credentials(web)).must_fail_with("invalid_grant")


@pytest.mark.rule("oauth_clients.id_token_has_written_claims")
def test_id_token_has_the_written_claims_and_audiences(
    journey: Journey, claims_of: ClaimsOf, web: Json, person: Person
) -> None:
    written = {"Mapping": {"customer": "Uid"}, "Metadata": {"shop": "engines"}, "IdTokenAudiences": [AUDIENCE]}
    journey.oauth_clients.change(web["AppName"], **written)
    claims = claims_of(log_in(journey.federation, person, web).must_succeed().data["id_token"])
    assert (claims["customer"], claims["shop"]) == (person.uid, "engines")
    assert (claims["aud"], claims["azp"]) == ([web["ClientId"], AUDIENCE], web["ClientId"])


@pytest.mark.rule("oauth_clients.mapping_writes_no_protocol_claim")
def test_mapping_writes_no_claim_of_the_protocol(
    journey: Journey, claims_of: ClaimsOf, web: Json, person: Person
) -> None:
    written = {"iss": "https://attacker.example.com", "sub": "another", "exp": "9999999999"}
    journey.oauth_clients.change(web["AppName"], Metadata=written, Mapping={"sub": "ID", "aud": "Uid"})
    claims = claims_of(log_in(journey.federation, person, web).must_succeed().data["id_token"])
    assert (claims["sub"], claims["aud"]) == (person.uid, web["ClientId"])
    assert claims["iss"] != written["iss"]
    assert claims["exp"] != written["exp"]


@pytest.mark.rule("oauth_clients.own_log_in_is_demanded")
def test_client_demands_a_log_in_of_its_own(journey: Journey, web: Json, person: Person) -> None:
    app, browser, names = journey.federation, Browser(), {"client_id": web["ClientId"]}
    app.log_in(person, browser)
    assert "code" in app.authorize(browser, **names).redirected
    journey.oauth_clients.change(web["AppName"], ForceReAuthentication=True)
    assert "return_url" in app.authorize(browser, **names).redirected
    assert app.authorize(browser, **names, prompt="none").redirected["error"] == "login_required"
    assert app.log_in(person, browser, **names).code
