"""Tools of others take the plain OpenAPI document: Redocly and Spectral find no error, Prism mocks it."""

import contextlib
import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from loginradius_harness.contracts.tools import openapi_plain
from tests.free_ports import free_ports

Json = Any
ENVIRONMENT = os.environ | {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
STARTED_WITHIN = 120.0  # seconds, on a busy machine


@pytest.fixture(scope="module")
def document(openapi_tools: Path) -> Path:
    file = openapi_tools / "api.json"
    file.write_text(openapi_plain.text(), encoding="utf-8")
    return file


def run(folder: Path, tool: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [folder / "node_modules" / ".bin" / tool, *arguments],
        cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def test_redocly_finds_no_error(openapi_tools: Path, document: Path) -> None:
    done = run(openapi_tools, "redocly", "lint", document.name, "--format=json")
    assert json.loads(done.stdout)["totals"]["errors"] == 0, done.stdout[:4000]
    assert done.returncode == 0


def test_spectral_finds_no_error(openapi_tools: Path, document: Path) -> None:
    options = ("--ruleset", "spectral.yaml", "--format", "json", "--quiet", "--fail-severity", "error")
    done = run(openapi_tools, "spectral", "lint", document.name, *options)
    errors = [(found["code"], found["path"]) for found in json.loads(done.stdout) if found["severity"] == 0]
    assert errors == []
    assert done.returncode == 0, done.stderr


def test_prism_mocks_it(openapi_tools: Path, document: Path) -> None:
    [port] = free_ports(1)
    command = [str(openapi_tools / "node_modules" / ".bin" / "prism"), "mock", "-p", str(port), "--host", "127.0.0.1"]
    with (
        subprocess.Popen([*command, document.name], cwd=openapi_tools, stdout=subprocess.DEVNULL) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client,
    ):
        try:
            query, key = {"apikey": "k", "email": "ada@example.com"}, {"X-LoginRadius-ApiKey": "k"}
            answer = first_answer(client, "/identity/v2/auth/email", query, key)
            assert (answer.status_code, answer.json()) == (200, {"IsExist": True})
            assert client.get("/identity/v2/nowhere").status_code == 404
        finally:
            process.terminate()


def first_answer(client: httpx.Client, path: str, query: dict[str, str], headers: dict[str, str]) -> httpx.Response:
    """Ask until the server listens."""
    deadline = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            return client.get(path, params=query, headers=headers)
    pytest.fail("Prism did not start")
