"""Log-ins from where the person has not been seen before (product-facts.md#feature-settings)."""

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Answer, Ask, Member

HOME, AWAY = {"X-Origin-IP": "192.0.2.1"}, {"X-Origin-IP": "198.51.100.7"}

watched = pytest.mark.preset("default", risk_based=True)
blocking = pytest.mark.preset("default", risk_based=True, risk_action="block")


def log_in(ask: Ask, person: Member, headers: dict[str, str]) -> Answer:
    """Log in and name a template for the mail about a new address."""
    sent = {"email": person.email, "password": person.password}
    return ask("risk_based.login_by_email", query={"rbaIpEmailTemplate": "stranger"}, body=sent, headers=headers)


def kinds(tenant: Tenant) -> list[str]:
    """Kinds of the messages sent so far."""
    return [message.kind for message in tenant.outbox.find()]


def test_without_risk_rules_it_is_the_plain_login(ask: Ask, person: Member, tenant: Tenant) -> None:
    assert [log_in(ask, person, place).status for place in (HOME, AWAY)] == [200, 200]
    assert kinds(tenant) == []


@watched
def test_login_from_a_new_address_is_mailed_once(ask: Ask, person: Member, tenant: Tenant) -> None:
    for place in (HOME, HOME, AWAY, AWAY):
        assert log_in(ask, person, place).status == 200
    assert kinds(tenant) == ["riskip"]
    assert tenant.outbox.find()[0].template == "stranger"


@blocking
def test_login_from_a_new_address_may_be_refused(ask: Ask, person: Member) -> None:
    assert log_in(ask, person, HOME).status == 200
    assert log_in(ask, person, AWAY).code == ErrorCode.LOGIN_FROM_NEW_IP_ADDRESS
    assert log_in(ask, person, HOME).status == 200


@blocking
def test_login_with_a_new_browser_may_be_refused(ask: Ask, person: Member) -> None:
    assert log_in(ask, person, {**HOME, "User-Agent": "Firefox"}).status == 200
    assert log_in(ask, person, {**HOME, "User-Agent": "Chrome"}).code == ErrorCode.LOGIN_FROM_NEW_BROWSER


@watched
def test_wrong_password_teaches_nothing(ask: Ask, person: Member, tenant: Tenant) -> None:
    log_in(ask, person, HOME)
    log_in(ask, Member(person.uid, person.email, "wrong"), AWAY)
    assert kinds(tenant) == []


@pytest.mark.preset("phone-login")
def test_phone_login_names_templates_as_well(ask: Ask, person: Member, tenant: Tenant) -> None:
    account = tenant.managed_account(person.uid)
    tenant.accounts.set_phone(account, "+15550100104")
    account.phone_verified = True
    sent = {"phone": "+15550100104", "password": person.password}
    assert ask("risk_based.login_by_phone", query={"rbaIpSmsTemplate": "x"}, body=sent).status == 200


@pytest.mark.preset("username-login")
def test_user_name_login_names_templates_as_well(ask: Ask, person: Member, tenant: Tenant) -> None:
    tenant.accounts.set_username(tenant.managed_account(person.uid), "ada")
    sent = {"username": "ada", "password": person.password}
    assert ask("risk_based.login_by_username", query={"rbaCityEmailTemplate": "x"}, body=sent).status == 200
