import json
from typing import Any

from msgspec.structs import replace

from loginradius_harness.calibration import from_run
from loginradius_harness.contracts import overlay
from loginradius_harness.contracts.overlay import EMPTY, REFUSED, Overlay
from loginradius_harness.report.analysis import overlay_use
from loginradius_harness.report.recording import event_stream, events
from tests.report.sample_data import LOGIN, evidence, exchange, run, verdict

DRIFT = events.Violation(
    "drift", "/Profile", "responses/200/profile_members.json/additionalProperties", "no member Plan", "{}"
)
ACCEPTED = replace(DRIFT, kind="accepted")


def found(*stream: Any) -> Overlay:
    findings = from_run.findings(event_stream.collect([run(), *stream]))
    return findings.merge_into(EMPTY, "staging", "run-1")


def ids(*stream: Any) -> list[str]:
    return [action.id for action in found(*stream).actions]


def test_unknown_member_is_proposed_with_a_placeholder() -> None:
    body = json.dumps({"Profile": {"Plan": "Ann's own plan"}})
    [action] = found(exchange(violations=(DRIFT,)), evidence("a", response_body=body)).actions
    assert action.id == "extra-member.profile_members.json.Plan"
    assert action.status == "proposed"
    assert action.update == {"Plan": {"examples": ["text"]}}
    assert action.evidence.example == "text"


def test_undocumented_code_is_proposed_for_its_operation() -> None:
    violation = events.Violation("undocumented", "/ErrorCode", "errors", "one of [966]", "1234")
    assert ids(exchange(status=403, error_code=1234, violations=(violation,))) == [f"other-code.{LOGIN}.any-1234"]


def test_server_error_is_not_proposed() -> None:
    violation = events.Violation("undocumented", "/ErrorCode", "errors", "one of [966]", "1234")
    assert ids(exchange(status=500, error_code=1234, violations=(violation,))) == []


def refused(**changes: Any) -> events.Verdict:
    facts = {
        "outcome": "failed",
        "operation": LOGIN,
        "requirement": REFUSED,
        "expected": "966 (wrong)",
        "actual": "403, 938 (no)",
    }
    return verdict("suites/contract/test_a.py::test_a", **(facts | changes))


def test_failure_by_another_code_is_proposed() -> None:
    assert ids(refused()) == [f"other-code.{LOGIN}.966-938"]


def test_success_instead_of_a_refusal_is_not_proposed() -> None:
    assert ids(refused(actual="200")) == []


def test_failed_security_check_is_not_proposed() -> None:
    assert ids(refused(row=7)) == []


def test_missing_feature_is_proposed_once() -> None:
    skipped = verdict("a", outcome="skipped", message="needs smart-login: switch smart login on")
    default = verdict("b", outcome="skipped", message="needs pin: switch PIN login on")
    assert ids(skipped, skipped, default) == ["feature-off.smart-login"]


def test_missing_feature_is_proposed_where_the_tier_left_its_tests_out() -> None:
    reasons = {"needs webhooks: let the API secret manage webhooks": 3, "belong to other days or tiers": 9}
    [action] = found(events.Deselected(tests=12, reasons=reasons)).actions
    assert (action.id, action.evidence.count) == ("feature-off.webhooks", 3)


def test_kept_promise_is_confirmed() -> None:
    known = found(exchange(), exchange(status=403, error_code=966), exchange(violations=(DRIFT,)))
    assert {place: seen.count for place, seen in known.confirmed[LOGIN].items()} == {
        "responses/200": 1,
        "errors/966": 1,
    }
    assert overlay_use.confirmed(known) == {LOGIN: "staging on 2026-03-01"}


def test_accepted_difference_is_the_same_one_again() -> None:
    assert ids(exchange(violations=(ACCEPTED,))) == ids(exchange(violations=(DRIFT,)))


def test_same_run_is_counted_once() -> None:
    record = event_stream.collect([run(), exchange(violations=(DRIFT,))])
    once = from_run.findings(record).merge_into(EMPTY, "staging", "run-1")
    assert from_run.findings(record).merge_into(once, "staging", "run-1") == once
    [twice] = from_run.findings(record).merge_into(once, "staging", "run-2").actions
    assert twice.evidence.count == 2


def obsolete(*stream: Any, known: Overlay | None = None) -> list[str]:
    known = known or found(exchange(violations=(DRIFT,)))
    accepted = overlay.accept(known, [action.id for action in known.actions])
    return list(overlay_use.obsolete(event_stream.collect([run(), *stream]), accepted))


def test_accepted_difference_that_is_gone_is_told() -> None:
    assert obsolete(exchange(violations=(ACCEPTED,))) == []
    assert obsolete(exchange("pin.login")) == []  # the operations that showed it were not called
    assert ["does not occur any more" in line for line in obsolete(exchange())] == [True]


def test_accepted_code_that_is_gone_is_told_although_the_operation_has_it_elsewhere() -> None:
    as_promised, elsewhere = exchange(status=403, error_code=966), exchange(status=403, error_code=938)
    judged = events.Violation("accepted", "", REFUSED, "966 (wrong)", "403, 938 (no)")
    hint = events.Hint(operation=LOGIN, violation=judged)
    assert obsolete(elsewhere, known=found(refused())) == []  # 966 was not asked for
    assert obsolete(as_promised, elsewhere, hint, known=found(refused())) == []
    [line] = obsolete(as_promised, elsewhere, known=found(refused()))
    assert f"other-code.{LOGIN}.966-938 does not occur any more" in line


def test_run_of_some_tests_does_not_say_that_a_code_is_gone_for_good() -> None:
    left = events.Deselected(tests=9)
    [line] = obsolete(left, exchange(status=403, error_code=966), known=found(refused()))
    assert "did not occur in this part of the tests" in line


def test_feature_that_is_there_again_is_told() -> None:
    known = found(verdict("a", outcome="skipped", message="needs webhooks: switch webhooks on"))
    assert obsolete(exchange(), known=known) == []
    assert obsolete(exchange("webhook.list_subscriptions", status=403, error_code=1207), known=known) == []
    [line] = obsolete(exchange("webhook.list_subscriptions"), known=known)
    assert "feature-off.webhooks does not occur any more" in line
