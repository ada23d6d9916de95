"""Row 56: secrets in responses."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from loginradius_harness.checks.generation.prepared_request import ALL_OPERATIONS, PreparedRequest
from loginradius_harness.checks.security.information_leaks import (
    PASSWORD_HASH,
    SECRET_MEMBER,
    TRACE,
    disclosed,
    members,
    texts,
)
from loginradius_harness.checks.security.login_attempts import attempt_login, log_in
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person, new_password, new_phone
from loginradius_harness.tenants import TenantContext

Json = Any

STANDARDS = ("ASVS 5.0 8.2.3", "API3:2023", "WSTG-APIT-03")
MANAGED = frozenset({"account.get_password_hash_by_uid", "account.set_password_by_uid"})  # documented: they return it


def leaks(data: Json, *, managed: bool) -> list[str]:
    """Return what an answer must not hold. Managed profiles hold the password's hash (product-facts.md#profile)."""
    found = [name for name, value in members(data) if SECRET_MEMBER.match(name) and value not in (None, "")]
    if not managed:
        found += [name for name, value in members(data) if name == "Password" and set(value or "*") != {"*"}]
    whole = "\n".join(texts(data))
    return found + ([] if managed else PASSWORD_HASH.findall(whole)) + TRACE.findall(whole)


@pytest.mark.parametrize("operation", ALL_OPERATIONS)
@pytest.mark.security(56, *STANDARDS, "API8:2023")
@pytest.mark.rule("isolation.every_secret_member_stays_inside", "errors.echo_no_secret", "errors.show_no_internals")
def test_no_response_shows_a_secret(prepared_request: PreparedRequest) -> None:
    for reply in refusals(prepared_request):
        assert leaks(reply.data, managed=False) == []
    reply = prepared_request.send()
    if prepared_request.operation.id not in MANAGED:
        assert leaks(reply.data, managed="apisecret" in prepared_request.operation.auth) == []
    sent = "\n".join(texts(dict(prepared_request.request))).lower()
    assert disclosed(reply.data, {mark for mark in secrets_of(prepared_request) if mark not in sent}) == []


def refusals(prepared: PreparedRequest) -> Iterator[ApiResponse]:
    """Yield error responses to requests that hold secrets; none may repeat one."""
    password, token = new_password(), "0a1b2c3d-4e5f-4a6b-8c7d-8e9f0a1b2c3d"
    body = {**prepared.body, "password": password, "otp": token} if isinstance(prepared.body, dict) else prepared.body
    query = {**prepared.query, "otp": token, "password": password}
    cut_off = f'{{"password": "{password}", "otp": "{token}"'.encode()
    for broken in (
        prepared.send(credentials={"apikey": token, "access_token": token}, query=query, body=body, check=False),
        prepared.send(credentials={"apikey": None}, query=query, body=cut_off, check=False),
    ):
        if not broken.ok:
            assert disclosed(broken.data, {password.lower(), token}) == []
            yield broken


def secrets_of(prepared: PreparedRequest) -> set[str]:
    """Return the secrets that only the tenant and the person of the request know."""
    secret = prepared.tenant.target.api_secret
    own = {secret.reveal().lower()} if secret else set()
    person: Person | None = (
        prepared.preconditions.value("person") if "person" in prepared.preconditions.wanted else None
    )
    return own | ({person.password.lower(), person.answer.lower()} if person else set())


@pytest.mark.security(56, "ASVS 5.0 8.2.3")
@pytest.mark.rule("configuration.shows_no_secret")
def test_configuration_shows_no_secret(journey: Journey) -> None:
    names = [name for name, value in members(journey.configuration) if _is_secret(name) and value]
    assert names == []
    secret = journey.client.target.api_secret
    assert disclosed(journey.configuration, {secret.reveal().lower()} if secret else set()) == []


def _is_secret(name: str) -> bool:
    return bool(
        re.search(r"(?i)secret|private|password(?!s)|credential|^key$|(?<!site)(?<!captcha)key$", name)
    ) and not re.search(r"(?i)^(Post|Put|Ask|LoginOn|ForgotPassword|IsPassword|NoRegistrationPassword)", name)


@pytest.mark.preset("mfa-optional")
@pytest.mark.security(56, "ASVS 5.0 8.2.3")
@pytest.mark.rule("mfa.contact_data_is_masked")
def test_pending_login_masks_phone_and_email(journey: Journey, person: Person, session: Session) -> None:
    phone = new_phone()
    journey.mfa.enrol_sms(session, phone)
    journey.mfa.enrol_email(session, person.email)
    assert disclosed(journey.mfa.first_factor(person).data, {phone, phone.lstrip("+"), person.email.lower()}) == []


@pytest.mark.preset("pin")
@pytest.mark.security(56, *STANDARDS)
@pytest.mark.rule("pin.is_never_shown")
def test_pin_is_shown_nowhere(journey: Journey) -> None:
    person = replace(journey.new_person(), pin="918273")
    journey.accounts.create(person, PINInfo={"PIN": person.pin, "Skipped": False})
    session = log_in(journey, person)
    seen = [journey.profile(session), journey.accounts.find(person), attempt_login(journey, person).data]
    assert [disclosed(data, {person.pin}) for data in seen] == [[]] * len(seen)


@pytest.mark.security(56, *STANDARDS)
@pytest.mark.rule("profile.password_is_masked_for_users")
def test_own_profile_masks_the_password(journey: Journey, session: Session) -> None:
    profile = journey.profile(session)
    assert set(profile.get("Password") or "*") == {"*"}  # the newest profiles have no such member
    assert leaks(profile, managed=False) == []


@pytest.mark.security(56, "ASVS 5.0 8.2.3")
@pytest.mark.rule("registration_data.codes_are_hidden_from_the_public")
def test_registration_data_codes_are_for_management_only(journey: Journey, person: Person) -> None:
    kind, code = f"lrh-{person.uid[:12]}", "maple-9182"
    record = {"type": kind, "key": "Canada", "value": "ca", "code": code, "isactive": True}
    journey.client.call("registration_data.add", body={"Data": [record]}).must_succeed()
    shown = journey.client.call("registration_data.list_public", path={"type": kind}).must_succeed().data
    assert len(shown) == 1
    assert disclosed(shown, {code}) == []


@pytest.mark.security(56, "ASVS 5.0 8.2.3")
@pytest.mark.rule("webhooks.subscription_hides_its_password")
def test_subscription_does_not_show_its_password(journey: Journey) -> None:
    secret = new_password()
    login = {"AuthType": "Basic", "BasicAuth": {"Username": "feed", "Password": secret}}
    body = {
        "Event": "Login", "TargetUrl": f"https://hooks.example.com/{journey.new_person().username}",
        "Name": "lrh-feed", "Authentication": login,
    }  # fmt: skip
    call = journey.client.call
    made = call("webhook.create_subscription", body=body).must_succeed()
    path = {"hook_id": made.data["Id"]}
    try:
        seen = [made, call("webhook.get_subscription", path=path), call("webhook.list_subscriptions")]
        assert [disclosed(reply.must_succeed().data, {secret.lower()}) for reply in seen] == [[]] * len(seen)
    finally:
        call("webhook.delete_subscription", path=path)


@pytest.mark.preset("strict-security", webhook_limit=5)
@pytest.mark.security(56, "ASVS 5.0 8.2.3")
@pytest.mark.rule("webhooks.delivery_shows_no_secret")
def test_delivery_shows_no_secret(journey: Journey, control: EmulatorClient, tenant_context: TenantContext) -> None:
    for event in ("Login", "ResetPassword", "Register", "ChangePassword"):
        body = {"Event": event, "TargetUrl": f"https://hooks.example.com/{event}", "Name": f"lrh-{event}"}
        tenant_context.client.call("webhook.create_subscription", body=body).must_succeed()
    person = journey.verified_person("answer")
    session = log_in(journey, person)
    changed = journey.change_password(person, session, new_password())
    journey.forget_password(changed)
    token = journey.mailbox.wait(to=person.email, kind="forgotpassword").token
    renewed = journey.password_reset.reset_by_token(changed, token, new_password())
    bodies = [delivery["body"] for delivery in control.deliveries()]
    assert len(bodies) >= 3
    marks = {person.password, changed.password, renewed.password, person.answer, session.token, token}
    assert [body for body in bodies if any(mark in body for mark in marks) or PASSWORD_HASH.search(body)] == []
