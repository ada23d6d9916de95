"""Logging in to apps: OpenID Connect, OAuth, devices, machines, and clients that register themselves."""

from collections.abc import Callable
from typing import Any

import pytest

from loginradius_harness.client.response import ApiResponse
from loginradius_harness.journey.federation import EXCHANGE_GRANT, Browser, Federation
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

pytestmark = pytest.mark.preset("oidc")

Json = Any
ClaimsOf = Callable[[str], dict[str, Any]]


@pytest.fixture(params=["oidc", "oauth"])
def app(request: pytest.FixtureRequest, journey: Journey) -> Federation:
    """Return the target's app of OpenID Connect, then the one of OAuth."""
    return journey.federation if request.param == "oidc" else journey.oauth


def scope_of(app: Federation) -> str:
    return "openid profile email" if app.kind == "oidc" else "profile"


@pytest.mark.rule("federation.login_leads_back_with_a_code")
def test_user_logs_in_to_an_app(app: Federation, person: Person) -> None:
    login = app.log_in(person, scope=scope_of(app))
    assert login.answer["state"] == login.state
    tokens = app.redeem(login).must_succeed().data
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] > 0
    assert ("id_token" in tokens) is (app.kind == "oidc")
    assert app.introspect(tokens["access_token"])["sub"] == person.uid


@pytest.mark.rule("federation.id_token_names_the_user")
def test_id_token_names_the_user(journey: Journey, claims_of: ClaimsOf, person: Person) -> None:
    app = journey.federation
    claims = claims_of(app.tokens(person)["id_token"])
    now = journey.client.clock.now().timestamp()
    assert claims["iss"] == app.call("get_discovery").must_succeed().data["issuer"]
    assert (claims["sub"], claims["email"]) == (person.uid, person.email)
    assert claims["aud"] in (app.settings.client_id, [app.settings.client_id])
    assert claims["auth_time"] <= claims["iat"] <= now + 5 < claims["exp"]


@pytest.mark.rule("federation.metadata_agrees_with_endpoints")
def test_metadata_names_the_endpoints(journey: Journey) -> None:
    discovered = journey.federation.call("get_discovery").must_succeed().data
    described = journey.federation.call("get_server_metadata").must_succeed().data
    assert {name: value for name, value in described.items() if discovered.get(name) != value} == {}
    assert discovered["authorization_endpoint"].startswith(discovered["issuer"])
    other = journey.oauth.call("get_server_metadata").must_succeed().data
    assert other["issuer"] != described["issuer"]
    keys = journey.federation.call("get_jwks").must_succeed().data
    assert journey.client.call("oauth_m2m.get_jwks").must_succeed().data == keys


@pytest.mark.rule("federation.userinfo_tells_of_the_user")
def test_userinfo_tells_of_the_user(journey: Journey, person: Person) -> None:
    app = journey.federation
    access = app.tokens(person)["access_token"]
    told = app.call("get_userinfo", token=access).must_succeed().data
    assert told["sub"] == person.uid
    assert (told["email"], told["email_verified"]) == (person.email, True)
    assert app.call("get_userinfo_by_post", body={"access_token": access}).must_succeed().data == told
    narrow = app.tokens(person, scope="openid")["access_token"]
    assert app.call("get_userinfo", token=narrow).must_succeed().data == {"sub": person.uid}


@pytest.mark.rule("federation.userinfo_refuses_other_tokens")
@pytest.mark.usefixtures("control")
def test_userinfo_refuses_an_expired_token(journey: Journey, person: Person) -> None:
    app = journey.federation
    tokens = app.tokens(person)
    journey.let_time_pass(tokens["expires_in"] + 1)
    app.call("get_userinfo", token=tokens["access_token"]).must_fail_with("invalid_token")


@pytest.mark.rule("federation.session_spares_the_second_login")
def test_second_app_needs_no_password(journey: Journey, person: Person) -> None:
    browser = Browser()
    journey.federation.log_in(person, browser)
    assert "code" in journey.oauth.authorize(browser, scope="profile").redirected
    assert "return_url" in journey.federation.authorize(browser, prompt="login").redirected


@pytest.mark.rule("federation.prompt_none_never_asks")
def test_silent_login_of_a_stranger_fails(journey: Journey) -> None:
    reply = journey.federation.authorize(prompt="none", state="s-1")
    assert reply.redirected["error"] in {"login_required", "interaction_required"}
    assert reply.redirected["state"] == "s-1"


@pytest.mark.rule("federation.logout_ends_the_hub_session")
def test_logout_ends_the_login(journey: Journey, person: Person) -> None:
    app, browser = journey.federation, Browser()
    tokens = app.redeem(app.log_in(person, browser)).must_succeed().data
    query = {
        "id_token_hint": tokens["id_token"],
        "post_logout_redirect_uri": app.settings.logout_redirect_uri,
        "state": "bye",
    }
    other_tab = Browser(dict(browser.cookies))  # keeps the cookie that the logout removes
    reply = browser.keep(app.call("end_session", query=query, headers=browser.headers).must_succeed())
    assert reply.data["location"] == f"{app.settings.logout_redirect_uri}?state=bye"
    assert "return_url" in app.authorize(browser).redirected
    assert "return_url" in app.authorize(other_tab).redirected
    elsewhere = {**query, "post_logout_redirect_uri": "https://evil.example/"}
    assert "location" not in app.call("end_session", query=elsewhere).must_succeed().data


@pytest.mark.rule("federation.refresh_gives_new_tokens")
def test_refresh_gives_new_tokens(app: Federation, person: Person) -> None:
    old = app.tokens(person, scope=scope_of(app))
    new = app.refresh(old["refresh_token"]).must_succeed().data
    assert not {old["access_token"], old["refresh_token"]} & {new["access_token"], new["refresh_token"]}
    before, after = (app.introspect(tokens["access_token"]) for tokens in (old, new))
    assert (after["sub"], after["scp"]) == (before["sub"], before["scp"]) == (person.uid, scope_of(app).split())


@pytest.mark.rule("federation.introspection_tells_of_live_tokens")
def test_introspection_tells_of_live_tokens(app: Federation, person: Person) -> None:
    told = app.introspect(app.tokens(person, scope=scope_of(app))["access_token"])
    assert told["active"] is True
    assert (told["sub"], told["cid"]) == (person.uid, app.settings.client_id)
    assert told["iat"] < told["exp"]
    assert app.introspect("no-token") == {"active": False}


@pytest.mark.rule("federation.revoked_token_is_not_active")
def test_revoked_token_is_over(app: Federation, person: Person) -> None:
    tokens = app.tokens(person, scope=scope_of(app))
    app.revoke(tokens["access_token"])
    assert app.introspect(tokens["access_token"]) == {"active": False}
    app.revoke(tokens["refresh_token"])
    app.refresh(tokens["refresh_token"]).must_fail_with("invalid_grant")


@pytest.mark.rule("federation.device_waits_for_its_user", "federation.hasty_device_is_slowed")
@pytest.mark.usefixtures("control")
def test_device_gets_its_tokens_after_its_user_has_allowed_it(
    app: Federation, journey: Journey, person: Person
) -> None:
    device = app.device()
    app.poll(device).must_fail_with("authorization_pending")
    app.poll(device).must_fail_with("slow_down")
    journey.let_time_pass(device["interval"] + 1)
    app.poll(device).must_fail_with("authorization_pending")
    app.allow(person, device).must_succeed()
    tokens = app.poll(device).must_succeed().data
    assert app.introspect(tokens["access_token"])["sub"] == person.uid
    assert app.poll(device).oauth_error in {"invalid_request", "invalid_grant"}
    late = app.device()
    journey.let_time_pass(late["expires_in"] + 1)
    app.poll(late).must_fail_with("expired_token")


@pytest.mark.rule("federation.pushed_request_is_used")
def test_pushed_request_stands_for_its_parameters(app: Federation, person: Person) -> None:
    body = {
        **app.secret, "redirect_uri": app.settings.redirect_uri, "response_type": "code", "scope": scope_of(app),
        "state": "pushed",
    }  # fmt: skip
    pushed = app.call("push_authorization_request", body=body).must_succeed().data
    names = {"client_id": app.settings.client_id, "request_uri": pushed["request_uri"]}
    left_out = dict.fromkeys(("redirect_uri", "response_type", "scope"))
    sent_away = app.authorize(**names, **left_out).must_succeed()
    reply: ApiResponse = app.come_back(person, Browser(), sent_away, "authorize")
    assert reply.redirected["state"] == "pushed"
    assert reply.data["location"].startswith(app.settings.redirect_uri)
    assert "code" in reply.redirected
    foreign = {**names, "client_id": app.settings.machine_client_id}
    app.authorize(**foreign, **left_out).must_fail_with("invalid_request", "invalid_client")


@pytest.mark.rule("federation.client_manages_itself")
def test_client_registers_and_manages_itself(journey: Journey, person: Person) -> None:
    app = journey.federation
    uris = [app.settings.redirect_uri]
    metadata = {"client_name": "lrh-client", "redirect_uris": uris, "token_endpoint_auth_method": "client_secret_post"}
    made = app.call("register_client", body=metadata).must_succeed().data
    path, token = {"clientid": made["client_id"]}, made["registration_access_token"]
    secret = {"client_id": made["client_id"], "client_secret": made["client_secret"]}
    login = app.log_in(person, client_id=made["client_id"])
    assert app.redeem(login, **secret).must_succeed().data["id_token"]
    renamed = app.call(
        "update_client", path=path, token=token, body={**metadata, "client_name": "lrh-renamed"}
    ).must_succeed()
    assert renamed.data["client_name"] == "lrh-renamed"
    assert app.call("get_client", path=path, token=token).must_succeed().data["client_name"] == "lrh-renamed"
    app.call("get_client", path=path, token=made["client_secret"]).must_fail_with("access_denied", "invalid_token")
    assert app.call("delete_client", path=path, token=token).must_succeed().status == 204
    app.authorize(client_id=made["client_id"]).must_fail_with("invalid_client")


@pytest.mark.rule("federation.machine_gets_a_token")
def test_machine_token_is_validated_and_revoked(journey: Journey, claims_of: ClaimsOf) -> None:
    app = journey.federation
    token = app.machine_token().must_succeed().data["access_token"]
    claims = claims_of(token)
    assert claims["aud"] in (app.settings.audience, [app.settings.audience])
    assert (claims["gty"], claims["cid"]) == ("client_credentials", app.settings.machine_client_id)
    body = {**app.machine, "token": token, "token_type_hint": "access_token"}
    told = journey.client.call("oauth_m2m.introspect", body=body).must_succeed().data
    assert (told["active"], told["jti"]) == (True, claims["jti"])
    journey.client.call("oauth_m2m.revoke", body=body).must_succeed()
    assert journey.client.call("oauth_m2m.introspect", body=body).must_succeed().data == {"active": False}


@pytest.mark.rule("federation.product_token_is_exchanged")
def test_product_token_is_exchanged(app: Federation, journey: Journey, person: Person) -> None:
    session = journey.log_in(person)
    body = {"grant_type": EXCHANGE_GRANT, **app.secret, "token": session.token, "scope": scope_of(app)}
    tokens = app.call("token", body=body).must_succeed().data
    assert app.introspect(tokens["access_token"])["sub"] == person.uid
    app.call("token", body={**body, "token": "x" * 36}).must_fail_with("invalid_grant")
