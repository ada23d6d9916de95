"""Rows 58 and 59: sensitive account changes, and credentials in URLs."""

from typing import Any

import pytest

from loginradius_harness.checks.security.login_attempts import attempt_login, login_succeeds
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session
from loginradius_harness.contracts import api_operations
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person, new_password, new_phone

SECRET_PARAMETERS = ("password", "newpassword", "oldpassword", "pin", "securityanswer", "apisecret", "secret")
TAKES_A_SECRET = frozenset(
    {
        "configuration.validate_credentials",  # it judges a secret, and takes it in its address alone
        "bigcommerce_sso.get_login_url",  # documented as optional; the same call by POST takes it in the body
    }
)
CODE_PARAMETERS = ("otp", "token", "code")
ROUTINE = ("welcome", "emailverification", "addemail")  # mails that every account gets

CHANGES: dict[str, Any] = {
    "authentication.add_email": lambda person: {"body": {"email": f"x-{person.email}", "type": "Secondary"}},
    "authentication.set_or_change_username": lambda person: {"body": {"username": person.username}},
    "authentication.request_account_deletion": lambda _: {},
    "phone.update_phone": lambda _: {"body": {"phone": new_phone()}},
}


@pytest.mark.preset("phone-login")
@pytest.mark.parametrize("operation_id", CHANGES)
@pytest.mark.security(58, "ASVS 5.0 7.5.1", "API2:2023")
@pytest.mark.rule("emails.change_needs_only_the_token")
def test_stolen_session_cannot_change_the_account(
    journey: Journey, person: Person, session: Session, operation_id: str
) -> None:
    request = CHANGES[operation_id](person)
    assert not journey.client.call(operation_id, token=session.token, **request).ok


@pytest.mark.security(58, "ASVS 5.0 6.3.7", "NIST SP 800-63B-4 4.6")
@pytest.mark.rule("emails.change_is_told_to_the_old_address")
def test_new_email_is_announced_to_the_old_one(
    journey: Journey, control: EmulatorClient, person: Person, session: Session
) -> None:
    added = journey.new_person()
    journey.emails.add(session, added.email)
    journey.emails.confirm(added.email)
    journey.emails.remove(session, person.email)
    assert [mail["kind"] for mail in control.outbox(to=person.email) if mail["kind"] not in ROUTINE]


@pytest.mark.security(58, "ASVS 5.0 6.3.7", "NIST SP 800-63B-4 4.6")
@pytest.mark.rule("password.change_is_told_by_mail")
def test_password_change_is_announced(
    journey: Journey, control: EmulatorClient, person: Person, session: Session
) -> None:
    before = len(control.outbox(to=person.email))
    journey.change_password(person, session, new_password())
    assert len(control.outbox(to=person.email)) > before


@pytest.mark.security(58, "ASVS 5.0 6.3.7", "NIST SP 800-63B-4 4.6")
@pytest.mark.rule("recovery.reset_is_confirmed_by_mail")
def test_password_reset_is_announced(journey: Journey, control: EmulatorClient, person: Person) -> None:
    journey.forget_password(person)
    before = len(control.outbox(to=person.email))
    journey.reset_password(person, new_password())
    assert len(control.outbox(to=person.email)) > before


@pytest.mark.parametrize("credential", ["access_token", "apisecret"])
@pytest.mark.security(59, "API2:2023", "WSTG-ATHN-01")
@pytest.mark.rule("credentials.travel_in_addresses")
def test_credential_is_not_accepted_in_the_url(journey: Journey, session: Session, credential: str) -> None:
    secret = journey.client.target.api_secret
    value = session.token if credential == "access_token" or secret is None else secret.reveal()
    operation = "authentication.get_profile" if credential == "access_token" else "role.list_roles"
    reply = journey.client.call(operation, credentials={credential: None}, query={credential: value})
    assert not reply.ok


@pytest.mark.security(59, "API2:2023", "WSTG-ATHN-01")
@pytest.mark.rule("credentials.travel_in_addresses")
def test_no_operation_requires_a_code_in_the_url() -> None:
    wanting = {
        operation.id: names
        for operation in api_operations()
        if (names := [name for name in _parameters(operation) if name.lower().endswith(CODE_PARAMETERS)])
    }
    assert wanting == {}


@pytest.mark.security(59, "API2:2023", "WSTG-ATHN-01")
def test_no_operation_requires_a_password_in_the_url() -> None:
    wanting = [
        operation.id
        for operation in api_operations()
        if operation.id not in TAKES_A_SECRET
        and any(name.lower() in SECRET_PARAMETERS for name in _parameters(operation))
    ]
    assert wanting == []


@pytest.mark.security(59, "API2:2023", "WSTG-ATHN-01")
@pytest.mark.rule("credentials.password_in_address_is_not_read")
def test_password_is_not_accepted_in_the_url(journey: Journey, person: Person) -> None:
    in_address = {"email": person.email, "password": person.password}
    for body in ({}, {"email": person.email}):
        reply: ApiResponse = log_in_by_query(journey, in_address, body)
        assert not login_succeeds(reply)
    assert login_succeeds(attempt_login(journey, person))


def log_in_by_query(journey: Journey, query: dict[str, str], body: dict[str, str]) -> ApiResponse:
    """Log in with the password in the query."""
    form = "mfa.login_by_email" if journey.requires_mfa_login else "authentication.login_by_email"
    return journey.client.call(form, query=query, body=body, check=False)


def _parameters(operation: Any) -> list[str]:
    return list((operation.query or {}).get("properties", {}))
