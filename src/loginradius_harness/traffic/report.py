"""Write what was judged as a run's report: page, JUnit, JSON and the rest."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from loginradius_harness import contracts
from loginradius_harness.report import finish, folder
from loginradius_harness.report.recording import events
from loginradius_harness.report.recording.event_stream import STREAM, Recorder
from loginradius_harness.traffic.judge import Judgement


def write(judgement: Judgement, names: list[str], out: Path, command: str = "check") -> None:
    """Write the report into the folder `out`; `names` are those of the files or hosts, of which `command` read."""
    run = events.RunStarted(
        id=uuid.uuid4().hex,
        started=datetime.now(UTC),
        target=", ".join(names),
        emulator=False,
        command=" ".join([f"loginradius-harness {command}", *names]),
        contracts=contracts.digest(),
        operations=len(contracts.operations()),
        whole=False,
    )
    held = folder.lock(out)
    folder.begin(out, run)
    recorder = Recorder(out / STREAM)
    recorder.append(run)
    for verdict in _verdicts(judgement):
        recorder.append(verdict)
    recorder.close()
    finish.render(finish.finish_run(out, int(bool(judgement.failures))), out)
    held.release()


def _verdicts(judgement: Judgement) -> Iterator[events.Verdict]:
    failing = {found.operation for found in judgement.failures}
    for operation, count in sorted(judgement.judged.items()):
        if operation not in failing:
            yield events.Verdict(
                test=f"traffic::{operation}", suite="traffic", question="traffic", outcome="passed",
                title=f"{count} recorded answers keep the contract", operations=(operation,), operation=operation,
            )  # fmt: skip
    for found in judgement.failures:
        yield events.Verdict(
            test=f"traffic::{found.operation}::{found.requirement}{found.pointer}",
            suite="traffic",
            question="traffic",
            outcome="failed",
            cause="security" if found.kind == "finding" else "contract",
            title=f"seen {judgement.deviations[found]} times, first in {judgement.first[found]}",
            operations=(found.operation,),
            operation=found.operation,
            requirement=found.requirement,
            expected=found.expected,
            actual=found.actual,
            message=f"{found.pointer or '/'}: expected {found.expected}, got {found.actual}",
        )
