"""Identity providers of SAML of the tenant's own: what management keeps, and what browsers meet."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from lxml import etree
from playwright.sync_api import Page, Route

from loginradius_harness.client.saml_identity_provider import SamlIdentityProvider, Statement
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.oauth_client import MACHINE_CLIENT, MACHINE_SECRET, MANAGEMENT_AUDIENCE
from loginradius_harness.emulator.server.uvicorn_server import Running
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Manage

Json = Any

pytestmark = pytest.mark.preset("administration")

POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
NEW: dict[str, Json] = {
    "Provider": "Portal",
    "DataMap": {"Email": "mail", "FirstName": "givenName"},
    "IdentityProvider": {"Binding": POST, "Location": "https://id.example.com/saml"},
    "ListInInterface": True,
}


@pytest.fixture(scope="module")
def identity() -> SamlIdentityProvider:
    return SamlIdentityProvider()


def test_added_provider_has_the_documented_addresses(manage: Manage, tenant: Tenant) -> None:
    made = manage("saml_provider.create", body=NEW).data
    assert (made["Provider"], made["IsActive"], made["IsDeleted"]) == ("portal", True, False)
    assert made["SamlServiceProvider"] == "https://emulated.hub.loginradius.com/"
    address = "https://emulated.hub.loginradius.com/saml/serviceprovider/AdfsACS.aspx"
    assert made["ServiceProviderACSUrl"] == f"{address}?apikey={tenant.key}&provider=portal"
    assert tenant.settings.social_providers[-1] == "portal"


@pytest.mark.parametrize("name", ["Google", "MyJWT", "a b", "ä"])
def test_name_that_cannot_be_given_is_refused(manage: Manage, name: str) -> None:
    assert manage("saml_provider.create", body={**NEW, "Provider": name}).code == ErrorCode.PROVIDER_INVALID


def test_null_changes_nothing(manage: Manage) -> None:
    manage("saml_provider.create", body={**NEW, "Domain": "example.com"})
    body = {"Provider": "portal", "DataMap": {}, "Domain": None, "IdpCertificate": {"Certificate": "c", "Key": None}}
    changed = manage("saml_provider.update", path={"saml_provider": "PORTAL"}, body=body).data
    assert (changed["Domain"], changed["DataMap"], changed["IdpCertificate"]) == (
        "example.com",
        {},
        {"Certificate": "c"},
    )


def test_another_name_than_that_of_the_path_is_refused(manage: Manage) -> None:
    manage("saml_provider.create", body=NEW)
    body = {**NEW, "Provider": "other"}
    refused = manage("saml_provider.update", path={"saml_provider": "portal"}, body=body)
    assert refused.code == ErrorCode.PROVIDER_INVALID


def test_removed_provider_leaves_no_setting(manage: Manage, tenant: Tenant) -> None:
    before = list(tenant.settings.social_providers)
    manage("saml_provider.create", body=NEW)
    assert manage("saml_provider.delete", path={"saml_provider": "PORTAL"}).data == {"IsDeleted": True}
    assert tenant.settings.social_providers == before
    assert manage("social_provider.get", path={"provider": "portal"}).code == ErrorCode.PROVIDER_NOT_CONFIGURED


Add = Callable[..., Json]


@pytest.fixture
def portal(api: httpx.Client, identity: SamlIdentityProvider) -> Add:
    """`portal(**members)`: add the provider to the running emulator; return its settings."""
    machine = {
        "grant_type": "client_credentials",
        "client_id": MACHINE_CLIENT,
        "client_secret": MACHINE_SECRET,
        "audience": MANAGEMENT_AUDIENCE,
    }
    token = api.post("/service/oauth/token", json=machine).json()["access_token"]

    def portal(**members: Json) -> Json:
        body = {**NEW, "IdpCertificate": {"Certificate": identity.certificate}, **members}
        headers = {"Authorization": f"Bearer {token}"}
        made = api.post("/v2/manage/custom-providers/saml", json=body, headers=headers)
        assert made.status_code == 200, made.text
        return made.json()

    return portal


def statement(provider: Json, request: str | None, **changes: Any) -> Statement:
    now = datetime.now(UTC)
    said = {
        "subject": "ada",
        "audience": provider["SamlServiceProvider"],
        "address": provider["ServiceProviderACSUrl"],
        "begins": now,
        "ends": now + timedelta(minutes=5),
        "request": request,
        "attributes": {"mail": "ada@example.com", "givenName": "Ada"},
    }
    return Statement(**{**said, **changes})


def test_browser_logs_in_at_the_provider(
    page: Page, api: httpx.Client, running: Running, portal: Add, identity: SamlIdentityProvider
) -> None:
    provider = portal(FriendlyProviderName="Portal of Ada")

    def answer(route: Route) -> None:
        sent = parse_qs(route.request.post_data or "")
        request = etree.fromstring(b64decode(sent["SAMLRequest"][0]))
        assert request.get("AssertionConsumerServiceURL") == provider["ServiceProviderACSUrl"]
        signed = b64encode(identity.response(statement(provider, request.get("ID"))).encode()).decode()
        form = f'<form method="post" action="{provider["ServiceProviderACSUrl"].replace("&", "&amp;")}">'
        field = f'<input type="hidden" name="SAMLResponse" value="{signed}"><button>Back</button></form>'
        route.fulfill(content_type="text/html", body=form + field)

    page.route("https://id.example.com/saml", answer)
    page.goto(f"/auth.aspx?return_url={running.url}/__emulator__/health%3Fpart%3D1")
    page.get_by_role("link", name="Log in with Portal of Ada").click()
    page.get_by_role("button", name="Continue to").click()
    page.get_by_role("button", name="Back").click()
    page.wait_for_url("**/__emulator__/health?*")
    query = parse_qs(urlsplit(page.url).query)
    assert query["part"] == ["1"]
    session = api.get("/api/v2/access_token", params={"token": query["token"][0], "secret": running.api_secret})
    headers = {"Authorization": f"Bearer {session.json()['access_token']}"}
    profile = api.get("/identity/v2/auth/account", headers=headers).json()
    assert (profile["FirstName"], profile["Email"][0]["Value"]) == ("Ada", "ada@example.com")
    assert profile["Provider"].lower() == "portal"


def bring(api: httpx.Client, provider: Json, response: str, **fields: str) -> httpx.Response:
    """Bring a response as a browser does."""
    form = {"SAMLResponse": b64encode(response.encode()).decode(), **fields}
    return api.post(provider["ServiceProviderACSUrl"], data=form)


def test_log_in_that_returns_nowhere_shows_the_request_token(
    api: httpx.Client, running: Running, portal: Add, identity: SamlIdentityProvider
) -> None:
    provider = portal(IsIdpInitiated=True)
    shown = bring(api, provider, identity.response(statement(provider, None)))
    token = shown.text.partition('id="request-token">')[2].partition("<")[0]
    assert running.app.registry.default.single_use_tokens.find("request", token).data["provider"] == "portal"


def test_provider_by_itself_leads_to_an_allowed_address_alone(
    api: httpx.Client, running: Running, portal: Add, identity: SamlIdentityProvider
) -> None:
    running.app.registry.default.settings.allowed_urls = ["https://app.example.com/"]
    provider = portal(IsIdpInitiated=True, RelayStateParameter="State")
    for address, status in (
        ("https://app.example.com/in?a=1", 302), ("https://evil.example.com/", 400), ("//evil.example.com", 400),
        ("https://app.example.com/\r\nX: y", 400), ("https://app.example.com/#token=x", 400),
    ):  # fmt: skip
        answer = bring(api, provider, identity.response(statement(provider, None)), State=address)
        assert answer.status_code == status, address
        assert answer.headers.get("location", "").startswith("https://app.example.com/in?a=1&token=") is (status == 302)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"provider": "portal", "callback": "https://evil.example.com/"}, 400),
        ({"provider": "google"}, 404),
        ({"apikey": "00000000-0000-4000-8000-000000000000", "provider": "portal"}, 404),
        ({"provider": "PORTAL"}, 200),
    ],
    ids=["address that is not allowed", "scripted provider", "unknown tenant", "name in another case"],
)
def test_begun_log_in_names_provider_and_tenant(
    api: httpx.Client, running: Running, portal: Add, asked: dict[str, str], status: int
) -> None:
    running.app.registry.default.settings.allowed_urls = ["https://app.example.com/"]
    portal()
    assert api.get("/RequestHandler.aspx", params=asked).status_code == status


def test_provider_without_an_address_begins_nothing(api: httpx.Client, portal: Add) -> None:
    portal(IdentityProvider={"Location": "javascript:alert(1)"})
    assert api.get("/RequestHandler.aspx", params={"provider": "portal"}).status_code == 400


def test_browsers_begin_by_get_and_come_back_by_post(api: httpx.Client, portal: Add) -> None:
    address = portal()["ServiceProviderACSUrl"]
    for method, url, allowed in (("GET", address, "POST"), ("POST", "/RequestHandler.aspx?provider=portal", "GET")):
        refused = api.request(method, url)
        assert (refused.status_code, refused.headers["allow"]) == (405, allowed)


@pytest.mark.parametrize("form", [{}, {"SAMLResponse": "%%%"}, {"SAMLResponse": "a" * 3_000_000}])
def test_form_without_a_response_is_refused(api: httpx.Client, portal: Add, form: dict[str, str]) -> None:
    assert api.post(portal()["ServiceProviderACSUrl"], data=form).status_code == 403


def test_switched_off_provider_logs_nobody_in(
    api: httpx.Client, running: Running, portal: Add, identity: SamlIdentityProvider
) -> None:
    provider = portal(IsIdpInitiated=True)
    running.app.registry.default.settings.social_providers.remove("portal")
    assert bring(api, provider, identity.response(statement(provider, None))).status_code == 404


def test_response_to_one_tenant_logs_nobody_in_at_another(
    api: httpx.Client, running: Running, portal: Add, identity: SamlIdentityProvider
) -> None:
    provider, registry = portal(IsIdpInitiated=True), running.app.registry
    other = registry.fork(registry.default)
    elsewhere = provider["ServiceProviderACSUrl"].replace(registry.default.key, other.key)
    response = identity.response(statement(provider, None))
    assert bring(api, {"ServiceProviderACSUrl": elsewhere}, response).status_code == 403
    assert bring(api, provider, response).status_code == 200
