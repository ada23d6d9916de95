"""Gaps in gated coverage fail a strict run, if it could have had none."""

from pathlib import Path

import pytest

from loginradius_harness.report import finish
from loginradius_harness.report.analysis import coverage
from loginradius_harness.report.analysis.known_issues import Waiver
from loginradius_harness.report.recording import event_stream
from tests.report.sample_data import LOGIN, exchange, run


def before_call(stream: Path, *, strict: bool = True, whole: bool = True, emulator: bool = True) -> list[str]:
    """The gated criteria that fail after a run that asked for next to nothing."""
    recorder = event_stream.Recorder(stream)
    recorder.append(run(whole=whole, emulator=emulator))
    recorder.append(exchange())
    recorder.close()
    finish.finish_run(stream.parent, 0, strict=strict)
    found = event_stream.read(stream)
    return [verdict.test for verdict in found.verdicts if verdict.suite == "coverage" and verdict.outcome == "failed"]


def test_whole_strict_run_fails_for_its_gaps(stream: Path) -> None:
    assert before_call(stream) == ["coverage::C3", "coverage::C6"]


@pytest.mark.parametrize("lacking", ["strict", "whole", "emulator"])
def test_any_other_run_does_not(stream: Path, lacking: str) -> None:
    assert before_call(stream, **{lacking: False}) == []


def answers(waiver: str) -> coverage.Criterion:
    waivers = (Waiver(criterion="C3", item=waiver, reason="cannot be seen"),)
    measured = coverage.measure(event_stream.collect([run(), exchange()]), waivers)
    return next(found for found in measured if found.id == "C3")


@pytest.mark.parametrize("waiver", [f"{LOGIN} *", "no.such_operation *"])
def test_waiver_of_something_seen_or_of_nothing_is_stale(waiver: str) -> None:
    assert answers(waiver).stale == (waiver,)
    assert answers(f"{LOGIN} 4*").stale == ()


def test_code_of_a_misread_parameter_is_asked_for_where_there_is_one() -> None:
    asked = set(coverage.ASKED["C3"]())
    assert "authentication.login_by_email 403 908" in asked  # fields may be too long
    assert "role.list_roles 403 908" not in asked  # takes no parameter
