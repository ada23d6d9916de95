"""Suites on plain tenants, without a control API: no false alarm, nothing is left behind, and most is asked.

`--every-shape` tries every shape, otherwise a sample; `tox -e tenant-gate` does so.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from loginradius_harness import contracts
from loginradius_harness.checks.support.run_plan import JOURNEYS, LIMITS, PlannedTest, total
from loginradius_harness.client.client import Client
from loginradius_harness.report.analysis.model import NOT_ASKED
from loginradius_harness.target.target import EMULATOR_KEY, EMULATOR_SECRET, load_target
from tests.target import plain_tenant
from tests.target.plain_tenant import Gateway, PlainTenant
from tests.target.shapes import SAMPLE, SHAPES

ROOT = Path(__file__).parents[2]
# tier -> shape -> tests that a smoke run asks, or that a deep run can ask, at least
ASKED = json.loads(Path(__file__).with_name("asked.json").read_text(encoding="utf-8"))
RATE = 50
OVERRUN = 1.1  # of a plan: tenants differ in what a preparation takes
PROBES = 25  # requests before the first test: what is this, and what does it offer
WHOLE = len({operation.group for operation in contracts.operations()}) + JOURNEYS  # tests of a smoke run without gaps
SELECTION = [
    "suites/journeys/test_login.py",
    "suites/journeys/test_password_reset.py",
    "suites/journeys/test_passwordless.py",
    "suites/journeys/test_roles.py",
    "suites/security/test_legacy_endpoints.py",
]
TARGET = """
[plain]
environment = "staging"
api_url = "{url}"
config_url = "{url}"
cloud_url = "{url}"
migration_url = "{url}"
limits = {{requests_per_second = {rate}, vendor_approved = true}}
"""


class Finished(NamedTuple):
    """A run of the suites: exit code, output, and the verdicts in the report's stream."""

    code: int
    output: str
    verdicts: list[dict[str, Any]]

    @property
    def asked(self) -> int:
        """The number of verdicts that say something about the tenant."""
        return sum(verdict["outcome"] not in NOT_ASKED for verdict in self.verdicts)

    @property
    def planned(self) -> float:
        """The requests that a plan books for the tests that were chosen, and those that find out which can run."""
        chosen = [verdict["test"] for verdict in self.verdicts]
        parameters = [test.partition("[")[2].removesuffix("]") for test in chosen]
        return PROBES + total(map(PlannedTest, chosen, parameters)).requests


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Try the shapes that the option asks for."""
    if "shape" in metafunc.fixturenames:
        metafunc.parametrize("shape", SHAPES if metafunc.config.getoption("every_shape") else SAMPLE)


@pytest.fixture
def every_shape(pytestconfig: pytest.Config) -> None:
    """Skip where a sample will do."""
    if not pytestconfig.getoption("every_shape"):
        pytest.skip("part of `tox -e tenant-gate`")


@pytest.fixture
def tenant(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[PlainTenant]:
    """Run a tenant of the test's shape that others use too, behind a gateway with troubles of its own."""
    gateway = Gateway(latency=0.003, requests_per_second=2 * RATE, bad_gateway_every=37)
    shape = request.getfixturevalue("shape") if "shape" in request.fixturenames else "verification required"
    with plain_tenant.running(tmp_path, *SHAPES[shape], gateway=gateway) as tenant:
        tenant.control.seed(5)
        if shape != "few features":  # which has neither roles nor webhooks
            create_what_others_own(tenant)
        yield tenant


def create_what_others_own(tenant: PlainTenant) -> None:
    with Client(load_target(tenant.backend, environ={})) as others:
        others.call("role.create_roles", body={"Roles": [{"Name": "editor", "Permissions": {"write": True}}]})
        hook = {"TargetUrl": "https://hooks.example.com/", "Event": "Login", "Name": "theirs"}
        others.call("webhook.create_subscription", body=hook)


def test_smoke_tier_raises_no_false_alarm_and_changes_nothing(tmp_path: Path, shape: str, tenant: PlainTenant) -> None:
    before = tenant.state()
    finished = run_suites(tmp_path, tenant, "--tier", "smoke", "-n", "0")
    assert finished.code == 0, finished.output
    assert "left on plain" not in finished.output
    assert tenant.state() == before
    share, spent, planned = finished.asked / WHOLE, tenant.gateway.requests, finished.planned
    figures = f"{finished.asked} tests asked, {share:.0%} of the smoke tier; {spent} requests, {planned:.0f} planned"
    print(f"{shape}: {figures}")  # noqa: T201  # what the gate reports
    assert spent <= LIMITS["smoke"]
    assert spent <= OVERRUN * planned, figures
    assert finished.asked >= ASKED["smoke"][shape], "fewer tests than before are asked"


@pytest.mark.parametrize("kind", ASKED["deep"])
def test_deep_tier_can_ask_as_much_as_before(tmp_path: Path, kind: str, every_shape: None) -> None:
    del every_shape
    counted = tmp_path / "counted.json"
    with plain_tenant.running(tmp_path, *SHAPES[kind]) as tenant:
        options = ["-p", "tests.target.count_runnable", "--count-into", str(counted), "--tier", "deep", "-n", "0"]
        write_target(tmp_path, tenant)
        line = command(tmp_path / "report", *options, "--collect-only")
        subprocess.run(line, cwd=tmp_path, env=environment(tenant), capture_output=True, timeout=400, check=False)
    obstacles = json.loads(counted.read_text(encoding="utf-8"))
    possible = sum(count for reason, count in obstacles.items() if "emulator" not in reason)
    share = obstacles[""] / possible
    print(f"{kind}: {obstacles['']} of {possible} tests can run, {share:.0%}")  # noqa: T201  # the figure of the gate
    assert obstacles[""] >= ASKED["deep"][kind], "fewer tests than before can be asked"


def test_parallel_run_raises_no_false_alarm_and_changes_nothing(tmp_path: Path, tenant: PlainTenant) -> None:
    before = tenant.state()
    finished = run_suites(tmp_path, tenant, "-n", "2", *(str(ROOT / file) for file in SELECTION))
    assert finished.code == 0, finished.output
    assert re.search(r"[1-9]\d* passed", finished.output)
    assert tenant.state() == before


def test_two_runs_at_once_raise_no_false_alarm_and_change_nothing(tmp_path: Path, tenant: PlainTenant) -> None:
    before = tenant.state()
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    options = ("-n", "0", str(ROOT / SELECTION[0]), str(ROOT / SELECTION[1]))
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda folder: run_suites(folder, tenant, *options), folders))
    assert [finished.code for finished in both] == [0, 0], both[0].output + both[1].output
    assert tenant.state() == before


def test_gateway_that_fails_writes_raises_no_false_alarm_and_leaves_nothing(
    tmp_path: Path, tenant: PlainTenant
) -> None:
    before = tenant.state()
    tenant.gateway.failing_write_every = 9
    finished = run_suites(tmp_path, tenant, "-n", "0", *(str(ROOT / file) for file in SELECTION))
    failed = [verdict for verdict in finished.verdicts if verdict["outcome"] == "failed"]
    assert tenant.gateway.bad_gateways > 10
    assert {verdict["cause"] for verdict in failed} == {"infrastructure"}, finished.output
    assert finished.code == 3
    assert "left on plain" not in finished.output
    assert tenant.state() == before


def test_killed_run_is_cleaned_up_by_the_command(tmp_path: Path, tenant: PlainTenant) -> None:
    before = tenant.state()
    write_target(tmp_path, tenant)
    killed = subprocess.Popen(
        command(tmp_path / "report", "-n", "0", str(ROOT / SELECTION[1])), cwd=tmp_path, env=environment(tenant),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while tenant.state()["accounts.by_uid"] == before["accounts.by_uid"] and killed.poll() is None:
        killed.poll()
    killed.kill()
    killed.wait()
    assert tenant.state() != before
    cleanup = [sys.executable, "-P", "-m", "loginradius_harness", "cleanup", "plain"]
    cleaned = subprocess.run(
        cleanup, cwd=tmp_path, env=environment(tenant), capture_output=True, text=True, timeout=120, check=False
    )
    assert cleaned.returncode == 0, cleaned.stdout + cleaned.stderr
    assert tenant.state() == before


def run_suites(folder: Path, tenant: PlainTenant, *options: str) -> Finished:
    """Run suites on a tenant as a tester does, with a targets file and credentials in the environment."""
    write_target(folder, tenant)
    report = folder / "report"
    finished = subprocess.run(
        command(report, *options),
        cwd=folder,
        env=environment(tenant),
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    lines = map(json.loads, (report / "record.ndjson").read_text(encoding="utf-8").splitlines())
    verdicts = [line for line in lines if line["event"] == "verdict"]
    return Finished(finished.returncode, finished.stdout[-8000:] + finished.stderr[-2000:], verdicts)


def write_target(folder: Path, tenant: PlainTenant) -> None:
    """Describe the tenant as `plain`."""
    (folder / "targets.toml").write_text(TARGET.format(url=tenant.url, rate=RATE), encoding="utf-8")


def command(report: Path, *options: str) -> list[str]:
    """Return the command line of a run on the target `plain`."""
    own = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT), "-p", "no:cacheprovider", "-q"]
    own += ["--report", str(report), "--target", "plain", "--allow", "destroy,tenant"]
    paths = [] if any(option.startswith(str(ROOT)) for option in options) else [str(ROOT / "suites")]
    return [sys.executable, "-m", "pytest", *own, *options, *paths]


def environment(tenant: PlainTenant) -> dict[str, str]:
    """Return a clean environment with the tenant's credentials and certificate authority."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "HARNESS_"))}
    own = {
        "PYTHONPATH": str(ROOT),
        "HARNESS_API_KEY": EMULATOR_KEY,
        "HARNESS_API_SECRET": EMULATOR_SECRET,
        "SSL_CERT_FILE": str(tenant.authority),
    }
    return clean | own
