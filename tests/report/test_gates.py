"""Gaps in gated coverage fail a strict run of all suites against an emulator."""

from pathlib import Path

import pytest

from loginradius_harness.report import finish
from loginradius_harness.report.analysis import coverage
from loginradius_harness.report.analysis.known_issues import Waiver
from loginradius_harness.report.recording import event_stream
from tests.report.sample_data import LOGIN, exchange, run


def failed_gates(stream: Path, *, strict: bool = True, whole: bool = True, emulator: bool = True) -> list[str]:
    """Return the gated criteria that fail after a run with one request."""
    recorder = event_stream.Recorder(stream)
    recorder.append(run(whole=whole, emulator=emulator))
    recorder.append(exchange())
    recorder.close()
    finish.finish_run(stream.parent, 0, strict=strict)
    found = event_stream.read(stream)
    return [verdict.test for verdict in found.verdicts if verdict.suite == "coverage" and verdict.outcome == "failed"]


def test_whole_strict_run_fails_for_its_gaps(stream: Path) -> None:
    assert failed_gates(stream) == ["coverage::C3", "coverage::C6"]


@pytest.mark.parametrize("missing", ["strict", "whole", "emulator"])
def test_any_other_run_does_not(stream: Path, missing: str) -> None:
    assert failed_gates(stream, **{missing: False}) == []


def documented_errors(waiver: str) -> coverage.Criterion:
    waivers = (Waiver(criterion="C3", item=waiver, reason="cannot be seen"),)
    measured = coverage.measure(event_stream.collect([run(), exchange()]), waivers)
    return next(found for found in measured if found.id == "C3")


@pytest.mark.parametrize("waiver", [f"{LOGIN} *", "no.such_operation *"])
def test_waiver_of_something_seen_or_of_nothing_is_stale(waiver: str) -> None:
    assert documented_errors(waiver).stale == (waiver,)
    assert documented_errors(f"{LOGIN} 4*").stale == ()


def test_code_of_a_badly_formatted_parameter_is_required_where_there_is_one() -> None:
    required = set(coverage.REQUIRED["C3"]())
    assert "authentication.login_by_email 403 908" in required  # fields may be too long
    assert "role.list_roles 403 908" not in required  # takes no parameter
