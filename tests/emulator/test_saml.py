"""Log-ins at the tenant for other applications, by SAML: what journeys do not reach."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any
from zlib import compressobj

import pytest

from loginradius_harness.checks.security.saml_messages import ApplicationKey
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.services.federation.saml import documents
from loginradius_harness.emulator.state import snapshot
from loginradius_harness.emulator.state.federation.saml import EMAIL
from loginradius_harness.emulator.state.tenant import Tenant
from loginradius_harness.journey.saml import PostedForm, authn_request, form_of, in_form, in_query, parse
from tests.emulator.conftest import Answer, Ask, Manage, Member

pytestmark = pytest.mark.preset("administration")

Json = Any
Add = Callable[..., str]
CONSUMER = "https://app.example.com/acs"


@pytest.fixture
def add(manage: Manage) -> Add:
    """`add(**members)`: add an application whose log-ins may start at the tenant; return its name."""

    def added(**members: Json) -> str:
        body = {
            "AppName": "shop", "IsIdpInitiated": True, "AssertionConsumerService": {"Location": CONSUMER}, **members,
        }  # fmt: skip
        return str(manage("saml_integration.create", body=body).data["AppName"])

    return added


def log_in(ask: Ask, tenant: Tenant, person: Member, app: str = "shop", **query: str) -> Answer:
    """Ask for a log-in that starts at the tenant, with the cookie of one that the person has."""
    session = tenant.federation.open_hub_session(person.uid, 600)
    cookie = {"Cookie": f"lr-session-token={session.id}"}
    return ask("saml.login", query={"appname": app, **query}, headers=cookie)


def posted(answer: Answer) -> tuple[PostedForm, Json]:
    """Return the form of a page and the response in it."""
    form = form_of(answer.data)
    return form, parse(b64decode(form.fields["SAMLResponse"]))


def texts(root: Json, name: str) -> list[str]:
    """Return the texts of all elements of this name."""
    return ["".join(found.itertext()) for found in root.iterfind(f".//{{{documents.ASSERTION}}}{name}")]


@pytest.mark.parametrize("name", ["shop", "a/b", " shop"])
def test_name_that_is_taken_or_that_no_path_holds_is_refused(manage: Manage, add: Add, name: str) -> None:
    add()
    assert manage("saml_integration.create", body={"AppName": name}).code == ErrorCode.REQUEST_INVALID


def test_application_without_settings_has_those_of_the_product(manage: Manage) -> None:
    made = manage("saml_integration.create", body={"AppName": "plain"}).data
    assert (made["NotOnOrAfter"], made["IsIdpInitiated"], made["Audiences"], made["SamlVersion"]) == (
        5,
        False,
        [],
        "2.0",
    )


@pytest.mark.parametrize("location", ["", "javascript:alert(1)", "https://app.example.com/\n", "/acs"])
def test_application_without_a_web_address_gets_no_log_in(
    ask: Ask, tenant: Tenant, person: Member, add: Add, location: str
) -> None:
    add(AssertionConsumerService={"Location": location})
    assert log_in(ask, tenant, person).code == ErrorCode.SAML_CONSUMER_SERVICE_MISSING


@pytest.mark.parametrize("page", ["", "javascript:alert(1)", "https://a.example/\r\nSet-Cookie: a=b"])
def test_log_out_leads_to_web_addresses_only(ask: Ask, add: Add, page: str) -> None:
    add(AfterLogoutUrl=page)
    assert ask("saml.logout", query={"appname": "shop"}).data["location"].startswith("http://127.0.0.1/auth.aspx?")


def test_unverified_address_names_nobody(ask: Ask, tenant: Tenant, person: Member, add: Add) -> None:
    add(NameIdFormat=EMAIL)
    account = tenant.accounts.by_uid(person.uid)
    assert account is not None
    account.emails[0].verified = False
    assert log_in(ask, tenant, person).code == ErrorCode.SAML_CLAIM_INVALID
    account.emails[0].verified = True
    assert texts(posted(log_in(ask, tenant, person))[1], "NameID") == [person.email]


def test_user_who_may_not_log_in_gets_no_assertion(ask: Ask, tenant: Tenant, person: Member, add: Add) -> None:
    add()
    account = tenant.accounts.by_uid(person.uid)
    assert account is not None
    account.active = False
    assert log_in(ask, tenant, person).data["location"].startswith("http://127.0.0.1/auth.aspx?")


def test_texts_that_xml_cannot_hold_are_left_out(ask: Ask, tenant: Tenant, person: Member, add: Add) -> None:
    static = {"a\0b": {"Value": "c\x01d <&>", "IsStatic": True, "Format": "\x02"}}
    add(Attributes=static, IssuerUrl="e\x03f", Audiences=["g\x04h"])
    _, response = posted(log_in(ask, tenant, person))
    assert texts(response, "AttributeValue") == ["cd <&>"]
    assert (texts(response, "Audience"), set(texts(response, "Issuer"))) == (["gh"], {"ef"})


def test_values_of_every_kind_are_told(ask: Ask, tenant: Tenant, person: Member, add: Add) -> None:
    add(Attributes={name: {"Value": name} for name in ("Email", "EmailVerified", "Addresses", "FirstName", "Company")})
    _, response = posted(log_in(ask, tenant, person))
    assert texts(response, "AttributeValue") == [person.email, "true", "Ada"]


def test_request_waits_ten_minutes(ask: Ask, tenant: Tenant, person: Member, add: Add) -> None:
    add()
    away = ask("saml.login", query={"appname": "shop"}).data["location"]
    handle = away.rpartition("request%3D")[2].partition("&")[0]
    tenant.clock.advance(601)
    assert log_in(ask, tenant, person, request=handle).code == ErrorCode.PARAMETER_MALFORMED


def test_request_of_a_deleted_application_is_none_of_the_next_one_with_its_name(
    ask: Ask, tenant: Tenant, person: Member, manage: Manage, add: Add
) -> None:
    add()
    away = ask("saml.login", query={"appname": "shop"}).data["location"]
    handle = away.rpartition("request%3D")[2].partition("&")[0]
    assert manage("saml_integration.delete", path={"saml_app": "shop"}).status == 200
    add()
    assert log_in(ask, tenant, person, request=handle).code == ErrorCode.PARAMETER_MALFORMED


def test_restored_tenant_has_its_applications(
    ask: Ask, tenant: Tenant, manage: Manage, person: Member, add: Add
) -> None:
    add(SpCertificate={"Certificate": "c", "Key": "k"}, Attributes={"a": {"Value": "b", "IsStatic": True}})
    kept, before = snapshot.take(tenant), manage("saml_integration.get", path={"saml_app": "shop"}).data
    manage("saml_integration.delete", path={"saml_app": "shop"})
    snapshot.restore(tenant, kept)
    assert manage("saml_integration.get", path={"saml_app": "shop"}).data == before
    assert texts(posted(log_in(ask, tenant, person))[1], "AttributeValue") == ["b"]


def test_certificate_that_is_none_verifies_nothing(ask: Ask, add: Add) -> None:
    add(SpCertificate={"Certificate": "no certificate"})
    _, xml = authn_request("http://127.0.0.1/service/saml/idp/login", AssertionConsumerServiceURL=CONSUMER)
    query = {"appname": "shop", "SAMLRequest": in_query(xml), "Signature": "x"}
    assert ask("saml.login", query=query).code == ErrorCode.SAML_CERTIFICATE_MISMATCH
    body = {"SAMLRequest": in_form(xml)}
    answer = ask("saml.login_by_post", query={"appname": "shop"}, body=body)
    assert answer.code == ErrorCode.SAML_CERTIFICATE_MISMATCH


@pytest.mark.parametrize("second", ["samlrequest", "SAMLRequest "])
def test_message_behind_a_signed_one_is_refused(ask: Ask, add: Add, second: str) -> None:
    key, here = ApplicationKey(), "http://127.0.0.1/service/saml/idp/login"
    add(SpCertificate={"Certificate": key.certificate})
    _, xml = authn_request(here, AssertionConsumerServiceURL=CONSUMER)
    _, forged = authn_request(here, AssertionConsumerServiceURL=CONSUMER)
    signed = {"appname": "shop", **key.query(xml)}
    assert ask("saml.login", query=signed).status == 302
    assert ask("saml.login", query={**signed, second: in_query(forged)}).code == ErrorCode.SAML_CERTIFICATE_MISMATCH
    twice = {**signed, "SAMLRequest": [signed["SAMLRequest"], in_query(forged)]}
    assert ask("saml.login", query=twice).code == ErrorCode.SAML_CERTIFICATE_MISMATCH


def test_forms_of_signatures_that_are_none_are_refused(ask: Ask, add: Add) -> None:
    key = ApplicationKey()
    add(SpCertificate={"Certificate": key.certificate})
    _, xml = authn_request("http://127.0.0.1/service/saml/idp/login", AssertionConsumerServiceURL=CONSUMER)
    good = key.signed(xml)
    value = good.partition("<ds:SignatureValue>")[2].partition("</ds:SignatureValue>")[0]
    spoiled = [
        xml.replace("</samlp:AuthnRequest>", '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/></samlp:AuthnRequest>'),
        good.replace(value, ""), good.replace(value, "%%%"), good.replace("rsa-sha256", "nothing"),
        good.replace("rsa-sha256", "hmac-sha256"), good.replace("xmldsig-more#rsa-sha256", "xmldsig-more#ecdsa-sha256"),
        good.replace('URI="#', 'URI="#x'), good.replace('URI="#', 'URI="file:///etc/hostname#'),
        good.replace("enveloped-signature", "other"), good.replace("<ds:KeyInfo>", "<ds:KeyInfo><a/>"),
        good.replace("xml-exc-c14n#", "else#"), good.replace('ID="', 'Id="'),
    ]  # fmt: skip
    assert ask("saml.login_by_post", query={"appname": "shop"}, body={"SAMLRequest": in_form(good)}).status == 302
    for text in spoiled:
        answer = ask("saml.login_by_post", query={"appname": "shop"}, body={"SAMLRequest": in_form(text)})
        assert (answer.code, text != good) == (ErrorCode.SAML_CERTIFICATE_MISMATCH, True)


@pytest.mark.parametrize("state", [{"a": 1}, None, 5, ["x"]])
def test_fields_that_are_no_text_do_no_harm(ask: Ask, add: Add, state: Json) -> None:
    add()
    _, xml = authn_request("http://127.0.0.1/service/saml/idp/login", AssertionConsumerServiceURL=CONSUMER)
    for sent in ({"SAMLRequest": in_form(xml), "RelayState": state}, {"SAMLRequest": state}):
        assert ask("saml.login_by_post", query={"appname": "shop"}, body=sent).status in {302, 400}


@pytest.mark.parametrize(
    "text",
    [
        b"", b"<a", b"\0", b"<!DOCTYPE a><a/>", b'<!DOCTYPE a SYSTEM "file:///etc/hostname"><a/>',
        b"<a>" + b" " * documents.LARGEST + b"</a>", b"<a>" * 1_000,
    ],
)  # fmt: skip
def test_hostile_document_is_unreadable(text: bytes) -> None:
    with pytest.raises(documents.UnreadableError):
        documents.parse(text)


@pytest.mark.parametrize("text", ["%%%", "\u00e9", "QQ", "QQ==="])
def test_text_that_is_no_message_is_unreadable(text: str) -> None:
    with pytest.raises(documents.UnreadableError):
        documents.decode(text, deflated=True)


def test_comment_splits_no_text() -> None:
    root = documents.parse(b"<a>admin@example.com<!-- -->.evil.example</a>")
    assert documents.text_of(root) == "admin@example.com.evil.example"


def test_small_message_does_not_grow_without_bound() -> None:
    deflater = compressobj(wbits=-15)
    raw = deflater.compress(b" " * 50_000_000) + deflater.flush()
    assert len(documents.decode(b64encode(raw).decode(), deflated=True)) == documents.LARGEST + 1


def test_representations_hide_keys(tenant: Tenant, add: Add) -> None:
    add(SpCertificate={"Certificate": "c", "Key": "sp-key"})
    app = tenant.federation.saml_apps.get("shop")
    assert app is not None
    assert "PRIVATE" in app.key
    assert "PRIVATE" not in repr(app)
    assert "sp-key" not in repr(app.settings)
