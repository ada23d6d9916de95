"""The soak test tells a correct emulator from a broken one, and resumes where it was stopped."""

from pathlib import Path

import pytest

from evaluation import soak
from loginradius_harness import contracts, faults
from loginradius_harness.tenants import TenantProvider

LOOKUP = contracts.get("phone.check_availability")
SEED = 3


def test_sound_emulator_raises_no_alarm(tenants: TenantProvider) -> None:
    asked, alarms = soak.soak(LOOKUP, tenants.for_preset(LOOKUP.preset), SEED)
    assert asked > 0
    assert alarms == []


def test_broken_emulator_raises_alarms(tenants: TenantProvider) -> None:
    with faults.activated("status.wrong_query_has_another_code"):
        _, alarms = soak.soak(LOOKUP, tenants.for_preset(LOOKUP.preset), SEED)
    assert LOOKUP.id in alarms[0]


def test_stopped_run_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soak, "STATE", tmp_path / "soak.json")
    soak._write(soak.State(cases=7, seed=2, done=3, alarms=["one"]))
    assert soak._read() == soak.State(cases=7, seed=2, done=3, alarms=["one"])


def test_result_counts_cases_and_alarms() -> None:
    reported = soak.result(soak.State(cases=2_000, seconds=20.0, alarms=["one"]))
    assert reported == "1 false alarms in 2,000 freshly generated cases (100 per second)"
