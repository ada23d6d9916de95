"""One run of `schemathesis run`: its configuration, its command line, what it says."""

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
EXAMPLES = 10  # of an operation in the fuzzing phase, and of the stateful one; the coverage phase is as long as it is
PATIENCE = 4  # seconds for one answer, as the fault run grants them
LONGEST = 300  # seconds for a run; what it said until then counts
REFUSED = ["400", "401", "403", "405", "415"]  # what the product answers a request of a wrong shape with
ANYTHING = ["2xx", "3xx", "4xx"]  # a request of a right shape may be refused for what it means
PROGRAM = Path(sys.executable).with_name("schemathesis")

Complaint = tuple[str, str]  # check and the status of what it complains about, or kind of error; `METHOD path`


@dataclass(frozen=True)
class Said:
    """What a run has said. `requests` is the number of those it sent."""

    complaints: frozenset[Complaint]
    requests: int
    is_complete: bool


@dataclass(frozen=True)
class Credentials:
    """What everybody is given who tests a tenant."""

    apikey: str
    apisecret: str
    access_token: str
    uid: str
    sott: str

    def fetching(self) -> dict[str, str]:
        """The query of the management call that gives another token of the same person."""
        return {"apikey": self.apikey, "apisecret": self.apisecret, "uid": self.uid}


def arguments(configuration: Configuration, seed: int) -> list[str]:
    """The command line without program, URL and operations; see `play` for the files that it names."""
    always = ["--config-file", "schemathesis.toml", "run", "openapi.json", "--seed", str(seed)]
    always += ["--max-examples", str(EXAMPLES), "--no-shrink", "--request-timeout", str(PATIENCE)]
    always += ["--generation-database", "none", "--report", "ndjson", "--report-ndjson-path", "report.ndjson"]
    return always + (["--continue-on-failure", "--max-response-time", "2"] if configuration == "best" else [])


def configured(credentials: Credentials, operations: Sequence[Operation], configuration: Configuration) -> str:
    """The configuration file.

    A key that is a parameter stays where the other credentials are taken away; where it is the only one, it must not.
    A token that some call has ended is fetched anew.
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
            path=f"/identity/v2/manage/account/access_token?{urlencode(credentials.fetching())}",
            method="GET",
            extract_selector="/access_token",
            retry_on=[HTTPStatus.FORBIDDEN],
        )
        lines += _table("checks.negative_data_rejection", **{"expected-statuses": REFUSED})
        lines += _table("checks.positive_data_acceptance", **{"expected-statuses": ANYTHING})
        for operation in operations:
            if "apikey" in operation.auth and len(operation.auth) > 1:
                lines += _table("[operations]", **{"include-operation-id": operation.id})
                lines += _table("operations.parameters", **{"query.apikey": credentials.apikey})
    return "\n".join(lines)


def _table(name: str, **members: Json) -> list[str]:
    return [f"[{name}]", *(f"{json.dumps(key)} = {json.dumps(value)}" for key, value in members.items())]


def play(folder: Path, url: str, operations: Sequence[Operation], configuration: Configuration, seed: int) -> Said:
    """Run it in a folder that holds `openapi.json` and `schemathesis.toml`, against these operations of a URL."""
    chosen = [word for operation in operations for word in ("--include-operation-id", operation.id)]
    command = [str(PROGRAM), *arguments(configuration, seed), "--url", url, *chosen]
    is_complete = False
    with contextlib.suppress(subprocess.TimeoutExpired):
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=LONGEST, check=False)
        is_complete = done.returncode in {0, 1}
    return heard(folder / "report.ndjson", is_complete=is_complete)


def heard(file: Path, *, is_complete: bool) -> Said:
    """What the events of a run say; a line that a killed run broke off is passed over."""
    complaints, requests = set[Complaint](), 0
    for event in _events(file):
        recorder = event.get("ScenarioFinished", {}).get("recorder", {})
        requests += len(recorder.get("interactions", ()))
        complaints |= {*_failures(recorder), *_errors(event)}
    return Said(frozenset(complaints), requests, is_complete)


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
    return str(response["status_code"]) if response else "without an answer"


def _errors(event: Json) -> Iterator[Complaint]:
    error = event.get("NonFatalError")
    if error:
        yield error.get("info", {}).get("type", "error"), error.get("label", "")
