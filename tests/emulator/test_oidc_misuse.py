"""OAuth and OpenID Connect: hostile requests, and requests to an app or of a client that is not the right one."""

import base64
from urllib.parse import parse_qsl, urlsplit

import pytest
from msgspec.structs import replace

from loginradius_harness.emulator.core.oauth_client import (
    CALLBACK,
    DEVICE_GRANT,
    PUBLIC_CLIENT,
    WEB_CLIENT,
    WEB_SECRET,
)
from loginradius_harness.emulator.services.federation import signing
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Answer, Ask, Member
from tests.emulator.test_oidc import APP, REQUEST, log_in

CLIENT = {"client_id": WEB_CLIENT, "client_secret": WEB_SECRET}
NO_TEXT = [base64.b64encode(b"\xff:x").decode(), base64.b64encode(b"web:\xed\xa0\x80").decode(), "é"]


def basic(value: str) -> dict[str, bytes]:
    return {"Authorization": f"Basic {value}".encode("latin-1")}


def tokens(ask: Ask, person: Member) -> dict[str, str]:
    code = dict(parse_qsl(urlsplit(log_in(ask, person).headers["location"]).query))["code"]
    body = {**CLIENT, "grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    answer: dict[str, str] = ask("oidc.token", path=APP, body=body).data
    return answer


def cookie(ask: Ask, person: Member) -> dict[str, str]:
    return {"Cookie": log_in(ask, person).headers["set-cookie"].partition(";")[0]}


def device_code(ask: Ask) -> dict[str, str]:
    answer: dict[str, str] = ask("oidc.request_device_code", path=APP, body={**CLIENT, "scope": "openid"}).data
    return answer


def poll(ask: Ask, device: dict[str, str]) -> Answer:
    return ask(
        "oidc.token", path=APP, body={**CLIENT, "grant_type": DEVICE_GRANT, "device_code": device["device_code"]}
    )


@pytest.mark.parametrize("longest", ["²", "9" * 5_000])
def test_max_age_that_no_clock_counts_asks_for_nothing(ask: Ask, person: Member, longest: str) -> None:
    headers = cookie(ask, person)
    answer = ask("oidc.authorize", path=APP, query={**REQUEST, "max_age": longest}, headers=headers)
    assert answer.headers["location"].startswith(CALLBACK)


def test_token_whose_critical_headers_are_no_list_is_unknown(ask: Ask) -> None:
    header = base64.urlsafe_b64encode(b'{"alg":"RS256","crit":5}').decode().rstrip("=")
    answer = ask("oidc.introspect", path=APP, body={**CLIENT, "token": f"{header}.e30.e30"})
    assert answer.data == {"active": False}


@pytest.mark.parametrize("operation", ["token", "introspect", "revoke", "push_authorization_request"])
@pytest.mark.parametrize("value", NO_TEXT)
def test_credentials_that_are_no_text_prove_no_client(ask: Ask, operation: str, value: str) -> None:
    body = {**REQUEST, "grant_type": "refresh_token", "refresh_token": "x", "token": "x"}
    answer = ask(f"oidc.{operation}", path=APP, body=body, headers=basic(value))
    assert (answer.status, answer.data["error"]) == (401, "invalid_client")


def test_client_pushes_no_request_of_another(ask: Ask) -> None:
    body = {**REQUEST, "client_id": PUBLIC_CLIENT, "code_challenge": "a" * 43, "code_challenge_method": "S256"}
    proof = basic(base64.b64encode(f"{WEB_CLIENT}:{WEB_SECRET}".encode()).decode())
    answer = ask("oidc.push_authorization_request", path=APP, body=body, headers=proof)
    assert (answer.status, answer.data["error"]) == (400, "invalid_request")


def test_user_allows_a_device_at_its_own_app_only(ask: Ask, person: Member) -> None:
    device, headers = device_code(ask), cookie(ask, person)
    query = {"client_id": WEB_CLIENT, "user_code": device["user_code"]}
    elsewhere = ask("oauth.authorize", path={"oauthappname": "emulated"}, query=query, headers=headers)
    assert (elsewhere.status, elsewhere.data["error"]) == (400, "invalid_request")
    assert poll(ask, device).data["error"] == "authorization_pending"


def test_device_of_a_client_that_wants_its_own_log_in_gets_no_other(ask: Ask, tenant: Tenant, person: Member) -> None:
    web, *others = tenant.settings.oauth_clients
    tenant.settings.oauth_clients = [replace(web, managed={"ForceReAuthentication": True}), *others]
    device, headers = device_code(ask), cookie(ask, person)
    query = {"client_id": WEB_CLIENT, "user_code": device["user_code"]}
    answer = ask("oidc.authorize_device", path=APP, query=query, headers=headers)
    assert urlsplit(answer.headers["location"]).path == "/auth.aspx"
    assert poll(ask, device).data["error"] == "authorization_pending"


def test_token_of_a_client_that_left_the_settings_gives_no_claims(ask: Ask, tenant: Tenant, person: Member) -> None:
    token = tokens(ask, person)["access_token"]
    assert ask("oidc.get_userinfo", path=APP, token=token).status == 200
    tenant.settings.oauth_clients = []
    assert ask("oidc.get_userinfo", path=APP, token=token).data["error"] == "invalid_token"


@pytest.mark.parametrize("claim", ["iss", "sub", "aud", "nonce", "c_hash", "s_hash", "sid", "cnf", "act", "sub_jwk"])
def test_management_gives_an_id_token_no_claim_of_the_protocol(
    ask: Ask, tenant: Tenant, person: Member, claim: str
) -> None:
    web, *others = tenant.settings.oauth_clients
    managed = {"Metadata": {claim: "forged", "shop": "engines"}}
    tenant.settings.oauth_clients = [replace(web, managed=managed), *others]
    claims = signing.read(tenant, tokens(ask, person)["id_token"]) or {}
    assert claims["shop"] == "engines"
    assert claims.get(claim) != "forged"
