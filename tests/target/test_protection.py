"""A shared tenant is unchanged after a run, however the run ended."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.errors import BudgetExhausted, UnsupportedByTarget
from loginradius_harness.emulator import Running
from loginradius_harness.journey.people import new_password
from loginradius_harness.preconditions.registry import Preconditions
from loginradius_harness.target.shared_tenant.protection import ProgressLines, SharedTenantProtection
from loginradius_harness.target.target import Limits, Target
from loginradius_harness.tenants import TenantProvider

ALL = frozenset({"destroy", "tenant"})

KILLED_RUN = """
import os, signal, sys
from pathlib import Path
from loginradius_harness.client.secrets import Secret
from loginradius_harness.target.target import Target
from loginradius_harness.tenants import TenantProvider
url, key, secret, state = sys.argv[1:]
target = Target(name="shared", environment="emulator", shared=True, api_url=url, config_url=url, cloud_url=url,
                migration_url=url, api_key=Secret(key), api_secret=Secret(secret))
journey = TenantProvider(target, lambda _: None, state=Path(state)).for_preset().journey
journey.register(journey.new_person())
journey.verified_person("phone", "username")
os.kill(os.getpid(), signal.SIGKILL)
"""

# What the emulator keeps of mails and tokens of deleted accounts; no call returns it.
BOOKKEEPING = {"single_use_tokens.newest", "client_guids", "messages.sent"}


@pytest.fixture
def shared(running: Running) -> Target:
    """Return a tenant with foreign accounts and a rate limit."""
    with EmulatorClient(running.url) as control:
        key, secret = control.new_tenant("organizations", rate_limit_per_second=1000, mail_limit=5)
    with EmulatorClient(running.url, key) as control:
        control.seed(20)
    return Target(
        name="shared", environment="emulator", shared=True, api_key=key, api_secret=secret,
        api_url=running.url, config_url=running.url, cloud_url=running.url, migration_url=running.url,
        limits=Limits(requests_per_second=500),
    )  # fmt: skip


def state_of(target: Target) -> dict[str, Any]:
    """Return everything that the tenant stores, without tokens of deleted accounts."""
    with EmulatorClient(target.api_url, target.api_key) as control:
        snapshot = control.snapshot()
    kept = {name: store for name, store in snapshot["stores"].items() if name not in BOOKKEEPING}
    return {"settings": snapshot["settings"], **kept}


def create_everything(provider: TenantProvider) -> None:
    """Create something of every kind."""
    journey = provider.for_preset().journey
    person = journey.new_person()
    journey.register(person)
    journey.confirm_email(person)
    session = journey.log_in(person)
    journey.change_password(person, session, new_password())
    with Preconditions(journey) as preconditions:
        for name in ("context", "record_id", "registration_record", "hook_id", "second_email", "smart_login.token"):
            preconditions.value(name)
        for name in ("member", "tenant_role", "domain_id"):
            preconditions.value(name)
        journey.passwordless.begin_one_touch(preconditions.value("fresh.email"))


def test_tenant_is_unchanged_after_two_parallel_runs(shared: Target, tmp_path: Path) -> None:
    before = state_of(shared)
    providers = [TenantProvider(shared, lambda _: None, allow=ALL, state=tmp_path) for _ in range(2)]
    with ThreadPoolExecutor(2) as runs:
        list(runs.map(create_everything, providers))
    assert state_of(shared) != before
    assert [provider.close() for provider in providers] == [[], []]
    assert state_of(shared) == before


def test_records_on_later_pages_are_removed_too(shared: Target, tmp_path: Path) -> None:
    before = state_of(shared)
    provider = TenantProvider(shared, lambda _: None, allow=ALL, state=tmp_path)
    api = provider.for_preset().client
    for _ in range(3):
        records = [{"type": "lrh-choices", "key": f"choice {number}", "value": "ca"} for number in range(50)]
        api.call("registration_data.add", body={"Data": records}).must_succeed()
    assert provider.close() == []
    assert state_of(shared) == before


def test_killed_run_is_cleaned_up_by_the_next(shared: Target, tmp_path: Path) -> None:
    before = state_of(shared)
    assert shared.api_secret is not None
    arguments = [shared.api_url, shared.api_key.reveal(), shared.api_secret.reveal(), str(tmp_path)]
    killed = subprocess.run([sys.executable, "-c", KILLED_RUN, *arguments], check=False)
    assert killed.returncode == -9
    assert state_of(shared) != before
    provider = TenantProvider(shared, lambda _: None, state=tmp_path)
    provider.for_preset()
    assert state_of(shared) == before
    assert provider.close() == []


def test_run_leaves_only_the_file_of_its_budget(shared: Target, tmp_path: Path) -> None:
    provider = TenantProvider(shared, lambda _: None, state=tmp_path)
    provider.for_preset().journey.verified_person()
    provider.close()
    assert sorted({file.suffix for file in tmp_path.rglob("*") if file.is_file()}) == [".bin"]


def test_what_cannot_be_removed_is_named_and_stays_in_the_log(shared: Target, tmp_path: Path) -> None:
    provider = TenantProvider(shared, lambda _: None, state=tmp_path)
    person = provider.for_preset().journey.verified_person()
    with EmulatorClient(shared.api_url, shared.api_key) as control:
        control.patch_settings({"disabled_features": ["account"]})
        (line,) = provider.close()
        assert line.startswith(f"account {person.email} could not be removed: account.delete_account_by_email")
        control.patch_settings({"disabled_features": []})
    protection = SharedTenantProtection(shared, state=tmp_path)
    assert protection.finish_dead_runs() == []
    protection.close()


def test_unreachable_tenant_is_one_line(shared: Target, tmp_path: Path) -> None:
    provider = TenantProvider(shared, lambda _: None, state=tmp_path)
    provider.for_preset().journey.verified_person()
    assert provider.protection is not None
    provider.protection._client = partial(Client, replace(shared, api_url="http://127.0.0.1:1"), sleep=lambda _: None)
    (line,) = provider.close()
    assert "cannot connect to 127.0.0.1" in line


def test_long_removal_says_how_far_it_is() -> None:
    lines: list[str] = []
    seconds = iter([0.0, 3.0, 6.0, 9.0, 12.0])
    progress = ProgressLines(lines.append, 4, lambda: next(seconds))
    for _ in range(4):
        progress(0, 0)
    assert lines == [
        "Removing 4 created by this or an interrupted run ...",
        "2 of 4 removed, about 6 s left",
        "4 of 4 removed, about 0 s left",
    ]


def test_effects_need_permission(shared: Target, tmp_path: Path) -> None:
    provider = TenantProvider(shared, lambda _: None, state=tmp_path)
    with pytest.raises(UnsupportedByTarget, match="--allow tenant"):
        Preconditions(provider.for_preset().journey).value("role")
    provider.close()


def test_shared_tenant_has_no_clock_and_creates_no_tenants(shared: Target, tmp_path: Path) -> None:
    provider = TenantProvider(shared, lambda _: None, state=tmp_path)
    assert provider.for_preset().control is None
    assert provider.for_preset() is provider.for_preset("default")
    with pytest.raises(UnsupportedByTarget, match="an emulator"):
        provider.create()
    with pytest.raises(UnsupportedByTarget, match="needs mfa-required: require multi-factor authentication"):
        provider.for_preset("mfa-required")
    provider.close()


def test_budget_stops_a_run_and_leaves_enough_for_cleanup(shared: Target, tmp_path: Path) -> None:
    before = state_of(shared)
    provider = TenantProvider(replace(shared, limits=Limits(users=2)), lambda _: None, state=tmp_path)
    journey = provider.for_preset().journey
    journey.verified_person()
    journey.verified_person()
    with pytest.raises(BudgetExhausted, match=r"raise limits\.users"):
        journey.verified_person()
    assert provider.close() == []
    assert state_of(shared) == before


def test_tenant_without_outbox_is_tested_through_management_calls(shared: Target, tmp_path: Path) -> None:
    before = state_of(shared)
    provider = TenantProvider(replace(shared, environment="staging"), lambda _: None, state=tmp_path)
    journey = provider.for_preset().journey
    person = journey.new_person()
    journey.register(person)
    journey.confirm_email(person)
    renewed = journey.reset_password(person, new_password())
    assert journey.log_in(renewed).token
    assert provider.close() == []
    assert state_of(shared) == before


@pytest.mark.parametrize(("runs", "files"), [(("one", "one"), 1), (("one", "two"), 2)])
def test_processes_of_one_run_share_a_budget(
    shared: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runs: tuple[str, str], files: int
) -> None:
    for run in runs:
        monkeypatch.setenv("PYTEST_XDIST_TESTRUNUID", run)
        provider = TenantProvider(shared, lambda _: None, state=tmp_path)
        provider.for_preset().journey.verified_person()
        provider.close()
    assert len(list(tmp_path.rglob("spent-*.bin"))) == files
