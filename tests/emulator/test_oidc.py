"""OAuth and OpenID Connect of a tenant: its state, its settings and its log-in page."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from loginradius_harness.emulator.core.oauth_client import (
    CALLBACK,
    MACHINE_CLIENT,
    MACHINE_SECRET,
    WEB_CLIENT,
    WEB_SECRET,
)
from loginradius_harness.emulator.state import snapshot
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Answer, Ask, Member

APP = {"oidcappname": "emulated"}
REQUEST = {"client_id": WEB_CLIENT, "redirect_uri": CALLBACK, "response_type": "code", "scope": "openid"}
MACHINE = {"client_id": MACHINE_CLIENT, "client_secret": MACHINE_SECRET}


@pytest.fixture
def machine_token(ask: Ask) -> str:
    body = {"grant_type": "client_credentials", "audience": "https://api.example.com", **MACHINE}
    return str(ask("oauth_m2m.token", body=body).data["access_token"])


@pytest.fixture
def introspect(ask: Ask) -> Callable[[str], Any]:
    def introspect(token: str) -> Any:
        return ask("oauth_m2m.introspect", body={**MACHINE, "token": token}).data

    return introspect


def log_in(ask: Ask, person: Member) -> Answer:
    """Follow the hosted page back to the authorization endpoint."""
    sent_away = ask("oidc.authorize", path=APP, query=REQUEST).headers["location"]
    page = dict(parse_qsl(urlsplit(sent_away).query))
    token = ask("authentication.login_by_email", body={"email": person.email, "password": person.password}).data
    back = dict(parse_qsl(urlsplit(page["return_url"]).query))
    return ask("oidc.authorize", path=APP, query={**back, "token": token["access_token"]})


def test_login_page_leads_back_to_the_request(ask: Ask, tenant: Tenant) -> None:
    answer = ask("oidc.authorize", path=APP, query={**REQUEST, "state": "s", "prompt": "login"})
    page = urlsplit(answer.headers["location"])
    query = dict(parse_qsl(page.query))
    back = urlsplit(query["return_url"])
    assert (answer.status, page.path, query["apikey"]) == (302, "/auth.aspx", tenant.key)
    assert back.path == "/service/oidc/emulated/authorize"
    assert dict(parse_qsl(back.query)) == {**REQUEST, "state": "s"}  # the wish to log in is met by then


def test_login_at_the_hub_is_a_cookie_that_scripts_cannot_read(ask: Ask, person: Member) -> None:
    answer = log_in(ask, person)
    name, *attributes = answer.headers["set-cookie"].split("; ")
    assert name.startswith("lr-session-token=")
    assert set(attributes) == {"Path=/", "HttpOnly", "SameSite=Lax"}
    assert (
        ask("oidc.authorize", path=APP, query=REQUEST, headers={"Cookie": name})
        .headers["location"]
        .startswith(CALLBACK)
    )


@pytest.mark.preset("default", force_logout=True)
@pytest.mark.parametrize("way", ["by the user", "by management"])
def test_new_password_ends_log_ins_at_the_hub_and_grants_under_force_logout(
    ask: Ask, tenant: Tenant, person: Member, way: str
) -> None:
    log_in(ask, person)
    account = tenant.accounts.by_uid(person.uid)
    assert account is not None
    if way == "by the user":
        token = tenant.sessions.of(account)[-1].token
        body = {"oldPassword": person.password, "newPassword": "Difference-1822"}
        changed = ask("authentication.change_password", token=token, body=body)
    else:
        changed = ask("account.set_password_by_uid", path={"uid": person.uid}, body={"password": "Difference-1822"})
    assert changed.status == 200
    assert not list(tenant.federation.hub_sessions.scan())
    assert [grant.revoked for _, grant in tenant.federation.grants.scan()] == [True]


def test_unblocked_account_must_log_in_again(ask: Ask, tenant: Tenant, person: Member) -> None:
    log_in(ask, person)
    for active in (False, True):
        ask("account.update_account_by_uid", path={"uid": person.uid}, body={"IsActive": active})
    assert not list(tenant.federation.hub_sessions.scan())
    assert [grant.revoked for _, grant in tenant.federation.grants.scan()] == [True]


def test_code_of_a_blocked_account_gives_no_tokens(ask: Ask, tenant: Tenant, person: Member) -> None:
    code = dict(parse_qsl(urlsplit(log_in(ask, person).headers["location"]).query))["code"]
    account = tenant.accounts.by_uid(person.uid)
    assert account is not None
    account.active = False
    client = tenant.settings.oauth_clients[0]
    body = {
        "grant_type": "authorization_code", "client_id": client.client_id, "client_secret": client.client_secret,
        "code": code, "redirect_uri": CALLBACK,
    }  # fmt: skip
    answer = ask("oidc.token", path=APP, body=body)
    assert (answer.status, answer.data["error"]) == (400, "invalid_grant")


def test_fork_knows_the_tokens_of_its_parent(
    tenant: Tenant, machine_token: str, introspect: Callable[[str], Any]
) -> None:
    child = tenant.fork(tenant.identifiers.guid(), tenant.identifiers.guid())
    assert introspect(machine_token)["active"] is True
    assert dict(child.federation.tokens.scan()).keys() == dict(tenant.federation.tokens.scan()).keys()
    assert dict(child.federation.keys.scan()) == dict(tenant.federation.keys.scan())


def test_snapshot_keeps_tokens_and_their_key(
    tenant: Tenant, machine_token: str, introspect: Callable[[str], Any]
) -> None:
    saved = snapshot.take(tenant)
    tenant.federation.revoke(next(tenant.federation.grants.scan())[0])
    assert introspect(machine_token) == {"active": False}
    snapshot.restore(tenant, saved)
    assert introspect(machine_token)["active"] is True


def test_token_of_a_machine_expires(tenant: Tenant, machine_token: str, introspect: Callable[[str], Any]) -> None:
    tenant.clock.ahead += tenant.settings.machine_token_seconds
    assert introspect(machine_token) == {"active": False}


def test_unknown_app_is_refused(ask: Ask) -> None:
    answer = ask("oidc.get_discovery", path={"oidcappname": "nobody"})
    assert (answer.status, answer.data["error"]) == (400, "invalid_request")


@pytest.mark.preset("default", dynamic_registration=False, pushed_requests=False)
def test_metadata_names_no_endpoint_that_is_off(ask: Ask) -> None:
    data = ask("oidc.get_discovery", path=APP).data
    assert {"registration_endpoint", "pushed_authorization_request_endpoint"} & data.keys() == set()
    answer = ask("oidc.register_client", path=APP, body={"redirect_uris": [CALLBACK]})
    assert (answer.status, answer.data["error"]) == (400, "access_denied")


@pytest.mark.parametrize(
    ("name", "value"), [("response_type", "\uff22"), ("response_type", 'a"b'), ("redirect_uri", "https://é.example/\\")]
)
def test_characters_that_no_description_can_quote_are_an_invalid_request(ask: Ask, name: str, value: str) -> None:
    pushed = ask(
        "oidc.push_authorization_request", path=APP, body={**REQUEST, name: value, "client_secret": WEB_SECRET}
    )
    asked = ask("oidc.authorize", path=APP, query={**REQUEST, name: value})
    assert [(answer.status, answer.data["error"]) for answer in (pushed, asked)] == [(400, "invalid_request")] * 2


@pytest.mark.parametrize(
    ("name", "value"),
    [("logo_uri", {}), ("redirect_uris", "x"), ("redirect_uris", [5]), ("scope", 5), ("client_secret", 5),
     ("jwks", []), ("jwks", {"keys": [{"kty": 5}]}), ("jwks", {"keys": 5}), ("jwks", {"keys": [{"kty": []}]}),
     ("response_types", "")],
)  # fmt: skip
def test_client_metadata_of_a_wrong_type_is_refused(ask: Ask, name: str, value: Any) -> None:
    answer = ask(
        "oidc.register_client", path=APP, body={"client_name": "App", "redirect_uris": [CALLBACK], name: value}
    )
    assert (answer.status, answer.data["error"]) == (400, "invalid_client_metadata")


@pytest.mark.parametrize("nothing", [None, ""])
def test_empty_metadata_of_a_client_counts_as_left_out(ask: Ask, nothing: str | None) -> None:
    body = {"redirect_uris": [CALLBACK], "jwks_uri": nothing}
    made = ask("oidc.register_client", path=APP, body=body)
    path = {**APP, "clientid": made.data["client_id"]}
    bearer = {"Authorization": f"Bearer {made.data['registration_access_token']}"}
    changed = ask("oidc.update_client", path=path, body=body, headers=bearer)
    assert (made.status, changed.status) == (201, 200)
    assert "jwks_uri" not in made.data.keys() | changed.data.keys()
