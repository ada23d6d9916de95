"""The resource log: what a run creates is on disk before it is created."""

import json
import subprocess
import sys
from pathlib import Path
from unittest.mock import create_autospec

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.target.shared_tenant import cleanup
from loginradius_harness.target.shared_tenant.created_resources import (
    CreatedResource,
    ResourceLog,
    read,
    unfinished_logs,
)

CRASH = """
import os, signal, sys
from pathlib import Path
from loginradius_harness.target.shared_tenant.created_resources import ResourceLog
log = ResourceLog.begin(Path(sys.argv[1]))
log.remove(log.plan("account", "lrh-1-1@example.com"))
log.plan("account", "lrh-1-2@example.com", "+12015550100")
os.kill(os.getpid(), signal.SIGKILL)
"""


def lines(log: ResourceLog) -> list[object]:
    return [json.loads(line) for line in log.path.read_text().splitlines()]


def test_plan_is_on_disk_when_it_returns(tmp_path: Path) -> None:
    log = ResourceLog.begin(tmp_path)
    log.plan("role", "lrh-role")
    assert lines(log) == [{"number": 1, "kind": "role", "names": ["lrh-role"]}]
    log.close()


def test_removed_resource_is_no_longer_listed(tmp_path: Path) -> None:
    log = ResourceLog.begin(tmp_path)
    first, second = log.plan("role", "lrh-a"), log.plan("role", "lrh-b")
    log.remove(first)
    assert list(read(log.path)) == [second]
    log.close()


def test_log_owns_names_and_recorded_ids(tmp_path: Path) -> None:
    log = ResourceLog.begin(tmp_path)
    log.plan("account", "lrh-1@example.com")
    log.record_ids("0f" * 16)
    assert log.owns("lrh-1@example.com")
    assert log.owns("0f" * 16)
    assert not log.owns("ada@real.example")
    log.close()


def test_empty_log_leaves_no_file(tmp_path: Path) -> None:
    log = ResourceLog.begin(tmp_path)
    log.remove(log.plan("role", "lrh-a"))
    log.close()
    assert list(tmp_path.iterdir()) == []


def test_truncated_line_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "dead.jsonl"
    path.write_text('{"number": 1, "kind": "role", "names": ["lrh-a"]}\n{"number": 2, "ki')
    assert [entry.number for entry in read(path)] == [1]


def test_log_of_an_active_run_is_left_alone(tmp_path: Path) -> None:
    log = ResourceLog.begin(tmp_path)
    log.plan("role", "lrh-a")
    assert list(unfinished_logs(tmp_path)) == []
    log.remove(next(iter(log.entries.values())))
    log.close()


def test_killed_run_can_be_taken_over(tmp_path: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", CRASH, str(tmp_path)], check=False)
    assert killed.returncode == -9
    (left,) = unfinished_logs(tmp_path)
    assert [entry.names for entry in left.entries.values()] == [("lrh-1-2@example.com", "+12015550100")]
    assert left.plan("role", "lrh-x").number == 3
    assert list(unfinished_logs(tmp_path)) == []  # it belongs to this process now
    left.close()


@pytest.mark.parametrize("name", ["lrh-1-1@example.com", "lrh-1-2@example.com"])
def test_removed_name_stays_own(tmp_path: Path, name: str) -> None:
    log = ResourceLog.begin(tmp_path)
    entry = log.plan("account", name)
    log.remove(entry)
    assert log.owns(name)
    log.close()


def test_of_what_is_listed_only_what_the_run_created_is_removed() -> None:
    removed: list[str] = []
    remover = cleanup._named(lambda _: ["theirs", "ours"], lambda _, name: removed.append(name))
    remover(create_autospec(Client, instance=True), CreatedResource(1, "custom_field", ("ours",)))
    assert removed == ["ours"]
