from loginradius_harness.report.analysis import drift, hints
from loginradius_harness.report.analysis.model import Context, build
from loginradius_harness.report.formats.html import page, summary
from loginradius_harness.report.formats.summary_lines import lines
from loginradius_harness.report.recording import event_stream, events
from tests.report.sample_data import LOGIN, ended, exchange, run, verdict


def weak(pointer: str, operation: str = LOGIN) -> events.Exchange:
    violation = events.Violation(
        "hint",
        pointer,
        "responses/200/$defs/login/required",
        "required: property City",
        "{}",
        "typed",
        "a typed client",
    )
    return exchange(operation, violations=(violation,))


def record(*calls: events.Exchange) -> event_stream.RunRecord:
    return event_stream.collect([run(emulator=False), verdict("suites/contract/test_a.py::a"), *calls, ended()])


def test_one_requirement_is_one_hint_in_all_operations() -> None:
    [hint] = hints.collect(record(weak("/Logins/0"), weak("/Logins/1"), weak("/Profile/Logins/0", "pin.login")))
    assert (hint.seen, hint.operations, hint.grade) == (3, (LOGIN, "pin.login"), "typed")


def test_hint_is_no_drift() -> None:
    assert drift.collect(record(weak("/Logins/0")), ()) == ()


def test_hint_fails_no_run_and_is_counted_in_every_text() -> None:
    report = build(record(weak("/Logins/0")), Context())
    assert report.headline == "embedded meets its contracts: none of 1 verdicts failed"
    assert "      1  hints: " in "\n".join(lines(report))
    assert b"1 hints: " in summary(report)
    assert b"a typed client" in page(report)
