"""Rows 77 and 78: whom a SAML assertion reaches, and which messages of applications are believed."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from signxml.exceptions import InvalidSignature

from loginradius_harness.checks.security.saml_messages import ApplicationKey, with_dtd, wrapped
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.federation import Browser
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person
from loginradius_harness.journey.saml import (
    CONSUMER,
    ENTITY,
    REDIRECT,
    Assertion,
    authn_request,
    form_of,
    from_query,
    in_form,
    in_query,
    logout_request,
    status_of,
)

Json = Any
Add = Callable[..., str]

pytestmark = pytest.mark.preset("administration")

MALFORMED = ErrorCode.PARAMETER_MALFORMED
ELSEWHERE = "https://evil.example/acs"
LONGEST_MINUTES = 70


@pytest.fixture
def add(journey: Journey) -> Iterator[Add]:
    """`add(**members)`: add an application, which is removed at the end; return its name."""
    names: list[str] = []

    def added(**members: Json) -> str:
        names.append(journey.saml.add(**members)["AppName"])
        return names[-1]

    yield added
    for name in names:
        journey.administration.remove_saml_application(name)


@pytest.fixture
def login(journey: Journey) -> str:
    """Return the address of the log-in."""
    return f"{journey.client.target.hub_url}/service/saml/idp/login"


@pytest.fixture
def logout(journey: Journey) -> str:
    """Return the address of the log-out."""
    return f"{journey.client.target.hub_url}/service/saml/idp/logout"


def log_in(journey: Journey, app: str, person: Person, login: str, browser: Browser | None = None) -> Assertion:
    """Log in to an application at its request; return the assertion."""
    _, xml = authn_request(login)
    return journey.saml.assertion(app, journey.saml.log_in(app, person, browser, SAMLRequest=in_query(xml)))


def ask(journey: Journey, app: str, xml: str) -> list[ApiResponse]:
    """Send a request for a log-in in a query and in a form; return the answers."""
    by_query = journey.saml.login(app, SAMLRequest=in_query(xml))
    return [by_query, journey.saml.post("login", app, SAMLRequest=in_form(xml))]


def is_logged_in(journey: Journey, app: str, browser: Browser, login: str) -> bool:
    """Return whether the browser gets an assertion without a log-in."""
    _, xml = authn_request(login)
    return isinstance(journey.saml.login(app, browser, SAMLRequest=in_query(xml)).must_succeed().data, str)


@pytest.mark.security(77, "SAML profiles 4.1.4.1", "ASVS 5.0 10.4.1")
@pytest.mark.rule("saml_apps.response_goes_to_the_registered_address")
@pytest.mark.parametrize(
    "wish",
    [
        {"AssertionConsumerServiceURL": ELSEWHERE},
        {"AssertionConsumerServiceURL": f"{CONSUMER}/further"},
        {"AssertionConsumerServiceURL": f"{CONSUMER}.evil.example"},
        {"ProtocolBinding": REDIRECT},
    ],
    ids=["elsewhere", "below", "longer", "binding"],
)
def test_request_cannot_choose_where_the_response_goes(
    journey: Journey, add: Add, login: str, wish: dict[str, str]
) -> None:
    app = add()
    for reply in ask(journey, app, authn_request(login, **wish)[1]):
        reply.must_be_refused(MALFORMED)


@pytest.mark.security(77, "SAML profiles 4.1.4.2", "SAML core 2.5.1", "ASVS 5.0 9.2.3")
@pytest.mark.rule("saml_apps.assertion_serves_its_application_only")
def test_assertion_of_one_application_does_not_fit_another(
    journey: Journey, person: Person, add: Add, login: str
) -> None:
    app, other = add(), add(Audiences=["https://other.example.com"])
    name, xml = authn_request(login)
    form = journey.saml.log_in(app, person, SAMLRequest=in_query(xml))
    assertion = journey.saml.assertion(app, form)
    assert assertion.audiences == [ENTITY]
    bound = ".//saml:SubjectConfirmationData"
    assert [assertion.value(bound, part) for part in ("InResponseTo", "Recipient")] == [name, CONSUMER]
    ends = datetime.fromisoformat(assertion.value(bound, "NotOnOrAfter"))
    assert ends - journey.client.clock.now() <= timedelta(minutes=LONGEST_MINUTES)
    with pytest.raises(InvalidSignature):
        journey.saml.assertion(other, form)


@pytest.mark.security(77, "SAML security 6.4.5", "ASVS 5.0 6.8.3")
@pytest.mark.rule("saml_apps.request_is_answered_once")
def test_way_back_from_the_log_in_page_works_once_and_for_its_application(
    journey: Journey, person: Person, add: Add, login: str
) -> None:
    app, other, browser = add(), add(), Browser()
    waiting = [journey.saml.login(app, SAMLRequest=in_query(authn_request(login)[1])) for _ in range(2)]
    first, second = (journey.saml.way_back(person, reply) for reply in waiting)
    journey.saml.return_to(first, browser).must_succeed()
    journey.saml.return_to(first, browser).must_be_refused(MALFORMED)
    journey.saml.return_to({**second, "appname": other}, browser).must_be_refused(MALFORMED)


@pytest.mark.security(77, "SAML bindings 3.5.5.1", "ASVS 5.0 1.2.1")
@pytest.mark.rule("saml_apps.relay_state_cannot_run")
def test_relay_state_stays_text(journey: Journey, person: Person, add: Add, login: str) -> None:
    app, browser, state = add(), Browser(), '"\'><script>alert(1)</script><b x="'
    log_in(journey, app, person, login, browser)
    query = {"SAMLRequest": in_query(authn_request(login)[1]), "RelayState": state}
    reply = journey.saml.login(app, browser, **query).must_succeed()
    assert "<script>alert" not in reply.data
    assert form_of(reply.data).fields["RelayState"] == state
    assert "no-store" in reply.headers["cache-control"]
    assert "default-src 'none'" in reply.headers["content-security-policy"]


@pytest.mark.security(78, "SAML bindings 3.4.4.1", "ASVS 5.0 6.8.2")
@pytest.mark.rule("saml_apps.unsigned_message_is_refused")
def test_message_that_the_applications_key_has_not_signed_is_refused(journey: Journey, add: Add, login: str) -> None:
    key = ApplicationKey()
    app = add(SpCertificate={"Certificate": key.certificate})
    assert journey.saml.metadata(app).wants_signed_requests
    _, xml = authn_request(login)
    _, second = authn_request(login)
    good, stranger = key.query(xml), ApplicationKey()
    journey.saml.login(app, **good).must_succeed()
    journey.saml.post("login", app, SAMLRequest=in_form(key.signed(xml))).must_succeed()
    unsigned = {name: good[name] for name in ("SAMLRequest", "RelayState")}
    forged = [
        unsigned, {**good, "SAMLRequest": in_query(second)}, {**good, "RelayState": "/else"}, stranger.query(xml),
        {**good, "SigAlg": "http://www.w3.org/2000/09/xmldsig#rsa-sha1"},
    ]  # fmt: skip
    for query in forged:
        journey.saml.login(app, **query).must_be_refused(ErrorCode.SAML_CERTIFICATE_MISMATCH)
    signed = key.signed(xml)
    for text in (xml, stranger.signed(xml), signed.replace(CONSUMER, ELSEWHERE), wrapped(signed, second)):
        reply = journey.saml.post("login", app, SAMLRequest=in_form(text))
        reply.must_be_refused(ErrorCode.SAML_CERTIFICATE_MISMATCH)


@pytest.mark.security(78, "SAML profiles 4.4.4.1", "ASVS 5.0 6.8.2")
@pytest.mark.rule("saml_apps.unsigned_message_is_refused")
def test_log_out_that_the_applications_key_has_not_signed_ends_nothing(
    journey: Journey, person: Person, add: Add, login: str, logout: str
) -> None:
    app, browser = add(), Browser()
    assertion = log_in(journey, app, person, login, browser)
    journey.saml.change(app, SpCertificate={"Certificate": ApplicationKey().certificate})
    _, xml = logout_request(logout, assertion.name, assertion.session_index)
    for reply in (
        journey.saml.logout(app, browser, SAMLRequest=in_query(xml)),
        journey.saml.post("logout", app, browser, SAMLRequest=in_form(xml)),
    ):
        reply.must_be_refused(ErrorCode.SAML_CERTIFICATE_MISMATCH)
    journey.saml.change(app, SpCertificate={"Certificate": ""})
    assert is_logged_in(journey, app, browser, login)


@pytest.mark.security(78, "SAML core 3.2.1", "SAML bindings 3.4.5.2", "ASVS 5.0 6.8.2")
@pytest.mark.rule("saml_apps.foreign_message_is_refused")
def test_message_of_another_issuer_or_for_another_place_is_refused(
    journey: Journey, add: Add, login: str, logout: str
) -> None:
    app = add()
    foreign = [
        authn_request(login, issuer="https://evil.example"), authn_request("https://evil.example/login"),
        authn_request(logout), authn_request(login, Version="1.1"),
    ]  # fmt: skip
    for _, xml in foreign:
        for reply in ask(journey, app, xml):
            reply.must_be_refused(MALFORMED)
    journey.saml.logout(app, SAMLRequest=in_query(authn_request(logout)[1])).must_be_refused(MALFORMED)


@pytest.mark.security(78, "SAML bindings 3.1.2", "ASVS 5.0 1.5.1")
@pytest.mark.rule("saml_apps.hostile_xml_is_refused")
def test_hostile_document_is_refused(journey: Journey, add: Add, login: str, logout: str) -> None:
    app = add()
    _, xml = authn_request(login)
    _, ending = logout_request(logout, "nobody", "none")
    large = xml.replace("</samlp:AuthnRequest>", " " * 5_000_000 + "</samlp:AuthnRequest>")
    for text in (with_dtd(xml), large):
        journey.saml.login(app, SAMLRequest=in_query(text)).must_be_refused(MALFORMED)
    journey.saml.post("login", app, SAMLRequest=in_form(with_dtd(xml))).must_be_refused(MALFORMED)
    journey.saml.logout(app, SAMLRequest=in_query(with_dtd(ending))).must_be_refused(MALFORMED)


@pytest.mark.security(78, "SAML core 3.7.1", "SAML profiles 4.4.4.1", "ASVS 5.0 7.4.1")
@pytest.mark.rule("saml_apps.log_out_names_its_user")
def test_log_out_of_another_user_or_a_late_one_ends_nothing(
    journey: Journey, person: Person, add: Add, login: str, logout: str
) -> None:
    app, browser = add(SpLogoutUrl="https://app.example.com/saml/sls"), Browser()
    assertion = log_in(journey, app, person, login, browser)
    _, foreign = logout_request(logout, "somebody-else", assertion.session_index)
    reply = journey.saml.logout(app, browser, SAMLRequest=in_query(foreign)).must_succeed()
    assert status_of(from_query(reply.redirected["SAMLResponse"]))[1].endswith(":UnknownPrincipal")
    before = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    _, late = logout_request(logout, assertion.name, assertion.session_index, NotOnOrAfter=before)
    journey.saml.logout(app, browser, SAMLRequest=in_query(late)).must_be_refused(MALFORMED)
    assert is_logged_in(journey, app, browser, login)
