"""Logins from a new IP address."""

import pytest

from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import ApiResponse, expect_error
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

HOME, ABROAD = "192.0.2.1", "198.51.100.7"

WAYS = [
    pytest.param("email", marks=pytest.mark.preset("default", risk_based=True)),
    pytest.param("username", marks=pytest.mark.preset("username-login", risk_based=True)),
    pytest.param("phone", marks=pytest.mark.preset("phone-login", risk_based=True)),
]


def log_in_from(journey: Journey, person: Person, address: str, by: str = "email") -> ApiResponse:
    """Log in from an IP address, with a template for the mail that reports a new one."""
    body = {by: getattr(person, by), "password": person.password}
    query, headers = {"rbaIpEmailTemplate": "new-address"}, {"X-Origin-IP": address}
    return journey.client.call(f"risk_based.login_by_{by}", query=query, body=body, headers=headers).must_succeed()


@pytest.mark.parametrize("way", WAYS)
def test_login_from_a_new_ip_address_is_reported_by_mail(journey: Journey, control: EmulatorClient, way: str) -> None:
    person = journey.verified_person("username", "phone")
    for _ in range(2):
        log_in_from(journey, person, HOME, way)
    assert control.outbox(to=person.email) == []
    log_in_from(journey, person, ABROAD, way)
    assert [mail["template"] for mail in control.outbox(to=person.email)] == ["new-address"]


@pytest.mark.preset("default", risk_based=True, risk_action="block")
@pytest.mark.rule("login.risky_login_is_blocked")
def test_login_from_a_new_ip_address_can_be_blocked(journey: Journey, person: Person) -> None:
    log_in_from(journey, person, HOME)
    with expect_error(ErrorCode.LOGIN_FROM_NEW_IP_ADDRESS):
        log_in_from(journey, person, ABROAD)
    log_in_from(journey, person, HOME)


@pytest.mark.preset("mfa-optional", risk_based=True, risk_action="block")
@pytest.mark.rule("login.risk_with_mfa_only_notifies")
def test_login_from_a_new_ip_address_is_only_reported_with_mfa(
    journey: Journey, control: EmulatorClient, person: Person
) -> None:
    for address in (HOME, ABROAD):
        body = {"email": person.email, "password": person.password}
        headers = {"X-Origin-IP": address}
        journey.client.call("mfa.login_by_email", body=body, headers=headers).must_succeed()
    assert [mail["kind"] for mail in control.outbox(to=person.email)] == ["riskip"]
