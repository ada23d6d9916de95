"""A run on a shared tenant announces its budget, removes what it created, and says what is left."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from loginradius_harness import emulator
from loginradius_harness.client.emulator_client import EmulatorClient
from tests.pytest_plugin import user_project
from tests.pytest_plugin.user_project import Run

CREATES_A_USER = """
import pytest

@pytest.mark.parametrize("number", range(4))
def test_person(loginradius_person, number): pass
"""


STOPS: dict[str, Callable[[int], None]] = {
    "Ctrl-C": lambda run: os.killpg(run, signal.SIGINT),
    "SIGINT": lambda run: os.kill(run, signal.SIGINT),
    "SIGTERM": lambda run: os.kill(run, signal.SIGTERM),
}


@pytest.fixture
def tenant(running: emulator.Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmulatorClient]:
    """Return the control of a tenant that is described as `staging` in the test's folder."""
    with EmulatorClient(running.url) as control:
        key, secret = control.new_tenant()
    (tmp_path / "targets.toml").write_text(
        f'[staging]\nenvironment = "emulator"\nshared = true\napi_url = "{running.url}"\n'
        'api_key_env = "OWN_KEY"\napi_secret_env = "OWN_SECRET"\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("OWN_KEY", key.reveal())
    monkeypatch.setenv("OWN_SECRET", secret.reveal())
    with EmulatorClient(running.url, key) as control:
        yield control


def accounts(control: EmulatorClient) -> int:
    return len(control.snapshot()["stores"]["accounts.by_uid"])


@pytest.mark.parametrize("workers", ["0", "2"])
def test_run_announces_its_budget_and_removes_its_users(
    tenant: EmulatorClient, tmp_path: Path, run_pytest: Run, workers: str
) -> None:
    (tmp_path / "test_application.py").write_text(CREATES_A_USER, encoding="utf-8")
    finished = run_pytest("--lr-target", "staging", "-n", workers)
    assert "4 passed" in finished.stdout, finished.stdout + finished.stderr
    assert "Budget on staging: any rate, 30000 requests" in finished.stdout
    assert "Removing 4 created by this or an interrupted run ..." in finished.stdout
    assert "left on staging" not in finished.stdout
    assert accounts(tenant) == 0


def test_what_is_left_is_counted_with_the_command_that_removes_it(
    tenant: EmulatorClient, tmp_path: Path, run_pytest: Run
) -> None:
    (tmp_path / "test_application.py").write_text(
        "def test_one(loginradius_person, loginradius_api):\n"
        "    from loginradius_harness.client.emulator_client import EmulatorClient\n"
        "    target = loginradius_api.target\n"
        "    EmulatorClient(target.api_url, target.api_key).patch_settings({'disabled_features': ['account']})\n",
        encoding="utf-8",
    )
    finished = run_pytest("--lr-target", "staging")
    assert "1 left on staging: loginradius-harness cleanup staging" in finished.stdout, finished.stdout
    assert accounts(tenant) == 1


@pytest.mark.parametrize("stop", STOPS)
def test_stopped_parallel_run_removes_its_users(tenant: EmulatorClient, tmp_path: Path, stop: str) -> None:
    (tmp_path / "test_application.py").write_text(
        "import os, signal, pytest\n"
        "@pytest.mark.parametrize('number', range(2))\n"
        "def test_person(loginradius_person, number):\n"
        "    os.write(2, b'READY\\n')\n"
        "    signal.pause()\n",
        encoding="utf-8",
    )
    with subprocess.Popen(
        user_project.command("-s", "-n", "2", "--lr-target", "staging"),
        cwd=tmp_path,
        env=user_project.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as run:
        assert run.stderr
        ready = (line for line in run.stderr if line == "READY\n")
        assert [next(ready), next(ready)]
        assert accounts(tenant) == 2
        STOPS[stop](run.pid)
        out, _ = run.communicate(timeout=60)
    assert accounts(tenant) == 0, out
    assert "left on staging" not in out
