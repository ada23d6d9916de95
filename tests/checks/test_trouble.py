"""Failures of a gateway count as infrastructure, and the run always writes its report."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from tests.checks.conftest import Suite

TEST = "suites/contract/test_valid_requests.py::test_documented_example_succeeds[configuration.get_configurations]"
TROUBLES = {
    "html": (403, b"<html><h1>Request blocked</h1></html>", "text/html"),
    "empty": (200, b"", "application/json"),
    "429": (429, b"", "application/json"),
    "502": (502, b"Bad gateway", "text/plain"),
    "truncated": (200, b'{"AppName": "x', "application/json"),
    "hang": (0, b"", ""),
}


class Rogue:
    """Stands before an emulator: passes on everything but the configuration, which it answers in its own way."""

    def __init__(self, upstream: str, trouble: str) -> None:
        self.released = threading.Event()
        self._upstream = upstream
        self._trouble = TROUBLES[trouble]
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        rogue = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_arguments: object) -> None:
                """Print nothing."""

            def do_GET(self) -> None:
                rogue.answer(self)

            do_POST = do_PUT = do_DELETE = do_PATCH = do_GET  # noqa: N815  # names that the library calls

        return Handler

    def answer(self, asked: BaseHTTPRequestHandler) -> None:
        """Forward a request, or fail."""
        content = asked.rfile.read(int(asked.headers.get("Content-Length", 0)))
        if "/appinfo" in asked.path.lower():
            status, body, kind = self._trouble
            if not status:
                self.released.wait(60)
                asked.close_connection = True
                return
        else:
            headers = {name: value for name, value in asked.headers.items() if name.lower() != "host"}
            reply = httpx.request(
                asked.command, self._upstream + asked.path, headers=headers, content=content, trust_env=False
            )
            status, body, kind = reply.status_code, reply.content, reply.headers.get("content-type", "")
        asked.send_response(status)
        asked.send_header("Content-Type", kind)
        asked.send_header("Content-Length", str(len(body)))
        asked.end_headers()
        asked.wfile.write(body)


@pytest.fixture
def rogue(emulator_url: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the URL of a failing gateway; `trouble` is the test's parameter."""
    made = Rogue(emulator_url, request.param)
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made.url
    made.released.set()
    made.server.shutdown()
    made.server.server_close()
    thread.join(10)


@pytest.fixture
def targets_file(tmp_path: Path, rogue: str) -> Path:
    """Write a target behind the failing gateway, with short timeouts."""
    text = f'[rogue]\nenvironment = "emulator"\napi_url = "{rogue}"\n'
    text += "[rogue.limits]\ntimeout_seconds = 1.0\nretries = 0\n"
    file = tmp_path / "targets.toml"
    file.write_text(text)
    return file


@pytest.mark.parametrize("rogue", TROUBLES, indirect=True)
def test_trouble_is_infrastructure_and_the_report_is_written(suite: Suite, targets_file: Path) -> None:
    run = suite("--target", "rogue", "--targets-file", str(targets_file), TEST)
    assert run.code == 3, run.output[-2000:]
    verdicts = _verdicts(run.report)
    assert {verdict["cause"] for verdict in verdicts if verdict["outcome"] == "failed"} == {"infrastructure"}
    assert (run.report / "index.html").exists()


def _verdicts(report: Path) -> list[dict[str, str]]:
    lines = (json.loads(line) for line in (report / "record.ndjson").read_text().splitlines())
    return [line for line in lines if line["event"] == "verdict"]
