"""Clients of OpenID Connect that others have written, unmodified: Authlib, openid-client, oidc-client-ts."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.jwk import KeySet

from loginradius_harness.journey.people import Person
from loginradius_harness.tenants import TenantContext, TenantProvider
from tests.clients.node_scripts import run

CALLBACK = "http://127.0.0.1/callback"
SECRET = "lrh-web-secret-of-the-embedded-tenant"


@pytest.fixture
def tenant(loginradius_tenants: TenantProvider) -> Iterator[TenantContext]:
    """Return a new tenant with an app of its own name, by which the shared hub knows it."""
    context = loginradius_tenants.create("oidc")
    assert context.control is not None
    context.control.patch_settings({"federation_apps": [f"shop-{context.target.api_key.reveal()[:8]}"]})
    yield context
    context.close()


@pytest.fixture
def issuer(tenant: TenantContext) -> str:
    assert tenant.control is not None
    return f"{tenant.target.hub_url}/service/oidc/{tenant.control.settings()['federation_apps'][0]}"


@pytest.fixture
def person(tenant: TenantContext) -> Person:
    return tenant.journey.verified_person()


def log_in(url: str, person: Person, tenant: TenantContext) -> str:
    """Open a URL as a browser, log in on the hosted page and return the address that it leads back to."""
    with httpx.Client(trust_env=False) as browser:
        page = browser.get(url).headers["location"]
        assert browser.get(page).status_code == 200
        credentials = {"email": person.email, "password": person.password}
        api = f"{tenant.target.api_url}/identity/v2/auth/login"
        answer = browser.post(api, params={"apikey": tenant.target.api_key.reveal()}, json=credentials).json()
        back = urljoin(page, parse_qs(urlsplit(page).query)["return_url"][0])
        location: str = browser.get(f"{back}&token={answer['access_token']}").headers["location"]
        return location


def test_authlib_logs_in_and_validates_the_id_token(tenant: TenantContext, issuer: str, person: Person) -> None:
    with httpx.Client(trust_env=False) as http:
        metadata = http.get(f"{issuer}/.well-known/openid-configuration").json()
        keys = KeySet.import_key_set(http.get(metadata["jwks_uri"]).json())
    with OAuth2Session(
        "lrh-web-client", SECRET, scope="openid email", redirect_uri=CALLBACK, code_challenge_method="S256"
    ) as client:
        client.trust_env = False
        verifier, nonce = "v" * 64, "n-1"
        url, state = client.create_authorization_url(
            metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce
        )
        answer = log_in(url, person, tenant)
        tokens = client.fetch_token(
            metadata["token_endpoint"], authorization_response=answer, code_verifier=verifier, state=state
        )
        claims = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"]).claims
        registry = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": "lrh-web-client"},
            nonce={"essential": True, "value": nonce},
        )
        registry.validate(claims)
        assert claims["sub"] == person.uid
        assert client.get(metadata["userinfo_endpoint"]).json()["email"] == person.email
        renewed = client.refresh_token(metadata["token_endpoint"], tokens["refresh_token"])
        assert renewed["access_token"] != tokens["access_token"]
        client.revoke_token(metadata["revocation_endpoint"], renewed["refresh_token"])
        told = client.introspect_token(metadata["introspection_endpoint"], renewed["access_token"])
        assert told.json() == {"active": False}


def test_authlib_gets_a_token_as_a_machine(tenant: TenantContext) -> None:
    with OAuth2Session("lrh-machine-client", "lrh-machine-secret-of-the-embedded-tenant") as client:
        client.trust_env = False
        url = f"{tenant.target.hub_url}/service/oauth/token"
        token = client.fetch_token(url, grant_type="client_credentials", audience="https://api.example.com")
    assert (token["token_type"], token["scope"]) == (
        "Bearer",
        "profile:read profile:write settings:read settings:write",
    )


def test_openid_client_completes_the_life_of_a_login(
    node: Path, tenant: TenantContext, issuer: str, person: Person
) -> None:
    client = {"CLIENT_ID": "lrh-web-client", "CLIENT_SECRET": SECRET, "REDIRECT_URI": CALLBACK}
    assert run(node, "openid_client.mjs", tenant, person, ISSUER=issuer, **client) == {
        "sub": person.uid,
        "email": person.email,
        "refreshed": person.uid,
        "active": [True, False],
        "device": True,
        "end": urlsplit(issuer).path + "/logout",
    }


def test_oidc_client_ts_logs_in_without_a_secret(
    node: Path, tenant: TenantContext, issuer: str, person: Person
) -> None:
    client = {"CLIENT_ID": "lrh-public-client", "REDIRECT_URI": CALLBACK}
    answer = run(node, "oidc_client_ts.mjs", tenant, person, ISSUER=issuer, **client)
    assert answer == {"sub": person.uid, "email": person.email, "state": "kept", "token": True}
