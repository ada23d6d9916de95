"""`loginradius-harness emulator` as its users start it: a process, a port, signals, TLS, a Unix socket, a proxy."""

import contextlib
import json
import os
import resource
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

HEALTH = "/__emulator__/health"
IDLE = 10_000  # connections
KEY = "00000000-1111-2222-3333-444444444444"


@contextlib.contextmanager
def started(*options: str) -> Iterator[tuple["subprocess.Popen[str]", dict[str, str]]]:
    """Run an emulator, and yield its process and output: first word of a line -> rest."""
    command = [sys.executable, "-P", "-m", "loginradius_harness", "emulator", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        said: dict[str, str] = {}
        assert process.stdout is not None
        for line in process.stdout:
            word, _, rest = line.strip().partition(" ")
            said[word] = rest
            if word == "ready":
                break
        try:
            yield process, said
        finally:
            process.kill()


def run(*options: str) -> "subprocess.CompletedProcess[str]":
    """Run a start that fails."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "loginradius_harness", "emulator", *options],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_stops_it_cleanly(number: signal.Signals) -> None:
    with started("--port", "0") as (process, said):
        assert httpx.get(said["ready"] + HEALTH).json()["status"] == "ok"
        process.send_signal(number)
        assert process.wait(10) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_it_listens_on_loopback() -> None:
    with started("--port", "0") as (_, said):
        assert said["ready"].startswith("http://127.0.0.1:")


def test_port_in_use_is_one_clear_line_and_exit_code_3() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        failed = run("--port", str(port))
    assert failed.returncode == 3
    assert failed.stderr.startswith(f"emulator: cannot listen on 127.0.0.1:{port}: ")
    assert failed.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        (["--preset", "mfa-optinal"], "did you mean 'mfa-optional'?"),
        (["--set", "otp_lenght=4"], "did you mean 'otp_length'?"),
        (["--set", "hash_rounds=0"], "setting 'hash_rounds' is refused: expected `int` >= 1"),
        (["--set", "otp_length=four"], "expected `int`, got `str`"),
        (["--set", "otp_length"], "--set takes NAME=JSON"),
        (["--api-key", "my-key"], "the API key must be a dashed GUID"),
        (["--snapshot", "nowhere.json"], "nowhere.json cannot be read"),
        (["--save", "nowhere/state.json"], "there is no folder nowhere"),
    ],
)
def test_wrong_option_is_one_clear_line_and_exit_code_2(options: list[str], hint: str) -> None:
    failed = run("--port", "0", *options)
    assert failed.returncode == 2
    assert hint in failed.stderr
    assert failed.stderr.count("\n") == 1


def test_tls_is_trusted_through_the_printed_authority() -> None:
    with started("--port", "0", "--tls") as (_, said):
        trust = ssl.create_default_context(cafile=said["certificate"].removeprefix("authority "))
        with httpx.Client(verify=trust) as client:
            assert client.get(said["ready"] + HEALTH).status_code == 200


def test_authority_file_is_gone_after_the_stop() -> None:
    with started("--port", "0", "--tls") as (process, said):
        file = Path(said["certificate"].removeprefix("authority "))
        assert file.exists()
        process.terminate()
        process.wait(10)
        assert not file.exists()


def test_unix_socket_answers(tmp_path: Path) -> None:
    path = tmp_path / "emulator.sock"
    with started("--uds", str(path)), httpx.Client(transport=httpx.HTTPTransport(uds=str(path))) as client:
        assert client.get("http://emulator" + HEALTH).status_code == 200


def test_proxy_leads_the_vendors_hosts_to_the_emulator() -> None:
    with started("--port", "0", "--proxy", "0") as (_, said):
        trust = ssl.create_default_context(cafile=said["certificate"].removeprefix("authority "))
        with httpx.Client(proxy=said["proxy"], verify=trust) as client:
            answer = client.get("https://config.lrcontent.com/ciam/appinfo", params={"apikey": KEY})
            asked = client.get("https://api.loginradius.com/identity/v2/serverinfo", params={"apikey": KEY})
        assert answer.json()["AppName"] == "emulated"
        assert asked.status_code == 200


def test_proxy_refuses_every_other_host() -> None:
    with (
        started("--port", "0", "--proxy", "0") as (_, said),
        httpx.Client(proxy=said["proxy"]) as client,
        pytest.raises(httpx.ProxyError, match="403"),
    ):
        client.get("https://example.com/")


def test_vendor_sdk_reaches_the_emulator_through_the_proxy_unchanged() -> None:
    """The environment alone, HTTPS_PROXY and the printed authority, is what an application needs."""
    script = (
        "import warnings; warnings.simplefilter('ignore')\n"
        "from LoginRadius import LoginRadius\n"
        f"LoginRadius.API_KEY, LoginRadius.API_SECRET = {KEY!r}, '55555555-6666-7777-8888-999999999999'\n"
        "print(LoginRadius().configuration.get_configurations()['AppName'])\n"
    )
    with started("--port", "0", "--proxy", "0") as (_, said):
        authority = said["certificate"].removeprefix("authority ")
        environment = {**os.environ, "HTTPS_PROXY": said["proxy"], "REQUESTS_CA_BUNDLE": authority, "NO_PROXY": ""}
        answer = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=30, check=False
        )
    assert answer.stdout.strip() == "emulated", answer.stderr


def test_snapshot_is_the_state_of_the_next_start(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with started("--port", "0") as (_, said):
        httpx.post(said["ready"] + "/__emulator__/seed", json={"users": 3})
        file.write_bytes(httpx.get(said["ready"] + "/__emulator__/snapshot").content)
    with started("--port", "0", "--snapshot", str(file)) as (_, said):
        body = {"email": "2@seed.example.com", "password": "Seeded-pass-1"}
        assert (
            httpx.post(said["ready"] + "/identity/v2/auth/login", params={"apikey": KEY}, json=body).status_code == 200
        )


def test_state_at_the_end_is_saved(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with started("--port", "0", "--save", str(file)) as (process, said):
        httpx.post(said["ready"] + "/__emulator__/seed", json={"users": 3})
        process.terminate()
        assert process.wait(10) == 0
    assert len(json.loads(file.read_bytes())["stores"]["accounts.by_uid"]) == 3


@pytest.mark.skipif(
    resource.getrlimit(resource.RLIMIT_NOFILE)[1] < IDLE + 1000, reason="too few files may be open here"
)
def test_ten_thousand_idle_connections_do_not_stall_a_neighbour() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, IDLE + 1000), most))
    with started("--port", "0") as (_, said), contextlib.ExitStack() as idle:
        host, _, port = said["ready"].removeprefix("http://").partition(":")
        for _ in range(IDLE):
            idle.enter_context(socket.create_connection((host, int(port)), timeout=10))
        assert httpx.get(said["ready"] + HEALTH, timeout=5).status_code == 200
