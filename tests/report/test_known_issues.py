import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from loginradius_harness.report.analysis import known_issues
from loginradius_harness.report.recording import events
from tests.report.sample_data import LOGIN, verdict

TODAY = date(2026, 3, 1)
TEST = "suites/contract/test_valid_requests.py::test_a"
WRONG_CODE = {
    "requirement": "the request is refused",
    "expected": "938 (unknown user)",
    "actual": "403, 1011 (blocked)",
}


def entry(**changes: Any) -> known_issues.KnownIssue:
    facts: dict[str, Any] = {
        "operation": LOGIN,
        "expected": "938*",
        "actual": "403, 1011*",
        "tenant": "staging",
        "reason": "the tenant is older",
        "since": date(2026, 1, 1),
        "until": date(2026, 6, 1),
    }
    return known_issues.KnownIssue(**(facts | changes))


def failure(**changes: Any) -> events.Verdict:
    facts: dict[str, Any] = {"outcome": "failed", "operation": LOGIN, "status": 403} | WRONG_CODE
    return verdict(TEST, **(facts | changes))


def is_accepted(failed: events.Verdict, *, tenant: str = "staging", today: date = TODAY, **changes: Any) -> bool:
    return known_issues.expected(failed, tenant, today, [entry(**changes)]) is not None


def test_known_failure_is_accepted() -> None:
    assert is_accepted(failure())


@pytest.mark.parametrize(
    "different",
    [
        {"expected": "939 (deleted)"},
        {"actual": "403, 1042 (locked)"},
        {"operation": "pin.login", "operations": ("pin.login",)},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_failure_that_differs_from_the_entry_is_not_accepted(different: dict[str, Any]) -> None:
    assert not is_accepted(failure(**different))


def test_failure_on_another_tenant_is_not_accepted() -> None:
    assert not is_accepted(failure(), tenant="production")


def test_entry_expires() -> None:
    assert is_accepted(failure(), today=date(2026, 6, 1))
    assert not is_accepted(failure(), today=date(2026, 6, 2))


def test_operation_may_be_any() -> None:
    assert is_accepted(failure(operation="pin.login"), operation="*")


def test_schema_pointer_covers_what_is_below_it() -> None:
    missing = failure(
        requirement="responses/200/$defs/login/required at /Profile/Logins/3",
        expected="required: property Location",
        actual="{'Id': 7}",
    )
    about: dict[str, Any] = {"operation": "*", "expected": "required: property Location", "actual": "*"}
    assert is_accepted(missing, requirement="responses/200/$defs/login", **about)
    assert not is_accepted(missing, requirement="responses/200/$defs/log", **about)


@pytest.mark.parametrize(
    "severe",
    [
        {"actual": "200", "status": 200},
        {
            "requirement": "the step is refused",
            "expected": "938 (unknown user)",
            "actual": "it succeeded",
            "status": 200,
        },
        {"actual": "502", "status": 502},
        {"actual": "an HTML page", "status": 503},
        {"row": 31, "requirement": "", "expected": "the profile of the user", "actual": "another's", "status": 200},
    ],
    ids=["success instead of a refusal", "step that succeeds", "server error", "5xx status", "foreign data"],
)
def test_severe_failure_is_never_accepted(severe: dict[str, Any]) -> None:
    failed = failure(**severe)
    same = entry(expected=failed.expected, actual=failed.actual)
    assert same.accepts(failed, "staging", TODAY)
    assert known_issues.expected(failed, "staging", TODAY, [same]) is None


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        ({"expected": "*"}, "they name the failure"),
        ({"actual": "*"}, "only where `requirement` is a schema pointer"),
    ],
)
def test_entry_that_would_accept_anything_is_refused(tmp_path: Path, change: dict[str, str], advice: str) -> None:
    facts = {"operation": "*", "expected": "938", "actual": "1011", "tenant": "*", "reason": "x"}
    dates = {"since": "2026-01-01", "until": "2026-02-01"}
    file = tmp_path / "expected.json"
    file.write_text(json.dumps([facts | dates | change]))
    with pytest.raises(known_issues.KnownIssuesInvalid, match=advice):
        known_issues.load(file, known_issues.KnownIssue)


def test_entry_whose_tests_pass_is_obsolete() -> None:
    [failed] = known_issues.obsolete([verdict(TEST)], "staging", [entry()])
    assert (failed.outcome, failed.operation, failed.actual) == ("failed", LOGIN, "passed")


@pytest.mark.parametrize("outcome", ["expected", "skipped", "failed"])
def test_entry_whose_failure_occurs_or_was_not_asked_is_not_obsolete(outcome: str) -> None:
    assert known_issues.obsolete([verdict(TEST, outcome=outcome)], "staging", [entry()]) == []


def test_quarantine_ends_on_its_date() -> None:
    flaky = known_issues.Quarantined(TEST, "flips under load", TODAY)
    assert known_issues.quarantined(TEST, TODAY, [flaky]) is flaky
    assert known_issues.quarantined(TEST, date(2026, 3, 2), [flaky]) is None


@pytest.mark.parametrize("text", ["{", '[{"criterion": "C1"}]', '[{"criterion": "C1", "item": "x", "raeson": "y"}]'])
def test_invalid_file_is_refused_with_its_place(tmp_path: Path, text: str) -> None:
    file = tmp_path / "waivers.json"
    file.write_text(text)
    with pytest.raises(known_issues.KnownIssuesInvalid, match=r"waivers\.json: "):
        known_issues.load(file, known_issues.Waiver)


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("expected.json", known_issues.KnownIssue),
        ("quarantine.json", known_issues.Quarantined),
        ("waivers.json", known_issues.Waiver),
        ("drift.json", known_issues.AcceptedDrift),
    ],
)
def test_files_of_this_project_are_valid(file: str, kind: type[known_issues.KnownIssue]) -> None:
    entries = known_issues.load(known_issues.HOME / file, kind)
    assert [known for known in entries if len(known.reason) < 10] == []
