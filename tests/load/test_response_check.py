import msgspec
import pytest

from loginradius_harness import contracts
from loginradius_harness.client.redaction import Redactor
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.load.metrics.counters import OperationMetrics
from loginradius_harness.load.workload.response_check import ResponseChecker, enter
from loginradius_harness.load.workload.scenarios import SCENARIOS, Step

from .servers import GOOD, TOKEN, UNKNOWN

VALIDATE = "authentication.validate_access_token"


def judge(**changes: object) -> ResponseChecker:
    return ResponseChecker(Step(VALIDATE, **changes), contracts.get(VALIDATE))  # type: ignore[arg-type]  # fields of a step


def test_an_answer_that_keeps_its_contract_is_good() -> None:
    verdict = judge().judge(200, GOOD)
    assert (verdict.outcome, verdict.answer, verdict.violations) == ("ok", "200", ())


def test_a_missing_member_breaks_the_contract_and_is_named() -> None:
    verdict = judge().judge(200, b'{"access_token": "%s"}' % TOKEN.encode())
    assert verdict.outcome == "contract"
    assert "expires_in" in verdict.violations[0].expected


def test_a_member_that_the_contract_does_not_know_is_drift_and_no_error() -> None:
    verdict = judge().judge(200, GOOD[:-1] + b',"new": 1}')
    assert (verdict.outcome, verdict.drifted) == ("ok", True)


def test_a_documented_refusal_is_an_error_where_nobody_expected_it() -> None:
    assert judge().judge(403, UNKNOWN).outcome == "refused"


def test_a_refusal_is_good_where_it_is_the_right_answer() -> None:
    assert judge(refusal=ErrorCode.ACCESS_TOKEN_INVALID).judge(403, UNKNOWN).outcome == "ok"


def test_another_refusal_than_the_right_one_is_an_error() -> None:
    assert judge(refusal=ErrorCode.ACCESS_TOKEN_EXPIRED).judge(403, UNKNOWN).outcome == "refused"


def test_success_breaks_the_contract_where_only_a_refusal_would_be_right() -> None:
    verdict = judge(refusal=ErrorCode.ACCESS_TOKEN_INVALID).judge(200, GOOD)
    assert verdict.outcome == "contract"
    assert verdict.violations[0].expected == "error 905"


def test_a_refusal_with_the_wrong_status_breaks_the_contract() -> None:
    assert judge().judge(400, UNKNOWN).outcome == "contract"


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (429, b"", "limited"),
        (503, b"<html>busy</html>", "server_error"),
        (500, UNKNOWN.replace(b"905", b"950"), "server_error"),
        (200, b"<html>hello</html>", "contract"),
        (200, b'{"cut', "contract"),
        (302, b"{}", "contract"),
        (200, b"[]", "contract"),
    ],
)
def test_every_kind_of_answer_has_its_own_class(status: int, body: bytes, outcome: str) -> None:
    assert judge().judge(status, body).outcome == outcome


def test_values_for_the_next_step_are_kept() -> None:
    assert judge(keep={"token": "access_token"}).judge(200, GOOD).kept == {"token": TOKEN}


def test_an_answer_without_the_value_for_the_next_step_breaks_the_scenario() -> None:
    verdict = judge(keep={"refresh_token": "refresh_token"}).judge(200, GOOD)
    assert (verdict.outcome, verdict.violations[0].pointer) == ("contract", "/refresh_token")


def test_the_same_bytes_are_judged_once() -> None:
    same = judge()
    assert same.judge(200, GOOD) is same.judge(200, bytes(GOOD))
    assert same.judge(201, GOOD) is not same.judge(200, GOOD)


def test_memory_for_answers_is_bounded() -> None:
    same = judge()
    for number in range(20_000):
        same.judge(200, b'{"access_token":"%d"}' % number)
    assert len(same._known) <= 4096


def test_answers_with_something_new_each_time_are_not_remembered() -> None:
    same = judge(keep={"token": "access_token"})
    same.judge(200, GOOD)
    assert not same._known


def test_findings_are_counted_once_written_out_and_free_of_secrets() -> None:
    ledger, same = OperationMetrics(), judge()
    for _ in range(3):
        body = b'{"access_token": "%s"}' % TOKEN.encode()
        enter(ledger, same.judge(200, body), body, Redactor())
    (sample,) = ledger.samples
    assert (sample.count, ledger.violations, ledger.answers) == (3, 3, {"200": 3})
    assert TOKEN not in msgspec.json.encode(ledger).decode()


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_every_step_of_every_scenario_names_an_operation_and_what_it_may_be_refused_with(scenario: object) -> None:
    for step in scenario.steps:  # type: ignore[attr-defined]  # a Scenario; the ids need the mapping
        operation = contracts.get(step.operation)
        assert step.refusal is None or step.refusal in operation.codes
        assert ("access_token" in operation.auth) == (step.token is not None)
