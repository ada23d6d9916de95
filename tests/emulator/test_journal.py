"""Whom the journal says that a request was about."""

from collections.abc import Callable
from typing import Any

import pytest

from loginradius_harness.emulator.state.outbox import Message
from loginradius_harness.emulator.state.tenant import Tenant

from .conftest import Ask, Member

GUID = "0f0e0d0c-0b0a-0908-0706-050403020100"
Last = Callable[[str, str], Message]


def about(tenant: Tenant) -> str | None:
    return tenant.journal.entries[-1].uid


def log_in(ask: Ask, person: Member) -> Any:
    return ask("authentication.login_by_email", body={"email": person.email, "password": person.password}).data


def test_refused_login_is_about_the_account_that_it_names(ask: Ask, tenant: Tenant, person: Member) -> None:
    ask("authentication.login_by_email", body={"email": person.email.upper(), "password": "wrong"})
    assert about(tenant) == person.uid


def test_registration_is_about_the_new_account(ask: Ask, tenant: Tenant, last: Last) -> None:
    email = "new@example.com"
    body = {"Email": [{"Type": "Primary", "Value": email}], "Password": "long enough 1", "g-recaptcha-response": "pass"}
    assert ask("authentication.register_by_captcha", body=body).status == 200
    assert about(tenant) == last("emailverification", email).uid


def test_token_call_is_about_its_owner(ask: Ask, tenant: Tenant, person: Member) -> None:
    ask("authentication.get_profile", token=log_in(ask, person)["access_token"])
    assert about(tenant) == person.uid


def test_managed_call_is_about_the_account_of_its_path(ask: Ask, tenant: Tenant, person: Member) -> None:
    ask("account.get_account_profile_by_uid", path={"uid": person.uid})
    assert about(tenant) == person.uid


def test_reset_is_about_whom_the_link_was_mailed_to(ask: Ask, tenant: Tenant, person: Member, last: Last) -> None:
    ask(
        "authentication.forgot_password",
        body={"email": person.email},
        query={"resetPasswordUrl": "https://app.example/"},
    )
    token = last("forgotpassword", person.email).token
    ask("authentication.reset_password_by_reset_token", body={"resettoken": token, "password": "another one 9"})
    assert about(tenant) == person.uid


def test_refresh_is_about_whom_the_token_was_given_to(ask: Ask, tenant: Tenant, person: Member) -> None:
    ask("account.refresh_access_token_by_refresh_token", query={"refresh_token": log_in(ask, person)["refresh_token"]})
    assert about(tenant) == person.uid


def test_poll_is_about_whom_its_client_guid_waits_for(ask: Ask, tenant: Tenant, person: Member) -> None:
    ask("smart_login.by_email", query={"email": person.email, "clientguid": GUID})
    ask("smart_login.ping", query={"clientguid": GUID})
    assert about(tenant) == person.uid


@pytest.mark.parametrize("named", ["nobody@example.com", "x" * 32, ""])
def test_request_without_a_user_has_no_uid(ask: Ask, tenant: Tenant, named: str) -> None:
    ask("authentication.check_email_availability", query={"email": named})
    assert about(tenant) is None
