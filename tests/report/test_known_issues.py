from datetime import date
from pathlib import Path

import pytest

from loginradius_harness.report.analysis import drift, known_issues
from loginradius_harness.report.recording import event_stream, events
from tests.report.sample_data import LOGIN, exchange, run, verdict

KNOWN = known_issues.KnownIssue(LOGIN, "valid requests", "staging", "the tenant is older", date(2026, 1, 1))
TEST = "suites/contract/test_valid_requests.py::test_a"


def test_known_failure_is_expected_on_its_tenant() -> None:
    failed = verdict(TEST, outcome="failed")
    assert known_issues.expected(failed, "staging", [KNOWN]) is KNOWN
    assert known_issues.expected(failed, "production", [KNOWN]) is None


def test_known_failure_of_another_rule_is_not_expected() -> None:
    assert known_issues.expected(verdict(TEST, question="credentials"), "staging", [KNOWN]) is None


def test_expected_failure_that_does_not_happen_fails() -> None:
    [failed] = known_issues.did_not_happen([verdict(TEST)], "staging", [KNOWN])
    assert (failed.outcome, failed.operation, failed.actual) == ("failed", LOGIN, "passed")


def test_expected_failure_that_happens_is_quiet() -> None:
    assert known_issues.did_not_happen([verdict(TEST, outcome="expected")], "staging", [KNOWN]) == []


def test_expected_failure_that_was_not_asked_is_quiet() -> None:
    assert known_issues.did_not_happen([verdict(TEST, outcome="skipped")], "staging", [KNOWN]) == []


def test_quarantine_ends_on_its_date() -> None:
    entry = known_issues.Quarantined(TEST, "flips under load", date(2026, 3, 1))
    assert known_issues.quarantined(TEST, date(2026, 3, 1), [entry]) is entry
    assert known_issues.quarantined(TEST, date(2026, 3, 2), [entry]) is None


@pytest.mark.parametrize("text", ["{", '[{"criterion": "C1"}]', '[{"criterion": "C1", "item": "x", "raeson": "y"}]'])
def test_ledger_that_says_nonsense_is_refused_with_its_place(tmp_path: Path, text: str) -> None:
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
def test_ledgers_of_this_project_can_be_read(file: str, kind: type[known_issues.KnownIssue]) -> None:
    entries = known_issues.load(known_issues.HOME / file, kind)
    assert [entry for entry in entries if len(entry.reason) < 10] == []


def deviant(pointer: str, kind: str = "drift", actual: str = '"x"') -> events.Exchange:
    return exchange(violations=(events.Violation(kind, pointer, "responses/200", "no such member", actual),))  # type: ignore[arg-type]  # kinds are given as words here


def test_deviations_are_counted_once_for_all_elements_of_an_array() -> None:
    told = event_stream.collect([run(), deviant("/Emails/0/New"), deviant("/Emails/7/New"), deviant("/Other")])
    assert {found.pointer: found.seen for found in drift.collect(told, [])} == {"/Emails[]/New": 2, "/Other": 1}


def test_broken_promise_is_no_drift() -> None:
    assert drift.collect(event_stream.collect([run(), deviant("/Uid", kind="broken")]), []) == ()


def test_accepted_drift_is_not_proposed_again() -> None:
    told = event_stream.collect([run(), deviant("/Old"), deviant("/New")])
    accepted = [known_issues.AcceptedDrift(LOGIN, "/Old", "drift", '"x"', "seen since January", date(2026, 1, 1))]
    proposed = drift.propose(drift.collect(told, accepted), date(2026, 3, 1))
    assert [entry.pointer for entry in proposed] == ["/New"]


def test_undocumented_code_is_proposed_for_the_contract() -> None:
    [found] = drift.collect(event_stream.collect([run(), deviant("/ErrorCode", "undocumented", "1234")]), [])
    assert found.patch.startswith("contracts/operations/authentication/login_by_email.json: add 1234")
