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
from pathlib import Path

import httpx
import pytest
import trustme

from tests.emulator_process import started

HEALTH = "/__emulator__/health"
IDLE = 10_000  # connections
KEY = "00000000-1111-2222-3333-444444444444"


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


def test_connection_that_a_client_keeps_open_is_no_error_at_the_stop() -> None:
    with started("--port", "0", "--tls") as (process, said):
        trust = ssl.create_default_context(cafile=said["certificate"].removeprefix("authority "))
        host, _, port = said["ready"].removeprefix("https://").rpartition(":")
        with (
            socket.create_connection((host, int(port))) as plain,
            trust.wrap_socket(plain, server_hostname=host) as kept,
        ):
            kept.sendall(b"GET /__emulator__/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert kept.recv(12) == b"HTTP/1.1 200"
            process.terminate()
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
    assert failed.stderr.startswith(f"emulator: cannot listen on localhost:{port}: ")
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
        (["--snapshot", "nowhere.json"], "nowhere.json does not exist"),
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


# --- options ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        (["--port", "70000"], "70000 is not in the range 0<=x<=65535"),
        (["--port", "-1"], "-1 is not in the range 0<=x<=65535"),
        (["--proxy", "99999"], "99999 is not in the range 0<=x<=65535"),
        (["--host", "nosuch.invalid"], "--host nosuch.invalid: no such host name"),
        (["--host", "203.0.113.1"], "--host 203.0.113.1: not an address of this machine"),
        (["--uds", "x" * 120], "most systems allow 107 bytes"),
        (["--uds", "nowhere/x.sock"], "there is no folder nowhere"),
        (["--save", "."], "--save .: it is a folder"),
        (["--snapshot", "nowhere.json"], "nowhere.json does not exist; add --create to start empty"),
        (["--freeze", "yesterday"], "neither `now` nor a time such as 2030-01-02T03:04:05Z"),
        (["--tls-cert", "a.pem"], "--tls-cert and --tls-key need each other"),
        (["--tls-cert", "a.pem", "--tls-key", "b.pem"], "are no certificate with its key in PEM form"),
        (["--tls", "--proxy", "0"], "--proxy cannot be combined with --tls"),
        (["--tls", "--uds", "x.sock"], "--uds cannot be combined with --tls or --proxy"),
        (["--proxy-host", "a.example"], "--proxy-host needs --proxy"),
        (["--allow-origin", "localhost"], "an origin looks like http://localhost:3000"),
        (["--no-such-option"], "No such option"),
    ],
)
def test_invalid_option_is_exit_code_2_and_says_why(options: list[str], hint: str, tmp_path: Path) -> None:
    failed = subprocess.run(
        [sys.executable, "-P", "-m", "loginradius_harness", "emulator", "--port", "0", *options],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        cwd=tmp_path,
    )
    assert failed.returncode == 2
    assert hint in " ".join(failed.stderr.split())
    assert "Traceback" not in failed.stderr


def test_version_is_shown() -> None:
    shown = run("--version")
    assert (shown.returncode, "version" in shown.stdout) == (0, True)


def test_localhost_is_answered_over_both_address_families() -> None:
    with started("--port", "0") as (_, said):
        port = said["ready"].rpartition(":")[2]
        assert httpx.get(f"http://[::1]:{port}{HEALTH}").status_code == 200


def test_options_are_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "0")
    monkeypatch.setenv("LOGINRADIUS_EMULATOR_PRESET", "mfa-required")
    monkeypatch.setenv("LOGINRADIUS_EMULATOR_SET", "otp_length=4 pin=true")
    with started() as (_, said):
        settings = httpx.get(said["ready"] + "/__emulator__/settings").json()
    assert (settings["mfa"], settings["otp_length"], settings["pin"]) == ("required", 4, True)


def test_base_path_stands_before_every_path() -> None:
    with started("--port", "0", "--base-path", "lr/") as (_, said):
        assert said["ready"].endswith("/lr")
        told = httpx.get(said["ready"] + "/identity/v2/serverinfo", params={"apikey": KEY})
        outside = httpx.get(said["ready"].removesuffix("/lr") + "/identity/v2/serverinfo", params={"apikey": KEY})
        page = httpx.get(said["ready"] + "/__emulator__/console/users")
    assert (told.status_code, outside.status_code, page.status_code) == (200, 404, 200)
    assert '"/lr/__emulator__/console/console.js"' in page.text


def test_time_stands_still_at_a_chosen_moment() -> None:
    with started("--port", "0", "--freeze", "2030-01-02T03:04:05Z") as (_, said):
        assert httpx.get(said["ready"] + "/__emulator__/clock").json() == {"now": 1_893_553_445.0, "frozen": True}


# --- hosts and origins ------------------------------------------------------------------------------------------------


def test_further_host_name_is_allowed() -> None:
    with started("--port", "0", "--allow-host", "emulator") as (_, said):
        allowed, other = (
            httpx.get(said["ready"] + HEALTH, headers={"Host": f"{name}:8484"}).status_code
            for name in ("emulator", "stranger.example")
        )
    assert (allowed, other) == (200, 403)


def test_page_of_an_allowed_origin_may_use_the_control_api() -> None:
    with started("--port", "0", "--allow-origin", "http://localhost:3000") as (_, said):
        page = {"Origin": "http://localhost:3000"}
        read = httpx.get(said["ready"] + HEALTH, headers=page)
        preflight = httpx.options(said["ready"] + HEALTH, headers=page)
        other = httpx.get(said["ready"] + HEALTH, headers={"Origin": "http://localhost:3001"})
    assert (read.status_code, read.headers["access-control-allow-origin"]) == (200, page["Origin"])
    assert (preflight.status_code, "PATCH" in preflight.headers["access-control-allow-methods"]) == (204, True)
    assert (other.status_code, "access-control-allow-origin" in other.headers) == (403, False)
    assert "--allow-origin http://localhost:3001" in other.json()["error"]


def test_certificate_is_valid_for_a_further_name_and_its_authority_stays(tmp_path: Path) -> None:
    options = ("--port", "0", "--tls", "--tls-host", "emulator", "--ca-dir", str(tmp_path / "ca"))
    authorities = []
    for _ in range(2):
        with started(*options) as (_, said):
            trust = ssl.create_default_context(cafile=tmp_path / "ca" / "ca.pem")
            port = int(said["ready"].rpartition(":")[2])
            with socket.create_connection(("127.0.0.1", port)) as plain:
                trust.wrap_socket(plain, server_hostname="emulator").close()
            authorities.append((tmp_path / "ca" / "ca.pem").read_bytes())
    assert authorities[0] == authorities[1]
    assert (tmp_path / "ca" / "ca.key").stat().st_mode & 0o777 == 0o600


def test_own_certificate_is_shown(tmp_path: Path) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    trust = ssl.create_default_context(cafile=tmp_path / "ca.pem")
    options = ("--tls-cert", str(tmp_path / "cert.pem"), "--tls-key", str(tmp_path / "key.pem"))
    with started("--port", "0", *options) as (_, said), httpx.Client(verify=trust) as client:
        assert client.get(said["ready"] + HEALTH).status_code == 200


def test_proxy_leads_a_custom_domain_to_the_emulator() -> None:
    with started("--port", "0", "--proxy", "0", "--proxy-host", "auth.mycompany.example") as (_, said):
        trust = ssl.create_default_context(cafile=said["certificate"].removeprefix("authority "))
        with httpx.Client(proxy=said["proxy"], verify=trust) as client:
            asked = client.get("https://auth.mycompany.example/identity/v2/serverinfo", params={"apikey": KEY})
    assert asked.status_code == 200


# --- state ------------------------------------------------------------------------------------------------------------


def test_missing_snapshot_starts_empty_on_request(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    for users in (2, 4):
        options = ("--snapshot", str(file), "--create", "--save", str(file))
        with started("--port", "0", *options) as (process, said):
            httpx.post(said["ready"] + "/__emulator__/seed", json={"users": 2})
            assert httpx.get(said["ready"] + "/__emulator__/users").json()["count"] == users
            process.terminate()
            assert process.wait(10) == 0


def test_options_beside_a_snapshot_change_its_settings(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with started("--port", "0", "--set", "pin=true", "--save", str(file)) as (process, _):
        process.terminate()
        process.wait(10)
    for options, expected in (
        (["--set", "otp_length=4"], ("disabled", True, 4)),
        (["--preset", "mfa-required"], ("required", False, 6)),
    ):
        with started("--port", "0", "--snapshot", str(file), *options) as (_, said):
            settings = httpx.get(said["ready"] + "/__emulator__/settings").json()
        assert (settings["mfa"], settings["pin"], settings["otp_length"]) == expected


def test_state_is_saved_on_sighup(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with started("--port", "0", "--save", str(file)) as (process, said):
        httpx.post(said["ready"] + "/__emulator__/seed", json={"users": 3})
        process.send_signal(signal.SIGHUP)
        assert process.stdout is not None
        assert process.stdout.readline() == f"saved {file}\n"
        assert len(json.loads(file.read_bytes())["stores"]["accounts.by_uid"]) == 3
        assert httpx.get(said["ready"] + HEALTH).status_code == 200


def test_users_of_a_file_are_there_at_the_start(tmp_path: Path) -> None:
    file = tmp_path / "users.csv"
    file.write_text("Email,Password\nann@example.com,correct horse 7\n", encoding="utf-8")
    with started("--port", "0", "--users", str(file)) as (_, said):
        login = {"email": "ann@example.com", "password": "correct horse 7"}
        answer = httpx.post(f"{said['ready']}/identity/v2/auth/login?apikey={KEY}", json=login)
    assert answer.json()["Profile"]["Email"] == [{"Type": "Primary", "Value": "ann@example.com"}]


def test_refused_user_of_a_file_is_one_clear_line_and_exit_code_2(tmp_path: Path) -> None:
    file = tmp_path / "users.csv"
    file.write_text("Email\nann@example.com\nann@example.com\n", encoding="utf-8")
    failed = run("--port", "0", "--users", str(file))
    assert (failed.returncode, failed.stderr.count("\n")) == (2, 1)
    assert f"--users {file}: user 2: " in failed.stderr


def test_outage_of_the_command_line_holds() -> None:
    time = f"/identity/v2/serverinfo?apikey={KEY}"
    with started("--port", "0", "--outage", "operation=configuration.get_server_time,status=503,times=1") as (_, said):
        assert [httpx.get(said["ready"] + time).status_code for _ in range(2)] == [503, 200]
    failed = run("--port", "0", "--outage", "operation=nothing")
    assert (failed.returncode, failed.stderr) == (2, "emulator: --outage operation=nothing: no operation 'nothing'\n")
