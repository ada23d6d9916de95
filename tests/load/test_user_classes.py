"""Every scenario has its user class. Importing locust patches sockets, so that a process of its own does it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from loginradius_harness import emulator
from loginradius_harness.load.workload.scenarios import SCENARIOS

ROOT = Path(__file__).parents[2]

CLASSES = """
import json, runpy, sys
from loginradius_harness.load.locust_plugin.users import CONTRACT_USERS, ContractUser
loaded = runpy.run_path(sys.argv[1]).values()
listed = [one.scenario for one in loaded if isinstance(one, type) and issubclass(one, ContractUser)]
print(json.dumps([sorted(CONTRACT_USERS), sorted(listed)]))
"""
WITHOUT_REGISTER = """
from loginradius_harness.load.locust_plugin import users
del users.CONTRACT_USERS["register"]
import runpy, sys
runpy.run_module("locust", run_name="__main__")
"""
PROFILE = """
description = "Registrations through locust"
model = "closed"
tier = "locust"
[mix]
validate_unknown = 1
register = 1
[[stage]]
seconds = 1
users = 1
[slo."*"]
p95 = 10000
"""


def python(code: str, *arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def test_every_scenario_has_its_user_class_in_the_table_and_in_the_locustfile() -> None:
    done = python(CLASSES, str(ROOT / "loadtests/locustfile.py"))
    assert done.returncode == 0, done.stderr
    in_table, in_locustfile = json.loads(done.stdout)
    assert in_table == sorted(SCENARIOS)
    assert in_locustfile == sorted(SCENARIOS)


@pytest.mark.parametrize("tier", ["locust", "engine"])
def test_only_the_locust_tier_needs_the_user_class_of_each_scenario(
    running: emulator.Running, tmp_path: Path, tier: str
) -> None:
    (tmp_path / "own.toml").write_text(PROFILE.replace('"locust"', f'"{tier}"'))
    done = python(
        WITHOUT_REGISTER, "-f", str(ROOT / "loadtests/locustfile.py"), "--headless", "--only-summary",
        "--host", running.url, "--load-profile", "own.toml", "--pool", "pool.jsonl", folder=tmp_path,
    )  # fmt: skip
    complaint = 'The profile own has tier = "locust", but no user class runs register.'
    assert done.returncode == (2 if tier == "locust" else 0), done.stdout + done.stderr
    assert (complaint in done.stdout) == (tier == "locust")
    assert "Traceback" not in done.stdout + done.stderr
    assert (tmp_path / "reports").exists() == (tier == "engine")
