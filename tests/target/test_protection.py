"""A tenant that others use is as it was when a run has ended, however it ended."""

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
from loginradius_harness.target.shared_tenant.protection import SharedTenantProtection
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
                api_key=Secret(key), api_secret=Secret(secret))
journey = TenantProvider(target, lambda _: None, state=Path(state)).for_preset().journey
journey.register(journey.new_person())
journey.verified_person("phone", "username")
os.kill(os.getpid(), signal.SIGKILL)
"""

# What an emulator remembers of mails and tokens of people who are gone; nobody can ask for it.
BOOKKEEPING = {"single_use_tokens.newest", "client_guids", "messages.sent"}


@pytest.fixture
def shared(running: Running) -> Target:
    """A tenant with accounts of other people, that limits what one may ask of it."""
    with EmulatorClient(running.url) as control:
        key, secret = control.new_tenant("default", rate_limit_per_second=1000, mail_limit=5)
    with EmulatorClient(running.url, key) as control:
        control.seed(20)
    return Target(
        name="shared", environment="emulator", shared=True, api_key=key, api_secret=secret,
        api_url=running.url, config_url=running.url, cloud_url=running.url, limits=Limits(requests_per_second=500),
    )  # fmt: skip


def state_of(target: Target) -> dict[str, Any]:
    """Everything that the tenant holds, but tokens that lead to nobody any more."""
    with EmulatorClient(target.api_url, target.api_key) as control:
        snapshot = control.snapshot()
    kept = {name: store for name, store in snapshot["stores"].items() if name not in BOOKKEEPING}
    return {"settings": snapshot["settings"], **kept}


def whole_story(stage: TenantProvider) -> None:
    """A run that creates a bit of everything."""
    scene = stage.for_preset()
    journey = scene.journey
    person = journey.new_person()
    journey.register(person)
    journey.confirm_email(person)
    session = journey.log_in(person)
    journey.change_password(person, session, new_password())
    with Preconditions(journey) as givens:
        for name in ("context", "record_id", "registration_record", "hook_id", "second_email", "smart_login.token"):
            givens.value(name)
        journey.passwordless.begin_one_touch(givens.value("fresh.email"))


def test_tenant_is_as_it_was_after_two_runs_at_once(shared: Target, tmp_path: Path) -> None:
    before = state_of(shared)
    stages = [TenantProvider(shared, lambda _: None, allow=ALL, state=tmp_path) for _ in range(2)]
    with ThreadPoolExecutor(2) as runs:
        list(runs.map(whole_story, stages))
    assert state_of(shared) != before
    assert [stage.close() for stage in stages] == [[], []]
    assert state_of(shared) == before


def test_killed_run_is_cleaned_up_by_the_next(shared: Target, tmp_path: Path) -> None:
    before = state_of(shared)
    assert shared.api_secret is not None
    arguments = [shared.api_url, shared.api_key.reveal(), shared.api_secret.reveal(), str(tmp_path)]
    killed = subprocess.run([sys.executable, "-c", KILLED_RUN, *arguments], check=False)
    assert killed.returncode == -9
    assert state_of(shared) != before
    stage = TenantProvider(shared, lambda _: None, state=tmp_path)
    stage.for_preset()
    assert state_of(shared) == before
    assert stage.close() == []


def test_run_leaves_no_file_but_what_it_has_spent(shared: Target, tmp_path: Path) -> None:
    stage = TenantProvider(shared, lambda _: None, state=tmp_path)
    stage.for_preset().journey.verified_person()
    stage.close()
    assert sorted({file.suffix for file in tmp_path.rglob("*") if file.is_file()}) == [".json", ".lock"]


def test_what_cannot_be_removed_is_named_and_stays_in_the_ledger(shared: Target, tmp_path: Path) -> None:
    stage = TenantProvider(shared, lambda _: None, state=tmp_path)
    person = stage.for_preset().journey.verified_person()
    with EmulatorClient(shared.api_url, shared.api_key) as control:
        control.patch_settings({"disabled_features": ["account"]})
        (complaint,) = stage.close()
        assert complaint.startswith(f"account {person.email} could not be removed: account.delete_account_by_email")
        control.patch_settings({"disabled_features": []})
    safety = SharedTenantProtection(shared, state=tmp_path)
    assert safety.finish_dead_runs() == []
    safety.close()


def test_tenant_that_dies_in_the_middle_is_one_line(shared: Target, tmp_path: Path) -> None:
    stage = TenantProvider(shared, lambda _: None, state=tmp_path)
    stage.for_preset().journey.verified_person()
    assert stage.protection is not None
    stage.protection._client = partial(Client, replace(shared, api_url="http://127.0.0.1:1"), sleep=lambda _: None)
    (complaint,) = stage.close()
    assert "cannot connect to 127.0.0.1" in complaint


def test_effects_need_leave(shared: Target, tmp_path: Path) -> None:
    stage = TenantProvider(shared, lambda _: None, state=tmp_path)
    with pytest.raises(UnsupportedByTarget, match="--allow tenant"):
        Preconditions(stage.for_preset().journey).value("role")
    stage.close()


def test_shared_tenant_has_no_clock_and_no_scene_of_its_own(shared: Target, tmp_path: Path) -> None:
    stage = TenantProvider(shared, lambda _: None, state=tmp_path)
    assert stage.for_preset().control is None
    assert stage.for_preset() is stage.for_preset("default")
    with pytest.raises(UnsupportedByTarget, match="an emulator"):
        stage.create()
    with pytest.raises(UnsupportedByTarget, match="needs mfa-required: demand multi-factor authentication"):
        stage.for_preset("mfa-required")
    stage.close()


def test_budget_stops_a_run_and_leaves_enough_to_clean_up(shared: Target, tmp_path: Path) -> None:
    before = state_of(shared)
    stage = TenantProvider(replace(shared, limits=Limits(users=2)), lambda _: None, state=tmp_path)
    journey = stage.for_preset().journey
    journey.verified_person()
    journey.verified_person()
    with pytest.raises(BudgetExhausted, match=r"raise limits\.users"):
        journey.verified_person()
    assert stage.close() == []
    assert state_of(shared) == before


def test_tenant_without_outbox_is_tested_through_its_own_calls(shared: Target, tmp_path: Path) -> None:
    before = state_of(shared)
    stage = TenantProvider(replace(shared, environment="staging"), lambda _: None, state=tmp_path)
    journey = stage.for_preset().journey
    person = journey.new_person()
    journey.register(person)
    journey.confirm_email(person)
    renewed = journey.reset_password(person, new_password())
    assert journey.log_in(renewed).token
    assert stage.close() == []
    assert state_of(shared) == before


@pytest.mark.parametrize(("runs", "files"), [(("one", "one"), 1), (("one", "two"), 2)])
def test_processes_of_one_run_spend_from_one_purse(
    shared: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runs: tuple[str, str], files: int
) -> None:
    for run in runs:
        monkeypatch.setenv("PYTEST_XDIST_TESTRUNUID", run)
        stage = TenantProvider(shared, lambda _: None, state=tmp_path)
        stage.for_preset().journey.verified_person()
        stage.close()
    assert len(list(tmp_path.rglob("spent-*.json"))) == files
