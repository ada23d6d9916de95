"""SAML service providers that others have written, unmodified: python3-saml, node-saml."""

import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urljoin, urlsplit
from uuid import uuid4

import httpx
import pytest
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from loginradius_harness.emulator.services.federation.saml.certificates import SigningCertificate, make_certificate
from loginradius_harness.journey.people import Person
from loginradius_harness.tenants import TenantContext, TenantProvider
from tests.clients.node_scripts import run

Json = Any

HOST = "app.example.com"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
HOME = f"https://{HOST}/home?tab=1&from=<saml>"


@pytest.fixture
def tenant(loginradius_tenants: TenantProvider) -> Iterator[TenantContext]:
    context = loginradius_tenants.create("administration")
    yield context
    context.close()


@pytest.fixture
def person(tenant: TenantContext) -> Person:
    return tenant.journey.verified_person()


class Form(HTMLParser):
    """The form of a page: where it goes and its fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what the form posts."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = given["action"]
        elif tag == "input":
            self.fields[given["name"]] = given["value"]


class Application:
    """An application of the tenant, whose SAML python3-saml speaks."""

    def __init__(self, tenant: TenantContext, key: SigningCertificate | None = None, **members: Json) -> None:
        self._tenant = tenant
        self.key = key  # signs what the application sends
        own = {"SpCertificate": {"Certificate": key.certificate}} if key else {}
        self.name = f"lrh-saml-{uuid4().hex[:12]}"
        self.entity = f"https://{HOST}/{self.name}"
        body = {
            "AppName": self.name,
            "Audiences": [self.entity],
            "AssertionConsumerService": {"Binding": POST, "Location": f"https://{HOST}/acs"},
            "SpLogoutUrl": f"https://{HOST}/sls",
            "NameIdFormat": EMAIL,
            "Attributes": {
                "first_name": {"Value": "FirstName"},
                "mail": {"Value": "Email"},
                "plan": {"Value": "gold & <silver>", "IsStatic": True},
            },
            "IsIdpInitiated": True,
            **own,
            **members,
        }
        self.manage("create", body=body)
        self.settings = self.read_metadata()

    def manage(self, operation: str, **request: Json) -> Json:
        """Call the management of the application."""
        path = {} if operation == "create" else {"saml_app": self.name}
        call = self._tenant.journey.administration.call
        return call(f"saml_integration.{operation}", path=path, **request).must_succeed()

    def read_metadata(self) -> Json:
        """Return what python3-saml is configured with: its own side, and what it reads in the tenant's metadata."""
        hub = self._tenant.target.hub_url
        with httpx.Client(trust_env=False) as http:
            metadata = http.get(f"{hub}/service/saml/idp/metadata", params={"appName": self.name}).text
        return {
            **OneLogin_Saml2_IdPMetadataParser.parse(metadata),
            "strict": True,
            "debug": True,
            "sp": {
                "entityId": self.entity,
                "assertionConsumerService": {"url": f"https://{HOST}/acs", "binding": POST},
                "singleLogoutService": {"url": f"https://{HOST}/sls", "binding": REDIRECT},
                "NameIDFormat": EMAIL,
                **({"x509cert": self.key.certificate, "privateKey": self.key.key} if self.key else {}),
            },
            "security": {
                **({"authnRequestsSigned": True, "logoutRequestSigned": True} if self.key else {}),
                "wantAssertionsSigned": True,
                "wantMessagesSigned": True,
                "wantNameId": True,
                "rejectDeprecatedAlgorithm": True,
            },
        }

    def auth(self, path: str, *, query: dict[str, str] | None = None, form: dict[str, str] | None = None) -> Json:
        """Return python3-saml for one request that the application gets."""
        request = {
            "https": "on", "http_host": HOST, "script_name": path, "get_data": query or {}, "post_data": form or {},
        }  # fmt: skip
        return OneLogin_Saml2_Auth(request, OneLogin_Saml2_Settings(self.settings))

    def consume(self, form: "Form", request: str | None = None) -> Json:
        """Return python3-saml after it has read a posted response."""
        auth = self.auth("/acs", form=form.fields)
        auth.process_response(request_id=request)
        return auth


class Browser:
    """A browser at the hub."""

    def __init__(self, tenant: TenantContext) -> None:
        self._tenant = tenant
        self._http = httpx.Client(trust_env=False)

    def open(self, url: str) -> httpx.Response:
        """Open a URL."""
        return self._http.get(url)

    def log_in(self, url: str, person: Person) -> Form:
        """Open a URL, log in on the hosted page, and return the form that the browser posts to the application."""
        page = self.open(url).headers["location"]
        assert self.open(page).status_code == 200
        credentials = {"email": person.email, "password": person.password}
        api = f"{self._tenant.target.api_url}/identity/v2/auth/login"
        answer = self._http.post(api, params={"apikey": self._tenant.target.api_key.reveal()}, json=credentials).json()
        back = urljoin(page, parse_qs(urlsplit(page).query)["return_url"][0])
        return Form(self.open(f"{back}&token={answer['access_token']}").text)


@pytest.fixture
def browser(tenant: TenantContext) -> Browser:
    return Browser(tenant)


def test_python3_saml_logs_in_and_out(tenant: TenantContext, browser: Browser, person: Person) -> None:
    app = Application(tenant)
    asking = app.auth("/login")
    form = browser.log_in(asking.login(return_to=HOME), person)
    assert form.action == f"https://{HOST}/acs"
    auth = app.consume(form, asking.get_last_request_id())
    assert (auth.get_errors(), auth.get_last_error_reason()) == ([], None)
    assert auth.is_authenticated()
    assert (auth.get_nameid(), auth.get_nameid_format()) == (person.email, EMAIL)
    assert auth.get_attributes()["plan"] == ["gold & <silver>"]
    assert auth.get_attributes()["mail"] == [person.email]
    assert form.fields["RelayState"] == HOME

    leaving = app.auth("/logout")
    url = leaving.logout(
        name_id=auth.get_nameid(), session_index=auth.get_session_index(), return_to="https://app.example.com/"
    )
    back = browser.open(url).headers["location"]
    assert back.startswith(f"https://{HOST}/sls?")
    query = dict(parse_qsl(urlsplit(back).query))
    ended = app.auth("/sls", query=query)
    ended.process_slo(request_id=leaving.get_last_request_id())
    assert (ended.get_errors(), ended.get_last_error_reason()) == ([], None)
    assert query["RelayState"] == "https://app.example.com/"
    again = browser.open(app.auth("/login").login())
    assert "return_url" in again.headers["location"]


def test_python3_saml_takes_a_log_in_that_starts_at_the_tenant(
    tenant: TenantContext, browser: Browser, person: Person
) -> None:
    app = Application(tenant, NameIdFormat=PERSISTENT)
    url = app.settings["idp"]["singleSignOnService"]["url"]
    names: list[str] = []
    for _ in range(2):
        auth = app.consume(browser.log_in(url, person) if not names else Form(browser.open(url).text))
        assert (auth.get_errors(), auth.get_last_error_reason()) == ([], None)
        names.append(auth.get_nameid())
    assert names[0] == names[1] != person.uid


def test_python3_saml_signs_its_requests(tenant: TenantContext, browser: Browser, person: Person) -> None:
    app = Application(tenant, make_certificate(HOST, time.time()))
    asking = app.auth("/login")
    form = browser.log_in(asking.login(), person)
    auth = app.consume(form, asking.get_last_request_id())
    assert auth.get_errors() == []
    leaving = app.auth("/logout")
    url = leaving.logout(name_id=auth.get_nameid(), session_index=auth.get_session_index())
    assert browser.open(url.partition("&Signature=")[0]).status_code == 401
    ended = app.auth("/sls", query=dict(parse_qsl(urlsplit(browser.open(url).headers["location"]).query)))
    ended.process_slo(request_id=leaving.get_last_request_id())
    assert ended.get_errors() == []


def test_python3_saml_refuses_what_is_not_for_it(tenant: TenantContext, browser: Browser, person: Person) -> None:
    app, other = Application(tenant), Application(tenant)
    asking = app.auth("/login")
    form = browser.log_in(asking.login(), person)
    request = asking.get_last_request_id()
    assert app.consume(form, request).get_errors() == []
    assert other.consume(form, request).get_errors() == ["invalid_response"]
    other.settings["idp"] = app.settings["idp"]
    assert "is not a valid audience" in other.consume(form, request).get_last_error_reason()
    assert app.consume(form, "another-request").get_errors() == ["invalid_response"]


def test_python3_saml_refuses_the_former_and_takes_the_renewed_certificate(
    tenant: TenantContext, browser: Browser, person: Person
) -> None:
    app = Application(tenant)
    app.manage("renew_certificate")
    asking = app.auth("/login")
    form = browser.log_in(asking.login(), person)
    assert app.consume(form, asking.get_last_request_id()).get_errors() == ["invalid_response"]
    app.settings = app.read_metadata()
    assert app.consume(form, asking.get_last_request_id()).get_errors() == []


def test_python3_saml_ends_its_log_in_when_the_tenant_asks(
    tenant: TenantContext, browser: Browser, person: Person
) -> None:
    app = Application(tenant, AfterLogoutUrl="https://app.example.com/goodbye")
    asking = app.auth("/login")
    browser.log_in(asking.login(), person)
    asked = browser.open(app.settings["idp"]["singleLogoutService"]["url"]).headers["location"]
    ending = app.auth("/sls", query=dict(parse_qsl(urlsplit(asked).query)))
    answer = ending.process_slo(keep_local_session=True)
    assert ending.get_errors() == []
    assert browser.open(answer).headers["location"] == "https://app.example.com/goodbye"


def test_python3_saml_is_told_why_a_request_fails(tenant: TenantContext, browser: Browser) -> None:
    app = Application(tenant)
    asking = app.auth("/login")
    form = Form(browser.open(asking.login(is_passive=True)).text)
    refused = app.consume(form, asking.get_last_request_id())
    assert "NoPassive" in refused.get_last_error_reason()


def test_node_saml_logs_in_and_out(node: Path, tenant: TenantContext, person: Person) -> None:
    app = Application(tenant, make_certificate(HOST, time.time()))
    assert app.key is not None
    idp = app.settings["idp"]
    environ = {
        "ISSUER": app.entity, "ENTRY_POINT": idp["singleSignOnService"]["url"],
        "LOGOUT_URL": idp["singleLogoutService"]["url"], "CERTIFICATE": idp["x509cert"],
        "CALLBACK": f"https://{HOST}/acs", "KEY": app.key.key,
    }  # fmt: skip
    assert run(node, "node_saml.mjs", tenant, person, **environ) == {
        "nameID": person.email,
        "plan": "gold & <silver>",
        "state": "/cart",
        "refused": True,
        "loggedOut": True,
    }
