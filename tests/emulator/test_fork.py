"""A fork starts with everything and shares nothing from then on, however many there are."""

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.server.app import App
from loginradius_harness.emulator.state.accounts import Email
from loginradius_harness.emulator.state.outbox import Message
from loginradius_harness.emulator.state.outbox.templates import MessageTemplate
from loginradius_harness.emulator.state.snapshot import take
from loginradius_harness.emulator.state.social_provider import Script
from loginradius_harness.emulator.state.tenant import (
    ConsentForm,
    ConsentOption,
    CustomObject,
    DirectoryPage,
    RegistrationRecord,
    Role,
    Sott,
    Tenant,
    Workflow,
    WorkflowVersion,
)
from tests.emulator.conftest import Ask, Control, Member
from tests.emulator.factor_device_state import furnish_factor_devices
from tests.emulator.federation_state import furnish_federation
from tests.emulator.organization_state import furnish_organizations

FORKS = 1_000


def change_everything(tenant: Tenant, uid: str) -> None:
    """Something else in every part of a tenant's state; what is there is changed in place where it can be."""
    account = tenant.managed_account(uid)
    account.fields["FirstName"] = "Changed"
    account.emails.append(Email("Other", "changed@example.com"))
    account.lockout().failures += 1
    account.second_factors().backup_codes["00000-00000"] = True
    session = tenant.sessions.open(account, tenant.settings)
    tenant.sessions.find(session.token).remember = True
    tenant.single_use_tokens.issue("forgotpassword", uid, tenant.settings, email="changed@example.com")
    tenant.messages.mail_code("emailverification", "changed@example.com", uid)
    tenant.settings.custom_objects.append("changed")
    tenant.settings.mfa = "required"
    tenant.clock.advance(1_000)
    tenant.roles.put("changed", Role(name="changed"))
    tenant.custom_objects.put("c", CustomObject(id="c", name="n", uid=uid, content={}, created=0, modified=0))
    record = RegistrationRecord(id="r", type="t", key="k", value="v", created=0, modified=0)
    tenant.registration_data.put("r", record)
    tenant.sotts.put("changed", Sott(id="changed", token="", technology="ios", comment="", created=0, ends=0))
    tenant.used_sotts.put("changed", 1)
    version = WorkflowVersion(id="changed", created=1, name="changed", data=1)
    tenant.workflows.put("changed", Workflow(id="changed", versions=[version], current="changed"))
    tenant.store_customers.put("changed", 7)
    tenant.perfectmind_links.put("changed", "changed")
    tenant.consent_options.put("changed", ConsentOption(id="changed", title="Changed"))
    tenant.consent_forms.put("2", ConsentForm(version=2, options=[]))
    tenant.templates.put(MessageTemplate(channel="sms", type="welcome", name="changed", text="Welcome"))
    page = DirectoryPage(source="users", object_name="", keys=[uid], size=1, expires=0)
    tenant.directory_pages.put("changed", page)
    furnish_federation(tenant, uid, "changed")
    furnish_organizations(tenant, uid, "changed")
    furnish_factor_devices(tenant, uid, "changed")
    tenant.client_guids.put("changed", {"flow": "smart_login"})
    identity = tenant.provider.script(Script(provider="google", id="changed"))
    tenant.provider.hand_out(identity)
    tenant.provider.track(identity, {"Id": "changed"})


@pytest.fixture
def child(control: Control, app: App, person: Member) -> Tenant:
    assert person
    forked = app.registry.by_key(control("POST fork").data["apikey"])
    assert forked is not None
    return forked


def test_fork_starts_with_everything(tenant: Tenant, child: Tenant) -> None:
    assert take(child) == take(tenant)
    assert (child.key, child.secret) != (tenant.key, tenant.secret)


def test_fork_does_not_see_its_parent_change(tenant: Tenant, child: Tenant, person: Member) -> None:
    before = take(child)
    change_everything(tenant, person.uid)
    assert take(child) == before


def test_parent_does_not_see_its_fork_change(tenant: Tenant, child: Tenant, person: Member) -> None:
    before = take(tenant)
    change_everything(child, person.uid)
    assert take(tenant) == before
    changed = take(child)
    same = {name for name in before["stores"] if before["stores"][name] == changed["stores"][name]}
    assert same <= {"accounts.by_email", "accounts.by_phone", "accounts.by_username", "accounts.by_id",
                    "accounts.by_provider", "passkeys.begun", "passkeys.owners",
                    "messages.sent", "webhooks.hooks"}  # fmt: skip


def test_fork_of_a_fork_is_alone_too(control: Control, app: App, child: Tenant, person: Member) -> None:
    grandchild = app.registry.by_key(control("POST fork", apikey=child.key).data["apikey"])
    assert grandchild is not None
    before = take(grandchild)
    change_everything(child, person.uid)
    assert take(grandchild) == before


def test_deleted_user_of_a_fork_lives_on_in_its_parent(ask: Ask, child: Tenant, person: Member) -> None:
    body = {"email": person.email, "password": person.password}
    headers = {"X-LoginRadius-ApiSecret": child.secret}
    ask("account.delete_account_by_uid", path={"uid": person.uid}, key=child.key, secret=False, headers=headers)
    assert ask("authentication.login_by_email", body=body, key=child.key).code == ErrorCode.ACCOUNT_NOT_FOUND
    assert ask("authentication.login_by_email", body=body).status == 200


def test_token_of_a_fork_is_foreign_to_its_parent(ask: Ask, child: Tenant, person: Member) -> None:
    body = {"email": person.email, "password": person.password}
    token = ask("authentication.login_by_email", body=body, key=child.key).data["access_token"]
    assert ask("authentication.validate_access_token", token=token, key=child.key).status == 200
    assert ask("authentication.validate_access_token", token=token).code == ErrorCode.ACCESS_TOKEN_INVALID


def test_thousand_forks_are_alone(control: Control, app: App, tenant: Tenant, person: Member) -> None:
    def name(of: Tenant) -> str:
        first_name: str = of.managed_account(person.uid).fields["FirstName"]
        return first_name

    before = take(tenant)
    forks = [app.registry.by_key(control("POST fork").data["apikey"]) for _ in range(FORKS)]
    for number, fork in enumerate(forks):
        assert fork is not None
        fork.managed_account(person.uid).fields["FirstName"] = str(number)
        fork.outbox.add(0, channel="mail", to=f"{number}@example.com", kind="welcome")
    assert [name(fork) for fork in forks if fork is not None] == [str(number) for number in range(FORKS)]
    assert [[one.to for one in news(fork, before["messages"])] for fork in forks if fork is not None] == [
        [f"{number}@example.com"] for number in range(FORKS)
    ]
    assert take(tenant) == before


def news(tenant: Tenant, known: list[Message]) -> list[Message]:
    return tenant.outbox.find()[len(known) :]


def test_dropped_forks_leave_nothing_behind(control: Control, app: App) -> None:
    for _ in range(100):
        control("DELETE tenants", apikey=control("POST fork").data["apikey"])
    assert list(app.registry.tenants.values()) == [app.registry.default]
