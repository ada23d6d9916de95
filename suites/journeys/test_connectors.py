"""Users are logged in to shops and sites outside: what the outside reads is what the test reads."""

from uuid import uuid4

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.connectors import Connectors
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

pytestmark = pytest.mark.preset("connectors")


@pytest.fixture
def outside(journey: Journey) -> Connectors:
    """Return the shops and sites of the tenant."""
    return journey.connectors


@pytest.mark.rule("connectors.login_names_the_user")
def test_shopify_reads_the_user_of_the_token(journey: Journey, outside: Connectors) -> None:
    for person in (journey.verified_person(), journey.verified_person()):
        assert outside.shopify(journey.log_in(person))["email"] == person.email


@pytest.mark.rule("connectors.login_names_the_user")
@pytest.mark.parametrize("by_body", [False, True], ids=["get", "post"])
def test_bigcommerce_reads_the_user_of_the_token(journey: Journey, outside: Connectors, *, by_body: bool) -> None:
    one, other = (journey.log_in(journey.verified_person()) for _ in range(2))
    logins = [outside.bigcommerce(session, by_body=by_body) for session in (one, other, one)]
    first, second, again = (login["customer_id"] for login in logins)
    assert first == again != second
    assert {login["operation"] for login in logins} == {"customer_login"}
    assert len({login["jti"] for login in logins}) == len(logins)


@pytest.mark.rule("connectors.return_url_is_kept")
def test_log_in_leads_to_the_page_that_is_asked(journey: Journey, outside: Connectors, person: Person) -> None:
    session = journey.log_in(person)
    assert outside.shopify(session, return_url="https://shop.myshopify.com/cart")["return_to"].endswith("/cart")
    for by_body in (False, True):
        assert outside.bigcommerce(session, by_body=by_body, return_url="/kitchen")["redirect_to"] == "/kitchen"
    assert "return_to" not in outside.shopify(session)
    assert "redirect_to" not in outside.bigcommerce(session)


@pytest.mark.rule("connectors.password_is_verified")
def test_own_password_alone_is_verified(journey: Journey, outside: Connectors, person: Person) -> None:
    other = journey.verified_person()
    assert outside.verified(person)
    assert not outside.verified(person, password=f"{person.password}-")
    assert not outside.verified(person, password=other.password)
    assert not outside.verified(person, email=f"lrh-{uuid4().hex}@example.com")


@pytest.mark.preset("connectors", lockout_type="Suspend", lockout_threshold=2)
@pytest.mark.rule("connectors.wrong_passwords_count")
def test_wrong_passwords_lock_the_account(outside: Connectors, person: Person) -> None:
    assert not outside.verified(person, password="lrh-wrong")
    for password in ("lrh-wrong", person.password):
        outside.validate(person.email, password).must_be_refused(ErrorCode.ACCOUNT_LOCKED_TEMPORARILY)


@pytest.mark.rule("connectors.contacts_are_the_users", "connectors.first_log_in_links")
def test_site_knows_a_user_from_the_first_log_in(journey: Journey, outside: Connectors) -> None:
    ada, bob = journey.verified_person(), journey.verified_person()
    of_ada, of_bob = journey.log_in(ada), journey.log_in(bob)
    assert outside.contacts(of_ada) == {"Email": ada.email, "ContactId": []}
    first, second = outside.visit(of_ada), outside.visit(of_ada)
    assert (first["IsNewLink"], second["IsNewLink"]) == (True, False)
    assert first["SessionId"] != second["SessionId"]
    assert first["URL"].endswith(f"sessionId={first['SessionId']}")
    known = outside.contacts(of_ada)
    assert (known["Email"], len(known["ContactId"])) == (ada.email, 1)
    assert outside.contacts(of_bob) == {"Email": bob.email, "ContactId": []}


@pytest.mark.rule("connectors.unknown_shop_is_refused")
@pytest.mark.parametrize(
    ("operation", "parameter"),
    [
        ("shopify_sso.get_login_url", "store"),
        ("bigcommerce_sso.get_login_url", "store"),
        ("bigcommerce_sso.create_login_url", "store"),
        ("perfectmind_sso.get_contact", "perfectmindsitename"),
        ("perfectmind_sso.get_session", "perfectmindsitename"),
    ],
)
def test_unknown_shop_is_refused(
    journey: Journey, outside: Connectors, person: Person, operation: str, parameter: str
) -> None:
    outside.name("shopify_stores")
    reply = outside.call(operation, journey.log_in(person), **{parameter: f"lrh-{uuid4().hex[:12]}"})
    reply.must_be_refused(ErrorCode.PARAMETER_MALFORMED)


@pytest.mark.rule("connectors.installation_is_proved")
def test_shop_proves_that_the_app_is_its_own(outside: Connectors) -> None:
    _, shop = outside.outside("bigcommerce_stores")
    for proof in ({"signed_payload": outside.payload()}, {"code": shop["code"]}):
        assert shop["domain"] in outside.install(**proof).must_succeed().data
    for forged in (
        {"signed_payload": outside.payload(client_secret="another")},
        {"signed_payload": outside.payload(store_hash="another")},
        {"signed_payload": outside.payload(client_secret="another"), "code": shop["code"]},
        {"signed_payload": "no payload"},
        {"code": "another"},
        {},
    ):
        outside.install(**forged).must_be_refused(ErrorCode.PARAMETER_MALFORMED)
