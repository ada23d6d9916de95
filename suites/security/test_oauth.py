"""Rows 67 to 70: authorization codes, redirect addresses, PKCE, and what comes back to the app."""

import pytest

from loginradius_harness.checks.security.jwt_forgery import Token
from loginradius_harness.client.errors import UnsupportedByTarget
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.journey.federation import Federation, challenge_of, random_text
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

pytestmark = pytest.mark.preset("oidc")

TEN_MINUTES = 600
WRONG_GRANT = "invalid_grant"


@pytest.fixture(params=["oidc", "oauth"])
def app(request: pytest.FixtureRequest, journey: Journey) -> Federation:
    """Return the target's app of OpenID Connect, then the one of OAuth."""
    if not journey.client.target.hub_url:
        raise UnsupportedByTarget("needs hub_url and the table federation of the target")
    return journey.federation if request.param == "oidc" else journey.oauth


@pytest.fixture
def connect(journey: Journey) -> Federation:
    """Return the target's app of OpenID Connect."""
    if not journey.client.target.hub_url:
        raise UnsupportedByTarget("needs hub_url and the table federation of the target")
    return journey.federation


def came_back(reply: ApiResponse, app: Federation) -> bool:
    """Return whether a response leads to the app's address."""
    return isinstance(reply.data, dict) and reply.data.get("location", "").startswith(app.settings.redirect_uri)


@pytest.mark.security(67, "RFC 6749 4.1.2", "RFC 9700 2.1.1", "ASVS 5.0 10.4.2")
@pytest.mark.rule("federation.code_works_once")
def test_replayed_code_ends_its_tokens(app: Federation, person: Person) -> None:
    login = app.log_in(person, scope="profile")
    tokens = app.redeem(login).must_succeed().data
    app.redeem(login).must_fail_with(WRONG_GRANT)
    assert app.introspect(tokens["access_token"]) == {"active": False}
    app.refresh(tokens["refresh_token"]).must_fail_with(WRONG_GRANT)


@pytest.mark.security(67, "RFC 6749 4.1.2", "ASVS 5.0 10.4.3")
@pytest.mark.rule("federation.code_expires")
def test_code_expires(app: Federation, journey: Journey, person: Person) -> None:
    login = app.log_in(person, scope="profile")
    journey.let_time_pass(TEN_MINUTES)
    app.redeem(login).must_fail_with(WRONG_GRANT)


@pytest.mark.security(68, "RFC 6749 4.1.3", "RFC 9700 4.5")
@pytest.mark.rule("federation.code_is_bound_to_its_client")
def test_code_serves_its_client_and_address_only(app: Federation, journey: Journey, person: Person) -> None:
    login = app.log_in(person, scope="profile")
    with journey.federation.registered() as thief:
        app.redeem(login, **thief).must_fail_with(WRONG_GRANT)
    app.redeem(login, redirect_uri="https://evil.example/callback").must_fail_with(WRONG_GRANT)
    app.redeem(login, redirect_uri=None).must_fail_with(WRONG_GRANT, "invalid_request")
    app.redeem(login).must_succeed()


@pytest.mark.security(68, "RFC 7636 4.6", "ASVS 5.0 10.4.6")
@pytest.mark.rule("federation.verifier_must_fit")
@pytest.mark.parametrize("verifier", ["other", "none", "challenge"])
def test_code_needs_its_verifier(verifier: str, app: Federation, person: Person) -> None:
    login = app.log_in(person, scope="profile")
    wrong = {"other": random_text(), "none": None, "challenge": challenge_of(login.verifier)}[verifier]
    app.redeem(login, code_verifier=wrong).must_fail_with(WRONG_GRANT, "invalid_request")
    app.redeem(login).must_succeed()


@pytest.mark.security(68, "RFC 9700 4.8.2", "ASVS 5.0 10.4.6")
@pytest.mark.rule("federation.pkce_is_not_downgraded")
def test_verifier_without_a_challenge_is_refused(app: Federation, person: Person) -> None:
    login = app.log_in(person, scope="profile", code_challenge=None, code_challenge_method=None)
    app.redeem(login).must_fail_with(WRONG_GRANT, "invalid_request")


@pytest.mark.security(68, "RFC 9700 2.1.1", "ASVS 5.0 10.4.6")
@pytest.mark.rule("federation.pkce_is_not_downgraded")
@pytest.mark.parametrize("method", ["plain", None, "S512"])
def test_weak_challenge_is_refused(method: str | None, app: Federation) -> None:
    reply = app.authorize(code_challenge=random_text(), code_challenge_method=method, scope="profile")
    reply.must_fail_with("invalid_request")


@pytest.mark.security(68, "RFC 9700 2.1.1", "ASVS 5.0 10.4.6")
@pytest.mark.rule("federation.pkce_is_not_downgraded")
def test_client_without_secret_needs_a_challenge(app: Federation, journey: Journey) -> None:
    with journey.federation.registered("none") as public:
        app.authorize(client_id=public["client_id"], scope="profile").must_fail_with("invalid_request")


@pytest.mark.security(69, "RFC 9700 2.1", "ASVS 5.0 10.4.1")
@pytest.mark.rule("federation.redirect_uri_matches_exactly")
def test_similar_redirect_address_gets_no_redirect(app: Federation) -> None:
    own = app.settings.redirect_uri
    host = own.split("/")[2]
    similar = [
        f"{own}/", f"{own}/../evil", f"{own}?x=1", f"{own}#x", f"{own}x", own.upper(), own[:-1],
        own.replace(host, f"{host}.evil.example"), own.replace(host, f"evil.example/{host}"),
        own.replace(host, f"{host}@evil.example"), own.replace("https:", "http:"), own.replace(host, f"{host}:8443"),
        own.replace("/callback", "/%63allback"), f"{own}%2F..", "javascript:alert(1)", "https://evil.example/callback",
    ]  # fmt: skip
    for address in similar:
        reply = app.authorize(redirect_uri=address, scope="profile", state="s")
        assert "location" not in reply.data, address
        reply.must_fail_with("invalid_request")


@pytest.mark.security(70, "RFC 6749 4.1.2", "RFC 9700 4.7")
@pytest.mark.rule("federation.state_is_returned")
@pytest.mark.parametrize("state", ["plain", "a b&c=d#e%20+/?", "ü€"])
def test_state_comes_back_unchanged(state: str, app: Federation, person: Person) -> None:
    assert app.log_in(person, scope="profile", state=state).answer["state"] == state
    refused = app.authorize(scope="no-such-scope", state=state)
    assert came_back(refused, app)
    assert refused.redirected["state"] == state


@pytest.mark.security(70, "RFC 9700 4.5.3", "ASVS 5.0 10.5.1")
@pytest.mark.rule("federation.nonce_is_in_the_id_token")
def test_id_token_carries_the_nonce(connect: Federation, person: Person) -> None:
    login = connect.log_in(person)
    id_token = connect.redeem(login).must_succeed().data["id_token"]
    assert Token.read(id_token).claims["nonce"] == login.nonce


@pytest.mark.security(70, "RFC 9207 2", "RFC 9700 4.4")
@pytest.mark.rule("federation.answer_names_the_issuer")
def test_answer_names_its_issuer(app: Federation, person: Person) -> None:
    issuer = app.call("get_server_metadata").must_succeed().data["issuer"]
    assert app.log_in(person, scope="profile").answer["iss"] == issuer
    refused = app.authorize(scope="no-such-scope")
    assert (refused.oauth_error, refused.redirected["iss"]) == ("invalid_scope", issuer)
