"""Rows 71 to 73: refresh tokens of apps, tokens in the wrong place, and forged ones."""

import pytest

from loginradius_harness.checks.security import jwt_forgery
from loginradius_harness.checks.security.jwt_forgery import Token
from loginradius_harness.client.errors import UnsupportedByTarget
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.federation import Federation
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

pytestmark = pytest.mark.preset("oidc")

WRONG_GRANT = "invalid_grant"
INACTIVE = {"active": False}
HOUR = 3_600


@pytest.fixture
def connect(journey: Journey) -> Federation:
    """Return the target's app of OpenID Connect."""
    if not journey.client.target.hub_url:
        raise UnsupportedByTarget("needs hub_url and the table federation of the target")
    return journey.federation


@pytest.mark.security(71, "RFC 9700 4.14", "ASVS 5.0 10.4.5")
@pytest.mark.rule("federation.refresh_token_works_once")
@pytest.mark.parametrize("kind", ["oidc", "oauth"])
@pytest.mark.usefixtures("connect")
def test_replayed_refresh_token_ends_its_family(kind: str, journey: Journey, person: Person) -> None:
    app = journey.federation if kind == "oidc" else journey.oauth
    first = app.tokens(person, scope="profile")
    elsewhere = app.tokens(person, scope="profile")
    second = app.refresh(first["refresh_token"]).must_succeed().data
    app.refresh(first["refresh_token"]).must_fail_with(WRONG_GRANT)
    app.refresh(second["refresh_token"]).must_fail_with(WRONG_GRANT)
    assert app.introspect(second["access_token"]) == INACTIVE
    app.refresh(elsewhere["refresh_token"]).must_succeed()


@pytest.mark.security(72, "RFC 9700 2.3", "ASVS 5.0 9.2.3", "ASVS 5.0 10.3.1")
@pytest.mark.rule("federation.token_serves_its_app_only")
def test_userinfo_takes_access_tokens_of_its_app_only(connect: Federation, journey: Journey, person: Person) -> None:
    tokens = connect.tokens(person)
    foreign = {
        "id token": tokens["id_token"],
        "refresh token": tokens["refresh_token"],
        "access token of another app": journey.oauth.tokens(person, scope="openid profile")["access_token"],
        "access token of a machine": connect.machine_token().must_succeed().data["access_token"],
        "access token of the product": journey.log_in(person).token,
    }
    answers = {name: connect.call("get_userinfo", token=token).oauth_error for name, token in foreign.items()}
    assert answers == dict.fromkeys(foreign, "invalid_token")
    connect.call("get_userinfo", token=tokens["access_token"]).must_succeed()


@pytest.mark.security(72, "RFC 9700 2.3", "ASVS 5.0 9.2.3")
@pytest.mark.rule("federation.token_serves_its_app_only")
def test_token_of_another_client_is_of_no_use(connect: Federation, journey: Journey, person: Person) -> None:
    tokens = connect.tokens(person)
    with connect.registered() as own:
        told = connect.call("introspect", body={**own, "token": tokens["access_token"]}).must_succeed().data
        assert told == INACTIVE
        connect.refresh(tokens["refresh_token"], **own).must_fail_with(WRONG_GRANT)
        connect.call("revoke", body={**own, "token": tokens["refresh_token"]}).must_fail_with(WRONG_GRANT)
    assert journey.oauth.introspect(tokens["access_token"]) == INACTIVE
    connect.refresh(tokens["refresh_token"]).must_succeed()


@pytest.mark.security(72, "RFC 9700 2.3", "ASVS 5.0 10.3.1")
@pytest.mark.rule("federation.token_serves_its_app_only")
def test_product_refuses_the_token_of_an_app(connect: Federation, journey: Journey, person: Person) -> None:
    token = connect.tokens(person)["access_token"]
    journey.client.call("authentication.get_profile", token=token).must_be_refused(ErrorCode.ACCESS_TOKEN_INVALID)


@pytest.mark.security(73, "ASVS 5.0 9.1.1", "ASVS 5.0 9.1.2", "WSTG-SESS-10")
@pytest.mark.rule("federation.forged_token_is_refused")
@pytest.mark.parametrize("way", ["unsigned", "edited", "confused", "self_keyed"])
def test_forged_access_token_is_refused(way: str, connect: Federation, person: Person) -> None:
    genuine = connect.tokens(person)["access_token"]
    token = Token.read(genuine)
    key = connect.call("get_jwks").must_succeed().data["keys"][0]
    forged = {
        "unsigned": lambda: jwt_forgery.unsigned(token),
        "edited": lambda: jwt_forgery.edited(token, sub="x", exp=token.claims["exp"] + HOUR, jti="x", aud="x"),
        "confused": lambda: jwt_forgery.confused(token, token.claims, key),
        "self_keyed": lambda: jwt_forgery.self_keyed(token, token.claims),
    }[way]()
    answers = {name: connect.call("get_userinfo", token=text).oauth_error for name, text in forged}
    assert {name: answer for name, answer in answers.items() if answer != "invalid_token"} == {}
    connect.call("get_userinfo", token=genuine).must_succeed()


@pytest.mark.security(73, "ASVS 5.0 9.1.1", "ASVS 5.0 9.1.2", "WSTG-SESS-10")
@pytest.mark.rule("federation.forged_token_is_refused")
def test_forged_id_token_ends_no_session(connect: Federation, person: Person) -> None:
    token = Token.read(connect.tokens(person)["id_token"])
    key = connect.call("get_jwks").must_succeed().data["keys"][0]
    for name, text in [*jwt_forgery.unsigned(token), *jwt_forgery.confused(token, token.claims, key)]:
        query = {"id_token_hint": text, "post_logout_redirect_uri": connect.settings.logout_redirect_uri}
        assert connect.call("end_session", query=query).oauth_error == "invalid_request", name
