"""`loginradius-harness capture`: what passes is unchanged, and judged."""

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from loginradius_harness import emulator
from loginradius_harness.cli import main
from loginradius_harness.traffic.capture import Upstream
from loginradius_harness.traffic.exchange import RecordedExchange
from tests.traffic import proxies

ANSWER = json.dumps({"IsExist": 7}).encode()
PROGRAM = """
import json, os, urllib.request
url = os.environ["LOGINRADIUS_API_URL"] + "/identity/v2/auth/email?apikey=k&email=a@example.com"
print(json.load(urllib.request.urlopen(url)))
"""
FORGIVING = """
import contextlib, os, urllib.request
with contextlib.suppress(OSError):
    urllib.request.urlopen(os.environ["LOGINRADIUS_API_URL"] + "/identity/v2/auth/email?apikey=k&email=a@example.com")
"""


class Api(BaseHTTPRequestHandler):
    """Echoes bodies, and answers one operation wrongly."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # the name that the server calls
        zipped = "gzip" in self.headers.get("Accept-Encoding", "")
        self._answer(gzip.compress(ANSWER) if zipped else ANSWER, "gzip" if zipped else "")

    def do_POST(self) -> None:  # as above
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(json.dumps({"length": len(body), "host": self.headers["Host"]}).encode())

    def _answer(self, body: bytes, encoding: str = "") -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def api() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Api) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


@contextmanager
def proxy(url: str) -> Iterator[tuple[str, list[RecordedExchange]]]:
    """Run a reverse proxy; yield its URL and the exchanges that it read."""
    with proxies.proxy(Upstream.parse(url)) as (port, read):
        yield f"http://127.0.0.1:{port}", read


def test_bodies_pass_unchanged_in_both_ways() -> None:
    with api() as url, proxy(url) as (address, read), httpx.Client(base_url=address) as client:
        for size in (0, 1, 70_000, 1_000_000):
            assert client.post("/echo", content=b"x" * size).json()["length"] == size
        assert client.post("/echo", content=iter([b"ab", b"", b"cde"])).json()["length"] == 5
    assert [exchange.status for exchange in read] == [200] * 5


def test_host_header_names_the_upstream() -> None:
    with api() as url, proxy(url) as (address, _):
        assert httpx.post(f"{address}/echo", content=b"x").json()["host"] == url.removeprefix("http://")


def test_compressed_answer_is_read() -> None:
    with api() as url, proxy(url) as (address, read):
        answer = httpx.get(f"{address}/identity/v2/auth/email", headers={"Accept-Encoding": "gzip"})
    assert answer.content == ANSWER
    assert read[0].response_body == ANSWER.decode()


def test_upstream_that_is_not_there_is_a_bad_gateway() -> None:
    with proxy("http://127.0.0.1:9") as (address, _):
        answer = httpx.get(f"{address}/identity/v2/auth/email")
    assert answer.status_code == 502
    assert "cannot reach 127.0.0.1:9" in answer.text


def test_command_runs_through_the_proxy_and_a_violation_is_the_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with api() as url:
        options = ["--upstream", url, "--port", "0", "--report", str(tmp_path)]
        assert main(["capture", *options, "--", sys.executable, "-c", PROGRAM]) == 1
    out = capsys.readouterr().out
    assert "authentication.check_email_availability: /IsExist" in out
    assert "1 contract violations in 1 answers of 1 operations" in out


def test_exit_code_of_the_command_is_kept_when_the_traffic_is_faithful(tmp_path: Path) -> None:
    with emulator.running() as running:
        options = ["--upstream", running.url, "--port", "0", "--report", str(tmp_path)]
        assert main(["capture", *options, "--", sys.executable, "-c", "raise SystemExit(7)"]) == 7


def test_command_that_sends_nothing_is_not_a_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--upstream", "http://127.0.0.1:9", "--port", "0", "--report", str(tmp_path)]
    assert main(["capture", *options, "--", sys.executable, "-c", ""]) == 2
    assert capsys.readouterr().err == "No request of the API passed: does the application use the proxy?\n"


def test_requests_that_all_fail_upstream_are_not_a_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--upstream", "http://127.0.0.1:9", "--port", "0", "--report", str(tmp_path)]
    assert main(["capture", *options, "--", sys.executable, "-c", FORGIVING]) == 2
    assert "No request of the API passed: cannot reach 127.0.0.1:9: " in capsys.readouterr().err


def test_answers_without_contract_are_not_a_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with api() as url:
        options = ["--upstream", url, "--port", "0", "--report", str(tmp_path)]
        program = PROGRAM.replace("/identity/v2/auth/email", "/nothing")
        assert main(["capture", *options, "--", sys.executable, "-c", program]) == 2
    assert capsys.readouterr().err == "No answer of the API was judged: the lines above say why.\n"


def test_command_that_cannot_be_started_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    closed = tmp_path / "closed"
    closed.touch(mode=0o600)
    for command, reason in (("nosuchcmd", "no such command"), (str(closed), "Permission denied")):
        assert main(["capture", "--port", "0", "--report", str(tmp_path), "--", command]) == 2
        assert capsys.readouterr().err == f"cannot start {command}: {reason}\n"


def test_url_with_a_path_is_refused_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["capture", "--upstream", "http://127.0.0.1:1/path"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_signal_ends_the_capture_with_a_report(tmp_path: Path) -> None:
    options = ["--upstream", "http://127.0.0.1:9", "--port", "0", "--report", str(tmp_path)]
    command = [sys.executable, "-m", "loginradius_harness", "capture", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("ready http://127.0.0.1:")
        process.terminate()
        assert process.wait(30) == 0
    assert (tmp_path / "index.html").exists()
