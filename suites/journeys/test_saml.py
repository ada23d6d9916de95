"""Applications log their users in at the tenant by SAML, as management has made them (product-facts.md#saml)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from signxml.exceptions import InvalidSignature

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.federation import Browser
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person
from loginradius_harness.journey.saml import (
    CONSUMER,
    EMAIL,
    ENTITY,
    GOODBYE,
    PERSISTENT,
    POST,
    REDIRECT,
    SPACES,
    SUCCESS,
    TRANSIENT,
    Assertion,
    authn_request,
    form_of,
    from_query,
    in_form,
    in_query,
    logout_request,
    logout_response,
    response_of,
    status_of,
)

Json = Any
Add = Callable[..., str]

pytestmark = pytest.mark.preset("administration")

SP_LOGOUT = "https://app.example.com/saml/sls"


@pytest.fixture
def add(journey: Journey) -> Iterator[Add]:
    """`add(**members)`: add an application, which is removed at the end; return its name."""
    names: list[str] = []

    def added(**members: Json) -> str:
        names.append(journey.saml.add(**members)["AppName"])
        return names[-1]

    yield added
    for name in journey.administration.saml_applications().keys() & set(names):
        journey.administration.remove_saml_application(name)


def address(journey: Journey, name: str = "login") -> str:
    """Return the address of an endpoint."""
    return f"{journey.client.target.hub_url}/service/saml/idp/{name}"


def asked(journey: Journey, **attributes: str) -> tuple[str, str]:
    """Return id and text of a request for a log-in, as a query carries it."""
    name, xml = authn_request(address(journey), **attributes)
    return name, in_query(xml)


def log_in(journey: Journey, app: str, person: Person, browser: Browser | None = None) -> Assertion:
    """Log in to an application at its request; return the assertion."""
    _, request = asked(journey)
    return journey.saml.assertion(app, journey.saml.log_in(app, person, browser, SAMLRequest=request))


@pytest.mark.rule("saml_apps.listed_until_removed")
def test_application_is_read_as_written_until_it_is_removed(journey: Journey, add: Add) -> None:
    app = add(IsIdpInitiated=True, NotOnOrAfter=30)
    changed = journey.saml.change(app, NotOnOrAfter=10, NameIdFormat=PERSISTENT)
    assert (changed["NotOnOrAfter"], changed["NameIdFormat"], changed["IsIdpInitiated"]) == (10, PERSISTENT, True)
    assert changed["Audiences"] == [ENTITY]
    assert journey.saml.call("get", app).must_succeed().data == changed
    assert journey.administration.saml_applications()[app] == changed
    journey.administration.remove_saml_application(app)
    assert app not in journey.administration.saml_applications()


@pytest.mark.rule("saml_apps.name_is_given_once")
def test_removed_application_is_unknown_and_a_name_is_given_once(journey: Journey, add: Add) -> None:
    app = add()
    taken = journey.administration.call("saml_integration.create", body={"AppName": app})
    taken.must_be_refused(ErrorCode.REQUEST_INVALID)
    journey.administration.remove_saml_application(app)
    for operation, body in (("get", None), ("update", {"NotOnOrAfter": 5}), ("delete", None)):
        journey.saml.call(operation, app, body=body).must_be_refused(ErrorCode.REQUEST_INVALID)
    journey.saml.call("renew_certificate", app).must_be_refused(ErrorCode.REQUEST_INVALID)


@pytest.mark.rule("saml_apps.metadata_describes_the_tenant")
def test_metadata_names_certificate_endpoints_and_format(journey: Journey, add: Add) -> None:
    app = add(NameIdFormat=EMAIL)
    metadata = journey.saml.metadata(app)
    certificate = journey.saml.call("get", app).must_succeed().data["IdpCertificate"]["Certificate"]
    assert metadata.certificate in "".join(certificate.split())
    assert (metadata.name_id_format, metadata.wants_signed_requests) == (EMAIL, False)
    assert metadata.services.keys() == {(name, how) for name in ("login", "logout") for how in (POST, REDIRECT)}
    hub = urlsplit(journey.client.target.hub_url).netloc
    assert {urlsplit(place).netloc for place in metadata.services.values()} == {hub}


@pytest.mark.rule("saml_apps.log_in_is_answered_with_an_assertion")
def test_application_gets_a_signed_assertion_about_the_user(journey: Journey, person: Person, add: Add) -> None:
    app = add(NameIdFormat=EMAIL)
    name, request = asked(journey)
    form = journey.saml.log_in(app, person, SAMLRequest=request, RelayState="/cart")
    assert (form.action, form.fields["RelayState"]) == (CONSUMER, "/cart")
    assertion = journey.saml.assertion(app, form)
    assert assertion.name == person.email
    assert assertion.text("saml:Issuer") == journey.saml.metadata(app).entity_id
    told = "saml:Subject/saml:SubjectConfirmation/saml:SubjectConfirmationData"
    assert (assertion.value(told, "InResponseTo"), assertion.value(told, "Recipient")) == (name, CONSUMER)
    assert assertion.session_index
    assert status_of(response_of(form)) == [SUCCESS]


@pytest.mark.rule("saml_apps.log_in_starts_at_the_tenant")
def test_log_in_that_starts_at_the_tenant_needs_the_applications_leave(
    journey: Journey, person: Person, add: Add
) -> None:
    app = add()
    for reply in (journey.saml.login(app), journey.saml.post("login", app)):
        reply.must_be_refused(ErrorCode.SAML_REQUEST_MISSING)
    journey.saml.change(app, IsIdpInitiated=True, RelayStateParameter="target")
    form = journey.saml.log_in(app, person, RelayState="/cart")
    assert form.fields["target"] == "/cart"
    assertion = journey.saml.assertion(app, form)
    assert assertion.name == person.uid
    assert assertion.value(".//saml:SubjectConfirmationData", "InResponseTo") == ""


@pytest.mark.rule("saml_apps.browser_stays_logged_in")
def test_second_application_asks_for_no_password(journey: Journey, person: Person, add: Add) -> None:
    browser, first, second = Browser(), add(), add()
    log_in(journey, first, person, browser)
    reply = journey.saml.login(second, browser, SAMLRequest=asked(journey)[1]).must_succeed()
    assert journey.saml.assertion(second, form_of(reply.data)).name == person.uid


@pytest.mark.rule("saml_apps.request_may_be_posted")
def test_posted_request_is_answered(journey: Journey, person: Person, add: Add) -> None:
    app, browser = add(), Browser()
    name, xml = authn_request(address(journey))
    reply = journey.saml.post("login", app, browser, SAMLRequest=in_form(xml), RelayState="/cart")
    form = journey.saml.follow(person, reply, browser)
    assertion = journey.saml.assertion(app, form)
    assert assertion.value(".//saml:SubjectConfirmationData", "InResponseTo") == name
    assert form.fields["RelayState"] == "/cart"


@pytest.mark.rule("saml_apps.name_has_the_format_of_the_application")
def test_name_has_the_format_of_the_application(journey: Journey, person: Person, add: Add) -> None:
    first, second = add(NameIdFormat=PERSISTENT), add(NameIdFormat=PERSISTENT)
    names = [log_in(journey, app, person).name for app in (first, first, second)]
    assert names[0] == names[1] != names[2]
    journey.saml.change(first, NameIdFormat=TRANSIENT)
    short = [log_in(journey, first, person).name for _ in range(2)]
    assert short[0] != short[1]
    assert not {person.uid, person.email} & {*names, *short}
    journey.saml.change(first, NameIdFormat=EMAIL)
    assert log_in(journey, first, person).name == person.email


@pytest.mark.rule("saml_apps.attributes_follow_the_mapping")
def test_assertion_tells_what_the_mapping_says(journey: Journey, person: Person, add: Add) -> None:
    mapping = {
        "id": {"Value": "Uid"}, "mail": {"Value": "Email"}, "plan": {"Value": "gold", "IsStatic": True},
        "shown_name": {"Value": "Website", "AlternativeMappingKey": "Uid"}, "site": {"Value": "Website"},
    }  # fmt: skip
    told = log_in(journey, add(Attributes=mapping), person).attributes
    assert told == {"id": [person.uid], "mail": [person.email], "plan": ["gold"], "shown_name": [person.uid]}


@pytest.mark.rule("saml_apps.management_decides")
def test_log_ins_follow_what_management_changes(journey: Journey, person: Person, add: Add) -> None:
    app = add()
    elsewhere = "https://second.example.com/acs"
    journey.saml.change(
        app, AssertionConsumerService={"Binding": POST, "Location": elsewhere}, IssuerUrl="https://id.example.com",
        NotOnOrAfter=10,
    )  # fmt: skip
    request = asked(journey, AssertionConsumerServiceURL=elsewhere)[1]
    form = journey.saml.log_in(app, person, SAMLRequest=request)
    assertion = journey.saml.assertion(app, form)
    assert form.action == elsewhere
    assert assertion.value(".//saml:SubjectConfirmationData", "Recipient") == elsewhere
    assert assertion.text("saml:Issuer") == journey.saml.metadata(app).entity_id == "https://id.example.com"
    assert assertion.minutes == 10


@pytest.mark.rule("saml_apps.management_decides")
def test_application_without_a_place_for_responses_gets_no_log_in(journey: Journey, add: Add) -> None:
    app = add()
    journey.saml.change(app, AssertionConsumerService={"Binding": POST, "Location": ""})
    _, xml = authn_request(address(journey))
    for reply in (
        journey.saml.login(app, SAMLRequest=in_query(xml)),
        journey.saml.post("login", app, SAMLRequest=in_form(xml)),
    ):
        reply.must_be_refused(ErrorCode.SAML_CONSUMER_SERVICE_MISSING)


@pytest.mark.rule("saml_apps.renewed_certificate_signs")
def test_renewed_certificate_replaces_the_former_one(journey: Journey, person: Person, add: Add) -> None:
    app = add()
    before = journey.saml.metadata(app).certificate
    journey.saml.renew(app)
    after = journey.saml.metadata(app).certificate
    assert before != after
    form = journey.saml.log_in(app, person, SAMLRequest=asked(journey)[1])
    assert journey.saml.assertion(app, form, after).name == person.uid
    with pytest.raises(InvalidSignature):
        journey.saml.assertion(app, form, before)


@pytest.mark.rule("saml_apps.removed_application_is_unknown")
def test_removed_application_gets_no_log_in(journey: Journey, person: Person, add: Add) -> None:
    app, browser = add(), Browser()
    log_in(journey, app, person, browser)
    journey.administration.remove_saml_application(app)
    query = {"appName": app}
    unknown = ErrorCode.PARAMETER_MALFORMED
    journey.client.call("saml.get_idp_metadata", query=query).must_be_refused(unknown)
    journey.saml.login(app, browser, SAMLRequest=asked(journey)[1]).must_be_refused(unknown)
    journey.saml.logout(app, browser).must_be_refused(unknown)


@pytest.mark.rule("saml_apps.log_out_ends_the_log_in")
def test_log_out_at_the_applications_request_ends_the_log_in(journey: Journey, person: Person, add: Add) -> None:
    app, browser = add(SpLogoutUrl=SP_LOGOUT), Browser()
    assertion = log_in(journey, app, person, browser)
    former = replace(browser, cookies={**browser.cookies})
    name, xml = logout_request(address(journey, "logout"), assertion.name, assertion.session_index)
    reply = journey.saml.logout(app, browser, SAMLRequest=in_query(xml), RelayState="/bye").must_succeed()
    assert reply.data["location"].startswith(f"{SP_LOGOUT}?")
    assert reply.redirected["RelayState"] == "/bye"
    answer = from_query(reply.redirected["SAMLResponse"])
    assert (status_of(answer), f'InResponseTo="{name}"' in answer.decode()) == ([SUCCESS], True)
    assert "return_url" in journey.saml.login(app, former, SAMLRequest=asked(journey)[1]).redirected


@pytest.mark.rule("saml_apps.log_out_ends_the_log_in")
def test_log_out_is_answered_on_a_page_where_the_application_wants_posts(
    journey: Journey, person: Person, add: Add
) -> None:
    app, browser = add(SpLogoutUrl=SP_LOGOUT, DefaultRequestBinding=POST), Browser()
    assertion = log_in(journey, app, person, browser)
    name, xml = logout_request(address(journey, "logout"), assertion.name, assertion.session_index)
    form = form_of(journey.saml.post("logout", app, browser, SAMLRequest=in_form(xml)).must_succeed().data)
    answer = journey.saml.signed_message(app, form, "SAMLResponse")
    assert (form.action, answer.get("InResponseTo")) == (SP_LOGOUT, name)


@pytest.mark.rule("saml_apps.log_out_ends_the_log_in")
def test_log_out_of_the_browser_leads_to_the_page_of_the_application(
    journey: Journey, person: Person, add: Add
) -> None:
    app, browser = add(), Browser()
    log_in(journey, app, person, browser)
    former = replace(browser, cookies={**browser.cookies})
    assert journey.saml.logout(app, browser).must_succeed().data["location"] == GOODBYE
    assert browser.cookies == {}
    assert "return_url" in journey.saml.login(app, former, SAMLRequest=asked(journey)[1]).redirected


@pytest.mark.rule("saml_apps.application_is_told_of_the_log_out")
def test_application_is_asked_to_end_its_own_log_in(journey: Journey, person: Person, add: Add) -> None:
    app, browser = add(SpLogoutUrl=SP_LOGOUT, DefaultRequestBinding=POST), Browser()
    log_in(journey, app, person, browser)
    form = form_of(journey.saml.logout(app, browser).must_succeed().data)
    assert form.action == SP_LOGOUT
    request = journey.saml.signed_message(app, form, "SAMLRequest")
    assert request.findtext("saml:NameID", namespaces=SPACES) == person.uid
    _, answer = logout_response(address(journey, "logout"))
    for reply in (
        journey.saml.logout(app, browser, SAMLResponse=in_query(answer)),
        journey.saml.post("logout", app, browser, SAMLResponse=in_form(answer)),
    ):
        assert reply.must_succeed().data["location"] == GOODBYE


@pytest.mark.rule("saml_apps.wishes_of_a_request_are_kept")
def test_request_that_must_not_ask_the_user_is_answered_without(journey: Journey, person: Person, add: Add) -> None:
    app, browser = add(), Browser()
    reply = journey.saml.login(app, browser, SAMLRequest=asked(journey, IsPassive="true")[1]).must_succeed()
    assert status_of(response_of(form_of(reply.data)))[1].endswith(":NoPassive")
    log_in(journey, app, person, browser)
    again = journey.saml.login(app, browser, SAMLRequest=asked(journey, ForceAuthn="true")[1])
    assert "return_url" in again.must_succeed().redirected
    other = f'<samlp:NameIDPolicy Format="{PERSISTENT}"/>'
    reply = journey.saml.login(app, browser, SAMLRequest=asked(journey, inside=other)[1]).must_succeed()
    assert status_of(response_of(form_of(reply.data)))[1].endswith(":InvalidNameIDPolicy")
