"""A response that deviates is one failure; tests that could not get past it are blocked by it."""

from typing import Any

import pytest

from loginradius_harness import contracts
from loginradius_harness.report.analysis import history, model
from loginradius_harness.report.analysis.model import Context, Report
from loginradius_harness.report.recording import events
from loginradius_harness.report.recording.event_stream import RunRecord
from tests.report.sample_data import LOGIN, ended, run, verdict
from tests.report.sample_project import Suite

pytest_plugins = ["pytester"]

CREATE = "account.create_account"
MISSING = {"requirement": "responses/200/required at /Profile", "expected": "required: property LastLoginLocation"}


def failure(test: str, *operations: str, operation: str = CREATE, **changes: Any) -> events.Verdict:
    facts: dict[str, Any] = {"outcome": "failed", "cause": "contract", "operations": operations, **MISSING}
    return verdict(test, operation=operation, **(facts | changes))


def report(*verdicts: events.Verdict) -> Report:
    record = RunRecord(run=run(), ended=ended())
    for one in verdicts:
        record.add(one)
    return model.build(record, Context())


def test_preparation_that_deviates_is_one_failure_and_blocks_the_rest() -> None:
    own = failure("suites/contract/test_valid_requests.py::test_example[create]", CREATE)
    hanging = [failure(f"suites/journeys/test_{number}.py::test_story", CREATE, LOGIN) for number in range(50)]
    found = report(own, *hanging)
    outcomes = {entry.verdict.test: entry.verdict.outcome for entry in found.verdicts}
    assert outcomes.pop(own.test) == "failed"
    assert set(outcomes.values()) == {"blocked"}
    number = next(entry.number for entry in found.verdicts if entry.verdict.test == own.test)
    assert found.not_asked == {f"blocked by #{number}: {CREATE}: expected {MISSING['expected']}": 50}
    assert found.headline == "1 of 1 verdicts on embedded failed: 1 contract; 50 not asked"


def test_each_operation_that_deviates_is_a_failure() -> None:
    found = report(failure("suites/a.py::a", CREATE), failure("suites/b.py::b", LOGIN, operation=LOGIN))
    assert found.counts == {"failed": 2}


def test_equal_refusals_do_not_block_each_other() -> None:
    refusal = {"requirement": "the request is refused", "expected": "938", "actual": "200"}
    found = report(*(failure(f"suites/a.py::{name}", CREATE, **refusal) for name in "abc"))
    assert found.counts == {"failed": 3}


REFUSED = {"requirement": contracts.get(CREATE).summary, "expected": "200"}


def test_refused_account_is_one_failure_and_blocks_the_rest() -> None:
    refused = [
        failure(f"suites/journeys/test_{number}.py::a", CREATE, **REFUSED, actual="403, 1247") for number in "ab"
    ]
    found = report(*refused, failure("suites/journeys/test_c.py::a", CREATE, **REFUSED, actual="403, 936"))
    assert found.counts == {"failed": 2, "blocked": 1}
    assert found.not_asked == {f"blocked by #1: {CREATE}: expected 200, got 403, 1247": 1}


def test_refused_step_of_a_story_blocks_no_other_story() -> None:
    facts = {"requirement": contracts.get(LOGIN).summary, "expected": "200", "actual": "401, 966", "operation": LOGIN}
    found = report(*(failure(f"suites/journeys/test_{name}.py::a", LOGIN, **facts) for name in "ab"))
    assert found.counts == {"failed": 2}


def test_failure_on_its_own_stays() -> None:
    found = report(failure("suites/journeys/a.py::a", CREATE, LOGIN), verdict("suites/b.py::b"))
    assert found.counts == {"failed": 1, "passed": 1}


@pytest.mark.parametrize("ci", ["", "true"], ids=["terminal", "CI"])
@pytest.mark.parametrize("arguments", [(), ("-n", "2")], ids=["one process", "workers"])
def test_blocked_test_is_a_failure_to_nobody(
    suite: Suite, arguments: tuple[str, ...], ci: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", ci)
    file = suite.pytester.path / "suites/contract/test_a.py"
    file.parent.mkdir(parents=True)
    file.write_text(
        "import pytest\n@pytest.mark.parametrize('number', range(8))\ndef test_a(number, tenant): raise tenant.Broken()"
    )
    result = suite.pytester.runpytest_subprocess("-rs", *arguments)
    result.assert_outcomes(failed=1, skipped=7)
    result.stdout.fnmatch_lines(["SKIPPED * blocked by suites/contract/test_a.py::test_a[[]*"])
    assert result.ret == 1
    assert 'failures="1" errors="0" skipped="7"' in (suite.out / "junit.xml").read_text()
    with history.existing(suite.out) as past:
        assert [(found.failed, found.other) for found in past.runs()] == [(1, 7)]
