"""Events of sample runs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.report.recording import events
from loginradius_harness.report.recording.event_stream import Recorder

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LOGIN = "authentication.login_by_email"


def run(**changes: Any) -> events.RunStarted:
    facts: dict[str, Any] = {
        "id": "20260301T120000Z-1",
        "started": NOON,
        "target": "embedded",
        "url": "http://127.0.0.1:1",
        "command": "pytest",
        "seed": 1,
        "contracts": "c0ffee",
        "operations": 250,
    }
    return events.RunStarted(**(facts | changes))


def verdict(test: str, **changes: Any) -> events.Verdict:
    facts: dict[str, Any] = {
        "suite": test.split("/")[1] if "/" in test else "contract",
        "question": "valid requests",
        "outcome": "passed",
        "operations": (LOGIN,),
        "title": test.rpartition("::")[2],
    }
    return events.Verdict(test=test, **(facts | changes))


def exchange(operation: str = LOGIN, **changes: Any) -> events.Exchange:
    facts: dict[str, Any] = {"seconds": 0.01, "status": 200}
    return events.Exchange(operation=operation, **(facts | changes))


def evidence(test: str, operation: str = LOGIN, after: float = 0.0, **changes: Any) -> events.Evidence:
    facts: dict[str, Any] = {
        "started": NOON + timedelta(seconds=after),
        "seconds": 0.01,
        "method": "POST",
        "url": "http://127.0.0.1:1/identity/v2/auth/login?apikey=${HARNESS_API_KEY}",
        "request_body": '{\n  "email": "ada@example.com"\n}',
        "status": 200,
        "response_body": "{}",
        "replay": "curl --request POST 'http://127.0.0.1:1/identity/v2/auth/login?apikey='\"${HARNESS_API_KEY}\"",
    }
    return events.Evidence(test=test, operation=operation, **(facts | changes))


def ended(seconds: float = 48, exit_code: int = 0) -> events.RunEnded:
    return events.RunEnded(finished=NOON + timedelta(seconds=seconds), exit_code=exit_code)


def three_failures() -> list[events.AnyEvent]:
    """Return a run with one failure of each cause, and verdicts of every kind."""
    broken = "suites/contract/test_valid_requests.py::test_response_meets_its_contract[authentication.login_by_email]"
    stream: list[events.AnyEvent] = [
        run(),
        verdict(
            broken,
            outcome="failed",
            cause="contract",
            operation=LOGIN,
            requirement="responses/200/required",
            expected="access_token",
            actual="no such member",
            message="ContractViolationError: access_token is missing",
            replay="curl --request POST 'http://127.0.0.1:1/'",
            rules=("recovery.reset_token_dies_on_first_use",),
        ),
        evidence(broken, response_body="<script>alert(1)</script>\x00"),
        verdict(
            "suites/journeys/test_pin.py::test_pin_opens_the_account",
            outcome="failed",
            cause="configuration",
            operations=("pin.login",),
            message="ConfigurationError: PIN authentication is switched off; switch it on in the console",
        ),
        verdict(
            "suites/security/test_locks.py::test_guessing_is_throttled",
            outcome="failed",
            cause="infrastructure",
            row=9,
            standards=("ASVS 5.0 6.3.1",),
            message="InfrastructureError: 502 from a gateway",
        ),
        verdict(
            "suites/journeys/test_password_reset.py::test_forgotten_password_is_reset",
            title="A forgotten password is reset",
        ),
        events.Step(
            test="suites/journeys/test_password_reset.py::test_forgotten_password_is_reset",
            name="register",
            started=NOON,
            seconds=0.5,
        ),
        evidence("suites/journeys/test_password_reset.py::test_forgotten_password_is_reset", after=0.1),
        verdict(
            "suites/contract/test_valid_requests.py::test_skipped", outcome="skipped", message="PIN is switched off"
        ),
        verdict(
            "suites/security/test_names.py::test_unknown_user_looks_like_wrong_password",
            outcome="by-design",
            row=14,
            standards=("ASVS 5.0 6.3.8",),
            expected="one answer for both",
            actual="938 and 966",
            message="The product documents two codes",
        ),
        events.Covered(criterion="C6", item=f"{LOGIN} apikey missing"),
        exchange(),
        exchange(status=401, error_code=ErrorCode.CREDENTIALS_INCORRECT),
        exchange(
            violations=(events.Violation("drift", "/Profile/Emails/3", "responses/200", "no such member", '"x"'),)
        ),
        events.Fault(
            name="totp-any-code", category="mfa", rule="mfa.totp", found=True, by=broken, seconds=1.5, requests=7
        ),
        load(),
        ended(exit_code=1),
    ]
    return stream


def load() -> events.Load:
    percentiles = {"p50": 3.0, "p95": 8.0, "p99": 12.5}
    return events.Load(
        profile="smoke",
        target="embedded",
        started=NOON,
        seconds=20,
        passed=True,
        rows=(events.LoadRow(name=LOGIN, requests=4000, rate=200, percentiles=percentiles, errors={"429": 2}),),
        series=tuple(events.LoadPoint(at=at, rate=200, percentiles=percentiles) for at in range(20)),
        histogram=((1, 10), (2, 3000), (4, 900), (8, 90)),
        objectives=(events.Objective(name="p95", limit="<= 50 ms", measured="8.0 ms", met=True),),
        validity={"scheduled": "200/s", "started": "199.8/s"},
    )


def write(path: Path, stream: list[events.AnyEvent]) -> Path:
    recorder = Recorder(path)
    for event in stream:
        recorder.append(event)
    recorder.close()
    return path
