"""Whole runs, as a user starts them: locust in a process of its own, against an emulator with or without a fault."""

import itertools
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from loginradius_harness import emulator
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.emulator.control.schemas import SEED_PASSWORD
from loginradius_harness.emulator.core.ids import DEFAULT_KEY, DEFAULT_SECRET
from loginradius_harness.load.analysis import run_result
from loginradius_harness.load.analysis.run_result import Run
from loginradius_harness.report.recording import events

from .servers import Alter, altered_emulator

ROOT = Path(__file__).parents[2]

PROFILE = """
description = "A test of two seconds"
warm_up = 0.5
accounts = 100
max_start_delay_ms = 10000
{settings}
[mix]
{mix}
[[stage]]
seconds = {seconds}
{level}
[slo."*"]
error_ratio = 0.01
contract_violations = 0
p95 = 10000
{limits}
"""
MIX = "login_by_email = 3\nvalidate_token = 3\nread_profile = 1\nvalidate_unknown = 1"

GUID = re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b")  # keys, secrets and tokens alike

Start = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Return a function that runs a profile made of the given parts; reports go to the test's own folder."""

    def run(  # noqa: PLR0913  # the parts of a profile, by name
        url: str, *options: str, mix: str = MIX, rate: int = 40, users: int | None = None, seconds: int = 2,
        settings: str = "", limits: str = "", search: Path | None = None,
    ) -> subprocess.CompletedProcess[str]:  # fmt: skip
        profile = tmp_path / "own.toml"
        level = f"rate = {rate}" if users is None else f"users = {users}"
        profile.write_text(PROFILE.format(mix=mix, level=level, settings=settings, limits=limits, seconds=seconds))
        command = [sys.executable, "-m", "loginradius_harness", "load", "run", url, "--profile", str(profile)]
        environment = {**os.environ, "PYTHONPATH": f"{search or ''}{os.pathsep}{ROOT}"}
        return subprocess.run(
            [*command, "--pool", str(tmp_path / "pool.jsonl"), *options],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    return run


def test_a_run_works_without_uvloop(running: emulator.Running, start: Start, tmp_path: Path) -> None:
    (tmp_path / "uvloop.py").write_text("raise ImportError('there is none for this system')")
    done = start(running.url, search=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    run = recorded(tmp_path)
    assert run.served == run.metrics.requests_sent == run.metrics.answered


def test_a_report_that_cannot_be_written_is_one_line(running: emulator.Running, start: Start, tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("a file where a folder should be")
    done = start(running.url)
    assert done.returncode == 3
    assert "The report could not be written" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def recorded(folder: Path) -> Run:
    (path,) = (folder / run_result.FOLDER).glob("*.json")
    return run_result.load(path)


def test_a_correct_target_passes_and_counts_the_same_requests(
    running: emulator.Running, start: Start, tmp_path: Path
) -> None:
    done = start(running.url)
    run = recorded(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "PASS: every limit was met" in done.stdout
    (path,) = (tmp_path / run_result.FOLDER).glob("*.json")
    assert f"recorded in {path.relative_to(tmp_path)}" in done.stdout.splitlines()[-3:]
    assert run.served == run.metrics.requests_sent == run.metrics.answered
    assert set(run.metrics.operations) == {
        "authentication.login_by_email", "authentication.validate_access_token", "authentication.get_profile",
    }  # fmt: skip


def test_a_run_is_part_of_the_report(running: emulator.Running, start: Start, tmp_path: Path) -> None:
    start(running.url)
    lines = (tmp_path / "reports/out/record.ndjson").read_bytes().splitlines()
    told = [msgspec.json.decode(line, type=events.AnyEvent) for line in lines]
    (load,) = [event for event in told if isinstance(event, events.Load)]
    assert load.passed
    assert {row.name for row in load.rows} == set(recorded(tmp_path).metrics.operations)
    assert load.series
    assert load.validity["requests sent"] == load.validity["served, by the target's count"]
    assert "authentication.login_by_email" in (tmp_path / "reports/out/index.html").read_text()


def test_no_file_of_a_run_contains_a_secret(start: Start, tmp_path: Path) -> None:
    secrets = {DEFAULT_KEY, DEFAULT_SECRET, SEED_PASSWORD}

    def collect(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        secrets.update(GUID.findall(body.decode()))
        return without_expiry(path, status, body)  # so that exchanges are shown

    with altered_emulator(collect) as url:
        done = start(url, "--", "--csv", "table", "--html", "page.html", "--loglevel", "DEBUG")
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".jsonl"]
    texts = [done.stdout + done.stderr, *(path.read_bytes().decode("latin-1") for path in written)]
    assert {"table_stats.csv", "page.html", "record.ndjson", "index.html"} <= {path.name for path in written}
    assert "expired_in" in texts[0]
    assert len(secrets) > 20
    assert not {secret for secret in secrets if any(secret in text for text in texts)}


def test_with_json_standard_output_holds_nothing_else(running: emulator.Running, start: Start) -> None:
    done = start(running.url, "--", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    names = {row["name"] for row in json.loads(done.stdout)}
    assert "authentication.login_by_email" in names
    assert "PASS: every limit was met" in done.stderr


def third_validation_fails() -> Alter:
    """Answer every third validation as a gateway without a backend does."""
    calls = itertools.count()

    def alter(path: str, status: int, body: bytes) -> tuple[int, bytes]:
        broken = path.endswith("/validate") and next(calls) % 3 == 0
        return (503, b"<html>no backend</html>") if broken else (status, body)

    return alter


def without_expiry(path: str, status: int, body: bytes) -> tuple[int, bytes]:
    """Rename a required member of validations."""
    return status, body.replace(b"expires_in", b"expired_in") if path.endswith("/validate") else body


def every_token_is_valid(path: str, status: int, body: bytes) -> tuple[int, bytes]:
    """Accept every token."""
    if path.endswith("/validate") and status != 200:
        token = "0b0d4a4c-7c3e-4f0e-9d11-7d2e65a3f1aa"
        return 200, msgspec.json.encode({"access_token": token, "expires_in": "2030-01-02T03:04:05.123Z"})
    return status, body


@pytest.mark.parametrize(
    ("alter", "named"),
    [
        (third_validation_fails(), "authentication.validate_access_token: server_error"),
        (without_expiry, "expires_in"),
        (every_token_is_valid, "error 905, got status 200"),
    ],
)
def test_a_fault_under_load_fails_the_run_and_is_named(alter: Alter, named: str, start: Start) -> None:
    with altered_emulator(alter) as url:
        done = start(url)
    assert done.returncode == 1, done.stdout + done.stderr
    assert named in done.stdout


def test_a_slow_target_fails_its_percentiles(start: Start) -> None:
    with altered_emulator(seconds=0.3) as url:
        done = start(url, limits="p50 = 200")
    assert done.returncode == 1
    assert "FAIL * p50" in done.stdout


def test_a_generator_without_capacity_makes_the_run_invalid(start: Start) -> None:
    with altered_emulator(seconds=0.2) as url:
        done = start(url, rate=100, settings="connections = 1")
    assert done.returncode == 4, done.stdout + done.stderr
    assert "INVALID" in done.stdout


def test_a_rate_limit_is_reported_as_the_limit_found(running: emulator.Running, start: Start, tmp_path: Path) -> None:
    running.app.registry.default.settings.rate_limit_per_second = 25
    done = start(running.url, mix="validate_unknown = 1", rate=60, seconds=5)
    run = recorded(tmp_path)
    assert "rate limit found" in done.stdout
    assert run.limit_found == pytest.approx(25, rel=0.5)  # what others do on this machine moves it
    assert run.metrics.total.errors == 0


def test_locusts_client_and_the_engine_see_the_same_answers(
    running: emulator.Running, start: Start, tmp_path: Path
) -> None:
    seen = []
    for tier in ("locust", "engine"):
        done = start(running.url, settings=f'model = "closed"\ntier = "{tier}"\nthink = 0.02', users=5)
        assert done.returncode == 0, done.stdout + done.stderr
        (path,) = (tmp_path / run_result.FOLDER).glob("*.json")
        run = run_result.load(path)
        assert run.served == run.metrics.requests_sent
        seen.append({name: sorted(entry.answers) for name, entry in run.metrics.operations.items()})
        path.unlink()
    assert seen[0] == seen[1]


def test_a_scenario_has_a_row_for_each_step_and_one_for_the_whole(
    running: emulator.Running, start: Start, tmp_path: Path
) -> None:
    assert start(running.url, mix="session = 1", rate=20).returncode == 0
    metrics = recorded(tmp_path).metrics
    assert {entry.outcomes["ok"] for entry in metrics.operations.values()} == {
        metrics.scenarios["session"].outcomes["ok"]
    }
    assert len(metrics.operations) == 4


def kill_after(process: subprocess.Popen[str], url: str, requests: int) -> None:
    """Kill an emulator once it has answered so many requests."""
    with EmulatorClient(url) as control:
        while control.journal(after=10**9)["count"] < requests:
            pass
    process.kill()


def test_a_target_that_dies_ends_the_run_as_an_infrastructure_error(start: Start, tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "loginradius_harness", "emulator", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout
        url = next(line.split()[1] for line in process.stdout if line.startswith("ready "))
        threading.Thread(target=kill_after, args=(process, url, 80)).start()
        done = start(url, limits="[abort]\nsilence = 0.5", mix="validate_token = 1", seconds=20)
    assert done.returncode == 3, done.stdout + done.stderr
    assert recorded(tmp_path).partial == "no answer for 0.5 s"
    assert "UNREACHABLE: the target did not answer" in done.stdout


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--accounts", "-1"), 2, "Invalid value for '--accounts'"),
        (("--profile", "smok"), 2, "Did you mean smoke?"),
        (("--bogus",), 2, "No such option '--bogus'"),
        (("--", "--host", "https://api.loginradius.com"), 2, "not named in targets.toml"),
        (("--", "--host", "staging"), 2, "there is no targets.toml"),
    ],
)
def test_a_mistake_is_one_message_without_traceback(
    running: emulator.Running, start: Start, options: tuple[str, ...], code: int, said: str
) -> None:
    done = start(running.url, *options)
    assert done.returncode == code
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_a_wrong_key_is_reported_before_the_load_starts(
    running: emulator.Running, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HARNESS_API_KEY", "99999999-1111-2222-3333-444444444444")
    done = start(running.url)
    assert done.returncode in {2, 3}
    assert "Traceback" not in done.stdout + done.stderr
