"""A tenant's state as a file: complete, readable elsewhere, never half written."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.presets import preset
from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.server.app import App
from loginradius_harness.emulator.state import snapshot
from loginradius_harness.emulator.state.accounts import Account, RoleContext, SocialIdentity
from loginradius_harness.emulator.state.outbox.templates import MessageTemplate
from loginradius_harness.emulator.state.social_provider import Script
from loginradius_harness.emulator.state.tenant import (
    ConsentForm,
    ConsentOption,
    FormOption,
    Sott,
    Tenant,
    Workflow,
    WorkflowVersion,
)
from loginradius_harness.emulator.state.tenants import TenantRegistry
from tests.emulator.conftest import Ask, Control, Member
from tests.emulator.enrolment import account_of, enrol_app, token_of
from tests.emulator.factor_device_state import furnish_factor_devices
from tests.emulator.federation_state import furnish_federation
from tests.emulator.organization_state import furnish_organizations

WRITER = """
import os, resource, signal, sys
from pathlib import Path
from loginradius_harness.emulator.state import snapshot
from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.state.tenants import TenantRegistry

registry = TenantRegistry(Settings(app_name="new"))
moment, file = sys.argv[1], Path(sys.argv[2])
die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
if moment == "in the middle of the text":
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))
elif moment == "before it is on the disk":
    os.fsync = die
elif moment == "before it takes its place":
    Path.replace = die
snapshot.save(registry, file)
die()
"""


def furnish(ask: Ask, tenant: Tenant, person: Member) -> Account:
    """Something in every store."""
    account = account_of(tenant, person)
    enrol_app(ask, tenant, person)
    ask("role.create_roles", body={"roles": [{"name": "admin", "permissions": {"read": True}}]})
    account.contexts = [RoleContext(context="shop", roles=["admin"], expiration=tenant.clock.now() + 5)]
    tenant.accounts.link(account, SocialIdentity(id="a1", provider="google", provider_id="g1", profile={"Name": "Ada"}))
    identity = tenant.provider.script(Script(provider="google", id="g1"))
    tenant.provider.hand_out(identity)
    tenant.provider.track(identity, {"Id": "s1"})
    tenant.accounts.set_phone(account, "+15550100100")
    tenant.accounts.set_username(account, "ada")
    ask("custom_object.create_by_uid", path={"uid": person.uid}, query={"objectname": "orders"}, body={"sum": 1})
    ask("registration_data.add", body={"Data": [{"type": "city", "key": "1", "value": "Paris"}]})
    ask("webhook.create_subscription", body={"TargetUrl": "http://127.0.0.1:9/", "Event": "Login", "Name": "a"})
    ask("directory.query_identities", body={"from": "2000-01-01", "to": "2900-01-01"})
    version = WorkflowVersion(id="first", created=1, name="kept", data={"nodes": []})
    tenant.workflows.put("kept", Workflow(id="kept", versions=[version], current="first"))
    tenant.store_customers.put("store ada@example.com", 1)
    tenant.perfectmind_links.put("site ada@example.com", "contact")
    tenant.consent_options.put("news", ConsentOption(id="news", title="News"))
    tenant.consent_forms.put("2", ConsentForm(version=2, options=[FormOption(id="news")], events=["Login"]))
    tenant.templates.put(MessageTemplate(channel="sms", type="welcome", name="kept", text="Welcome"))
    ask("smart_login.by_email", query={"email": person.email, "clientguid": "0f0e0d0c-0b0a-0908-0706-050403020100"})
    ask("authentication.forgot_password", body={"email": person.email})
    tenant.messages.sms_code("phoneidverification", "+15550100100", person.uid)
    tenant.sotts.put("kept", Sott(id="kept", token="x*y", technology="ios", comment="", created=1, ends=2))
    tenant.used_sotts.put("used", tenant.clock.now())
    tenant.passkeys.begin("login", person.uid, person.email, seconds=60)
    tenant.passkeys.keep("Y3JlZGVudGlhbA", person.uid)
    tenant.settings.mail_limit = 10
    tenant.messages.count("mail", person.email)
    furnish_federation(tenant, person.uid, "kept")
    furnish_organizations(tenant, person.uid, "kept")
    furnish_factor_devices(tenant, person.uid, "kept")
    tenant.clock.advance(123.5)
    return account


@pytest.mark.preset("mfa-optional", phone_login=True, email_login_with_phone_login=True)
def test_round_trip_through_text_is_equal(ask: Ask, control: Control, tenant: Tenant, person: Member) -> None:
    furnish(ask, tenant, person)
    before = control("GET snapshot").data
    assert [name for name, content in before["stores"].items() if not content] == []
    control("POST reset")
    assert control("PUT snapshot", json.loads(json.dumps(before))).data == {"users": 1}
    assert control("GET snapshot").data == before


@pytest.mark.preset("mfa-optional")
def test_restored_tenant_goes_on_where_it_was(ask: Ask, control: Control, tenant: Tenant, person: Member) -> None:
    token = token_of(tenant, person)
    ask("authentication.forgot_password", body={"email": person.email})
    [sent] = tenant.outbox.find(kind="forgotpassword")
    kept = control("GET snapshot").data
    ask("account.delete_account_by_uid", path={"uid": person.uid})
    assert ask("authentication.validate_access_token", token=token).code == ErrorCode.ACCESS_TOKEN_INVALID
    control("PUT snapshot", kept)
    assert ask("authentication.validate_access_token", token=token).status == 200
    body = {"resettoken": sent.token, "password": "another one 9"}
    assert ask("authentication.reset_password_by_reset_token", body=body).status == 200


def test_snapshot_of_one_tenant_fits_another(ask: Ask, control: Control, person: Member) -> None:
    other = control("POST tenants", {}).data["apikey"]
    control("PUT snapshot", control("GET snapshot").data, apikey=other)
    body = {"email": person.email, "password": person.password}
    assert ask("authentication.login_by_email", body=body, key=other).status == 200


@pytest.mark.parametrize("preset_name", ["default", "strict-security", "consent"])
def test_settings_are_part_of_it(control: Control, app: App, preset_name: str) -> None:
    app.registry.default.settings = preset(preset_name)
    kept = control("GET snapshot").data
    app.registry.default.settings = Settings(app_name="other")
    control("PUT snapshot", kept)
    assert app.registry.default.settings == preset(preset_name)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ({"snapshot": 2}, "not a snapshot of version 1"),
        ({"settings": {"mffa": 1}}, "no setting 'mffa'; did you mean 'mfa'?"),
        ({"stores": {"accounts.by_uid": {"a": {"uid": 1}}}}, "Expected `str`, got `int`"),
        ({"stores": {"nothing": {"a": 1}}}, "KeyError 'nothing'"),
        ({"messages": [{"id": "1"}]}, "Expected `int`, got `str`"),
        ({"ahead_seconds": None}, "Expected `float`, got `null`"),
        ({"ahead_seconds": 1e300}, "Expected `float` <="),
        ({"stores": None}, "Expected `object`, got `null`"),
    ],
)
def test_damaged_snapshot_changes_nothing(control: Control, damage: dict[str, Any], message: str) -> None:
    control("POST seed", {"users": 2})
    before = control("GET snapshot").data
    refused = control("PUT snapshot", {**before, **damage})
    assert refused.status == 400
    assert message in refused.data["error"]
    assert control("GET snapshot").data == before


@pytest.mark.parametrize(
    ("moment", "left"),
    [
        ("in the middle of the text", "old"),
        ("before it is on the disk", "old"),
        ("before it takes its place", "old"),
        ("after it took its place", "new"),
    ],
)
def test_file_of_a_killed_writer_is_the_old_or_the_new_one(tmp_path: Path, moment: str, left: str) -> None:
    file = tmp_path / "state.json"
    snapshot.save(TenantRegistry(Settings(app_name="old")), file)
    killed = subprocess.run([sys.executable, "-c", WRITER, moment, str(file)], check=False)
    assert killed.returncode in {-signal.SIGKILL, -signal.SIGXFSZ}
    assert snapshot.read(file)["settings"]["app_name"] == left


def test_writer_after_a_killed_one_succeeds(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    subprocess.run([sys.executable, "-c", WRITER, "in the middle of the text", str(file)], check=False)
    snapshot.save(TenantRegistry(Settings(app_name="next")), file)
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]
    assert snapshot.read(file)["settings"]["app_name"] == "next"


def seeded(seed: int | None = 1) -> TenantRegistry:
    return TenantRegistry(Settings(), seed=seed)


def drawn(registry: TenantRegistry) -> tuple[str, str]:
    """Return a new uid and the key of a new tenant."""
    return registry.default.identifiers.hex(), registry.create(Settings()).key


def test_seed_beside_a_snapshot_repeats_no_id_and_no_key(tmp_path: Path) -> None:
    first, second = seeded(), seeded()
    before = drawn(first)
    snapshot.save(first, tmp_path / "state.json")
    snapshot.restore_all(second, snapshot.read(tmp_path / "state.json"))
    assert drawn(second) == drawn(first)
    assert drawn(seeded()) == before
    assert len(second.tenants) == 3


@pytest.mark.parametrize("other", [2, None])
def test_other_seed_beside_a_snapshot_has_its_own_sequence(other: int | None) -> None:
    saved = snapshot.take_all(seeded())
    registry = seeded(other)
    snapshot.restore_all(registry, saved)
    assert drawn(registry) != drawn(seeded())


def test_snapshot_in_the_same_process_repeats_the_ids_that_followed_it() -> None:
    tenant = seeded().default
    kept = snapshot.take(tenant)
    followed = tenant.identifiers.guid()
    snapshot.restore(tenant, kept)
    assert tenant.identifiers.guid() == followed


@pytest.mark.parametrize("words", [[], [1, 2], [1 << 32] * 625, [0] * 624 + [700], ["1"] * 625])
def test_damaged_random_state_is_refused(words: list[Any]) -> None:
    tenant = seeded().default
    damaged = {**snapshot.take(tenant), "random": {"seed": "1", "words": words}}
    with pytest.raises(snapshot.SnapshotError, match="damaged"):
        snapshot.restore(tenant, damaged)
