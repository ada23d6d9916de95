from datetime import date

import msgspec
import pytest

from loginradius_harness import contracts
from loginradius_harness.client.redaction import Redactor
from loginradius_harness.contracts import overlay
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.load.metrics.counters import OperationMetrics
from loginradius_harness.load.workload.response_check import ResponseChecker, record_check
from loginradius_harness.load.workload.scenarios import SCENARIOS, Step

from .servers import GOOD, TOKEN, UNKNOWN

VALIDATE = "authentication.validate_access_token"


def checker(*, strict: bool = False, **changes: object) -> ResponseChecker:
    step = Step(VALIDATE, **changes)  # type: ignore[arg-type]  # fields of a step
    return ResponseChecker(step, contracts.get(VALIDATE), strict=strict)


def test_an_answer_that_keeps_its_contract_is_ok() -> None:
    result = checker().check(200, GOOD)
    assert (result.outcome, result.answer, result.violations) == ("ok", "200", ())


def test_weak_promise_is_binding_for_a_strict_target_only() -> None:
    answer = msgspec.json.encode(msgspec.json.decode(GOOD) | {"session_token": "no token"})
    assert checker(strict=True).check(200, answer).outcome == "contract_violation"
    assert [found.kind for found in checker().check(200, answer).violations] == ["hint"]
    assert checker().check(200, answer).outcome == "ok"


def test_a_missing_member_violates_the_contract_and_is_named() -> None:
    result = checker().check(200, b'{"access_token": "%s"}' % TOKEN.encode())
    assert result.outcome == "contract_violation"
    assert "expires_in" in result.violations[0].expected


def test_what_the_overlay_accepts_is_no_violation() -> None:
    absent = overlay.Key("absent-member", "token.json", "expires_in", "")
    day = date(2026, 3, 1)
    proposed = overlay.describe(absent, overlay.Seen(count=1, first_seen=day, last_seen=day), [VALIDATE])
    known = overlay.accept(overlay.merge(overlay.EMPTY, [proposed], {}), [absent.id])
    judged = ResponseChecker(Step(VALIDATE), contracts.get(VALIDATE), strict=True, overlay=known)
    assert judged.check(200, b'{"access_token": "%s"}' % TOKEN.encode()).outcome == "ok"


def test_an_unknown_member_is_drift_and_not_an_error() -> None:
    result = checker().check(200, GOOD[:-1] + b',"new": 1}')
    assert (result.outcome, result.drifted) == ("ok", True)


def test_an_unexpected_documented_error_is_an_api_error() -> None:
    assert checker().check(403, UNKNOWN).outcome == "api_error"


def test_an_expected_error_is_ok() -> None:
    assert checker(expected_error=ErrorCode.ACCESS_TOKEN_INVALID).check(403, UNKNOWN).outcome == "ok"


def test_another_error_than_the_expected_one_is_an_api_error() -> None:
    assert checker(expected_error=ErrorCode.ACCESS_TOKEN_EXPIRED).check(403, UNKNOWN).outcome == "api_error"


def test_success_instead_of_an_expected_error_violates_the_contract() -> None:
    result = checker(expected_error=ErrorCode.ACCESS_TOKEN_INVALID).check(200, GOOD)
    assert result.outcome == "contract_violation"
    assert result.violations[0].expected == "error 905"


def test_an_error_with_the_wrong_status_violates_the_contract() -> None:
    assert checker().check(400, UNKNOWN).outcome == "contract_violation"


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (429, b"", "rate_limited"),
        (503, b"<html>busy</html>", "server_error"),
        (500, UNKNOWN.replace(b"905", b"950"), "server_error"),
        (200, b"<html>hello</html>", "contract_violation"),
        (200, b'{"cut', "contract_violation"),
        (302, b"{}", "contract_violation"),
        (200, b"[]", "contract_violation"),
    ],
)
def test_every_kind_of_answer_has_its_own_outcome(status: int, body: bytes, outcome: str) -> None:
    assert checker().check(status, body).outcome == outcome


def test_values_for_the_next_step_are_kept() -> None:
    assert checker(keep={"token": "access_token"}).check(200, GOOD).kept == {"token": TOKEN}


def test_an_answer_without_a_value_for_the_next_step_violates_the_contract() -> None:
    result = checker(keep={"refresh_token": "refresh_token"}).check(200, GOOD)
    assert (result.outcome, result.violations[0].pointer) == ("contract_violation", "/refresh_token")


def at_hub(operation: str, **step: object) -> ResponseChecker:
    made = Step(operation, **step)  # type: ignore[arg-type]  # as above
    return ResponseChecker(made, contracts.get(operation), strict=True)


def test_an_error_of_oauth_is_an_api_error() -> None:
    result = at_hub("oauth_m2m.token").check(401, b'{"error": "invalid_client"}')
    assert (result.outcome, result.answer) == ("api_error", "401/invalid_client")


def test_an_error_that_a_redirect_carries_is_an_api_error() -> None:
    away = b'{"location": "https://app.example.com/callback?error=access_denied&state=x"}'
    result = at_hub("oidc.authorize", keep={"code": "location?code"}).check(302, away)
    assert (result.outcome, result.answer) == ("api_error", "302/access_denied")


def test_a_parameter_of_a_redirect_is_kept() -> None:
    back = b'{"location": "https://app.example.com/callback?code=a%2Fb&state=x"}'
    assert at_hub("oidc.authorize", keep={"code": "location?code"}).check(302, back).kept == {"code": "a/b"}


@pytest.mark.parametrize(("active", "outcome"), [("true", "ok"), ("false", "contract_violation")])
def test_a_member_must_have_its_expected_value(active: str, outcome: str) -> None:
    introspect = at_hub("oauth_m2m.introspect", expected_members={"active": True})
    assert introspect.check(200, b'{"active": %s}' % active.encode()).outcome == outcome


def test_equal_answers_are_checked_once() -> None:
    same = checker()
    assert same.check(200, GOOD) is same.check(200, bytes(GOOD))
    assert same.check(201, GOOD) is not same.check(200, GOOD)


def test_the_cache_of_results_is_bounded() -> None:
    same = checker()
    for number in range(20_000):
        same.check(200, b'{"access_token":"%d"}' % number)
    assert len(same._cache) <= 4096


def test_answers_with_kept_values_are_not_cached() -> None:
    same = checker(keep={"token": "access_token"})
    same.check(200, GOOD)
    assert not same._cache


def test_repeated_findings_have_one_sample_without_secrets() -> None:
    entry, same = OperationMetrics(), checker()
    for _ in range(3):
        body = b'{"access_token": "%s"}' % TOKEN.encode()
        record_check(entry, same.check(200, body), body, Redactor())
    (sample,) = entry.samples
    assert (sample.count, entry.violations, entry.answers) == (3, 3, {"200": 3})
    assert TOKEN not in msgspec.json.encode(entry).decode()


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_every_step_names_an_operation_and_one_of_its_error_codes(scenario: object) -> None:
    for step in scenario.steps:  # type: ignore[attr-defined]  # a Scenario; the ids need the mapping
        operation = contracts.get(step.operation)
        assert step.expected_error is None or step.expected_error in operation.codes
        assert ("access_token" in operation.auth) == (step.token is not None)
