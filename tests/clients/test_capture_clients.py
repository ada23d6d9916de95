"""`capture --forward`: clients that are not changed find the proxy and its authority in their environment."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from loginradius_harness.target.target import EMULATOR_KEY
from tests.emulator_process import started

URL = f"https://api.loginradius.com/identity/v2/auth/email?apikey={EMULATOR_KEY}&email=ada@example.com"
PYTHON = "import sys, {0}; answer = {0}.get(sys.argv[1]); print(answer.status_code, answer.text)"


@pytest.fixture(scope="module")
def tenant() -> Iterator[tuple[str, Path]]:
    """Run an emulator that speaks https; yield its port and its authority."""
    with started("--port", "0", "--tls", "--api-key", EMULATOR_KEY) as (_, said):
        yield said["ready"].rpartition(":")[2], Path(said["certificate"].removeprefix("authority "))


def capture(
    tenant: tuple[str, Path], folder: Path, client: list[str], *options: str
) -> "subprocess.CompletedProcess[str]":
    """Run a client through the proxy, with nothing in its environment that would lead it elsewhere."""
    port, authority = tenant
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    command = [sys.executable, "-P", "-m", "loginradius_harness", "capture", "--forward", "--port", "0"]
    command += ["--resolve", f"api.loginradius.com=127.0.0.1:{port}", "--report", str(folder / "out"), *options]
    return subprocess.run(
        [*command, "--", *client],
        env=environment | {"SSL_CERT_FILE": str(authority)},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def kept(done: "subprocess.CompletedProcess[str]", folder: Path) -> None:
    """Check that the client got the answer, and that it was judged and kept."""
    assert done.returncode == 0, done.stderr
    assert "0 contract violations in 1 answers of 1 operations" in done.stdout
    assert "200" in done.stdout
    text = (folder / "out" / "traffic.ndjson").read_text(encoding="utf-8")
    [exchange] = map(json.loads, text.splitlines())
    assert (exchange["status"], exchange["method"]) == (200, "GET")
    assert json.loads(exchange["response_body"]) == {"IsExist": False}
    assert EMULATOR_KEY not in text


def test_curl_is_captured(tenant: tuple[str, Path], tmp_path: Path) -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("needs curl")
    kept(capture(tenant, tmp_path, [curl, "-sS", "-w", "%{http_code}", URL]), tmp_path)


@pytest.mark.parametrize("library", ["requests", "httpx"])
def test_python_library_is_captured(tenant: tuple[str, Path], tmp_path: Path, library: str) -> None:
    kept(capture(tenant, tmp_path, [sys.executable, "-c", PYTHON.format(library), URL]), tmp_path)


def test_node_is_captured(node: Path, tenant: tuple[str, Path], tmp_path: Path) -> None:
    kept(capture(tenant, tmp_path, [shutil.which("node") or "node", str(node / "fetch.mjs"), URL]), tmp_path)


def test_other_host_is_refused_and_the_client_is_told(tenant: tuple[str, Path], tmp_path: Path) -> None:
    program = (
        "import urllib.request\n"
        "try: urllib.request.urlopen('https://example.com/')\n"
        "except OSError as error: print(error); raise SystemExit(5)"
    )
    done = capture(tenant, tmp_path, [sys.executable, "-c", program])
    assert done.returncode == 5
    assert "403 Forbidden" in done.stdout


def test_client_that_does_not_trust_the_authority_is_told_of(tenant: tuple[str, Path], tmp_path: Path) -> None:
    program = (
        "import httpx, os, ssl\n"
        "try: httpx.get(os.sys.argv[1], verify=ssl.create_default_context(cafile=os.sys.argv[2]))\n"
        "except httpx.ConnectError: raise SystemExit(6)"
    )
    done = capture(tenant, tmp_path, [sys.executable, "-c", program, URL, str(tenant[1])])
    assert done.returncode == 6
    assert "no TLS with the client for api.loginradius.com, which must trust the authority of this proxy" in done.stderr


def test_authority_in_a_folder_stays(tenant: tuple[str, Path], tmp_path: Path) -> None:
    folder, seen = tmp_path / "ca", set()
    for _ in range(2):
        done = capture(tenant, tmp_path, [sys.executable, "-c", ""], "--ca-dir", str(folder))
        assert f"certificate authority {folder / 'ca.pem'}" in done.stdout
        seen.add((folder / "ca.pem").read_bytes())
    assert len(seen) == 1
    assert (folder / "ca.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--resolve", "api.loginradius.com"], "--resolve api.loginradius.com: write HOST=IP:PORT"),
        (["--upstream", "https://api.loginradius.com"], "--upstream has no meaning with --forward"),
    ],
)
def test_wrong_option_ends_in_one_sentence(
    tenant: tuple[str, Path], tmp_path: Path, options: list[str], message: str
) -> None:
    done = capture(tenant, tmp_path, [sys.executable, "-c", ""], *options)
    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1
