"""One run of `schemathesis run`: configuration, command line, output."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

from loginradius_harness.contracts import Operation

Json = Any
Configuration = Literal["plain", "best"]
CONFIGURATIONS: tuple[Configuration, ...] = ("plain", "best")
EXAMPLES = 10  # of an operation in the fuzzing and in the stateful phase; the coverage phase has a fixed number
REQUEST_TIMEOUT = 4  # seconds, as in a fault run
RUN_TIMEOUT = 300  # seconds; the output until then counts
REFUSED = ["400", "401", "403", "405", "415"]  # the product's statuses for an invalid request
ACCEPTED = ["2xx", "3xx", "4xx"]  # a valid request may be refused for its meaning
PROGRAM = Path(sys.executable).with_name("schemathesis")

Complaint = tuple[str, str]  # check and response status, or kind of error; `METHOD path`


@dataclass(frozen=True)
class RunOutput:
    """The complaints of a run and the number of requests that it sent."""

    complaints: frozenset[Complaint]
    requests: int
    is_complete: bool


@dataclass(frozen=True)
class Credentials:
    """The credentials of a tenant under test."""

    apikey: str
    apisecret: str
    access_token: str
    uid: str
    sott: str

    def token_query(self) -> dict[str, str]:
        """Return the query of the management call that issues another token of the same user."""
        return {"apikey": self.apikey, "apisecret": self.apisecret, "uid": self.uid}


def arguments(configuration: Configuration, seed: int) -> list[str]:
    """Return the command line without program, URL and operations; `run` describes the files that it names."""
    always = ["--config-file", "schemathesis.toml", "run", "openapi.json", "--seed", str(seed)]
    always += ["--max-examples", str(EXAMPLES), "--no-shrink", "--request-timeout", str(REQUEST_TIMEOUT)]
    always += ["--generation-database", "none", "--report", "ndjson", "--report-ndjson-path", "report.ndjson"]
    return always + (["--continue-on-failure", "--max-response-time", "2"] if configuration == "best" else [])


def configured(credentials: Credentials, operations: Sequence[Operation], configuration: Configuration) -> str:
    """Return the text of the configuration file.

    The API key is a parameter unless it is the only credential, so that it stays when schemathesis removes the others.
    A token that a call has invalidated is fetched again.
    """
    lines = [
        *_table("auth.openapi.apikey", api_key=credentials.apikey),
        *_table("auth.openapi.apisecret", api_key=credentials.apisecret),
        *_table("auth.openapi.sott", api_key=credentials.sott),
    ]
    if configuration == "plain":
        lines += _table("auth.openapi.access_token", bearer=credentials.access_token)
    else:
        lines += _table(
            "auth.dynamic.openapi.access_token",
            path=f"/identity/v2/manage/account/access_token?{urlencode(credentials.token_query())}",
            method="GET",
            extract_selector="/access_token",
            retry_on=[HTTPStatus.FORBIDDEN],
        )
        lines += _table("checks.negative_data_rejection", **{"expected-statuses": REFUSED})
        lines += _table("checks.positive_data_acceptance", **{"expected-statuses": ACCEPTED})
        for operation in operations:
            if "apikey" in operation.auth and len(operation.auth) > 1:
                lines += _table("[operations]", **{"include-operation-id": operation.id})
                lines += _table("operations.parameters", **{"query.apikey": credentials.apikey})
    return "\n".join(lines)


def _table(name: str, **members: Json) -> list[str]:
    return [f"[{name}]", *(f"{json.dumps(key)} = {json.dumps(value)}" for key, value in members.items())]


def run(folder: Path, url: str, operations: Sequence[Operation], configuration: Configuration, seed: int) -> RunOutput:
    """Run schemathesis in a folder with `openapi.json` and `schemathesis.toml` against operations of a URL."""
    chosen = [word for operation in operations for word in ("--include-operation-id", operation.id)]
    command = [str(PROGRAM), *arguments(configuration, seed), "--url", url, *chosen]
    is_complete = False
    with contextlib.suppress(subprocess.TimeoutExpired):
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=RUN_TIMEOUT, check=False)
        is_complete = done.returncode in {0, 1}
    return read_report(folder / "report.ndjson", is_complete=is_complete)


def read_report(file: Path, *, is_complete: bool) -> RunOutput:
    """Read the events of a run; ignore a line that a killed run left incomplete."""
    complaints, requests = set[Complaint](), 0
    for event in _events(file):
        recorder = event.get("ScenarioFinished", {}).get("recorder", {})
        requests += len(recorder.get("interactions", ()))
        complaints |= {*_failures(recorder), *_errors(event)}
    return RunOutput(frozenset(complaints), requests, is_complete)


def _events(file: Path) -> Iterator[Json]:
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        with contextlib.suppress(json.JSONDecodeError):
            yield json.loads(line)


def _failures(recorder: Json) -> Iterator[Complaint]:
    for case, checks in recorder.get("checks", {}).items():
        value = recorder["cases"][case]["value"]
        for check in checks:
            if check["status"] == "failure":
                yield f"{check['name']} {_status(recorder, case)}", f"{value['method']} {value['path']}"


def _status(recorder: Json, case: str) -> str:
    response = recorder["interactions"].get(case, {}).get("response")
    return str(response["status_code"]) if response else "without a response"


def _errors(event: Json) -> Iterator[Complaint]:
    error = event.get("NonFatalError")
    if error:
        yield error.get("info", {}).get("type", "error"), error.get("label", "")
