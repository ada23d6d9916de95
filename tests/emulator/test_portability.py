"""The emulator without what Windows and macOS lack, simulated: Unix sockets, file locks, signals, uvloop."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

KEY = "00000000-1111-2222-3333-444444444444"
MISSING = ("fcntl", "grp", "pwd", "resource", "termios", "uvloop")
SITE = f"""
import os, signal, socket, sys
sys.modules.update(dict.fromkeys({MISSING!r}))
pair, family = socket.socketpair, getattr(socket, "AF_UNIX", socket.AF_INET)
socket.socketpair = lambda *_: pair(family)  # what asyncio itself wakes up with
lacks = {{signal: ("SIGHUP", "SIGKILL", "SIGUSR1"), socket: ("AF_UNIX",), os: ("fork", "geteuid", "getuid")}}
for module, names in lacks.items():
    for name in filter(module.__dict__.__contains__, names):
        delattr(module, name)
"""
PARTS = ("emulator", "contracts", "faults", "client", "target", "mailbox", "journey", "preconditions", "checks", "cli")
IMPORTS = f"""
import sys
from importlib import import_module
from pkgutil import walk_packages

def import_all():
    import_module("loginradius_harness.pytest_plugin")
    for part in {PARTS!r}:
        package = import_module(f"loginradius_harness.{{part}}")
        for module in walk_packages(package.__path__, f"{{package.__name__}}."):
            if module.name != "loginradius_harness.cli.load":
                import_module(module.name)

del sys.modules["fcntl"]
import_all()  # with all that others need here
for name in [name for name in sys.modules if name.startswith("loginradius_harness")]:
    del sys.modules[name]
sys.modules["fcntl"] = None
sys.platform = "win32"
import_all()
print("imported")
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return an environment whose Python starts as one without these modules, sockets and signals."""
    (tmp_path / "sitecustomize.py").write_text(SITE, encoding="utf-8")
    return {**os.environ, "PYTHONPATH": str(tmp_path)}


@pytest.fixture
def started(environment: dict[str, str], tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", str, Path]]:
    """Run an emulator that ends with its standard input, as without signals; yield process, URL and its state file."""
    file = tmp_path / "state.json"
    options = ["--port", "0", "--exit-with-parent", "--save", str(file)]
    with subprocess.Popen(
        [sys.executable, "-m", "loginradius_harness", "emulator", *options],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        lines = (line.strip().partition(" ") for line in process.stdout)
        yield process, next((rest for word, _, rest in lines if word == "ready"), ""), file
        process.kill()


def test_every_module_is_imported(environment: dict[str, str]) -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTS], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "imported"), done.stderr


def test_emulator_runs_and_saves_its_state(started: tuple["subprocess.Popen[str]", str, Path]) -> None:
    process, url, file = started
    users = [{"Email": "ann@example.com", "Password": "correct horse 7"}]
    assert httpx.post(f"{url}/__emulator__/users", json={"users": users}).status_code == 200
    login = {"email": "ann@example.com", "password": "correct horse 7"}
    assert httpx.post(f"{url}/identity/v2/auth/login?apikey={KEY}", json=login).status_code == 200
    _, errors = process.communicate("", timeout=30)
    assert (process.returncode, errors) == (0, "")
    assert len(json.loads(file.read_bytes())["stores"]["accounts.by_uid"]) == 1


def test_connection_is_reset_by_an_outage(started: tuple["subprocess.Popen[str]", str, Path]) -> None:
    _, url, _ = started
    httpx.post(f"{url}/__emulator__/outages", json={"operation": "*", "connection": "reset", "times": 1})
    with pytest.raises((httpx.NetworkError, httpx.RemoteProtocolError)):
        httpx.get(f"{url}/identity/v2/serverinfo?apikey={KEY}")
    assert httpx.get(f"{url}/identity/v2/serverinfo?apikey={KEY}").status_code == 200


def test_unix_socket_is_refused_with_a_reason(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "loginradius_harness", "emulator", "--uds", "place"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, "emulator: --uds: this system has no Unix sockets\n")
