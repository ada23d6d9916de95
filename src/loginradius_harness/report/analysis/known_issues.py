"""What people have decided about known deviations: small files, each entry with its reason and date.

`reports/known_issues/expected.json` names failures that are known, `quarantine.json` flaky tests until a date,
`waivers.json` what a coverage criterion need not see, `drift.json` deviations that are accepted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from loginradius_harness.paths import DATA
from loginradius_harness.report.recording import events

HOME = DATA / "reports" / "known_issues"


class KnownIssuesInvalid(Exception):  # noqa: N818  # named after what happened, as the harness's failures are
    """A ledger file says something that cannot be understood."""

    exit_code = 2


class KnownIssue(Struct, frozen=True, forbid_unknown_fields=True):
    """A failure that is known: of one operation, by one rule or question (`*` is any), on one tenant."""

    operation: str
    rule: str
    tenant: str
    reason: str
    since: date

    def covers(self, verdict: events.Verdict, tenant: str) -> bool:
        """Whether the verdict is about this entry's operation and rule, on its tenant."""
        about = {*verdict.rules, verdict.question, verdict.requirement}
        return (
            fnmatchcase(tenant, self.tenant)
            and self.operation in {*verdict.operations, verdict.operation}
            and (self.rule == "*" or self.rule in about)
        )


class Quarantined(Struct, frozen=True, forbid_unknown_fields=True):
    """A test whose verdict flips on the same seed and contracts. It fails again after `until`."""

    test: str
    reason: str
    until: date


class Waiver(Struct, frozen=True, forbid_unknown_fields=True):
    """Items (a pattern) of a coverage criterion that need not be seen."""

    criterion: str
    item: str
    reason: str


class AcceptedDrift(Struct, frozen=True, forbid_unknown_fields=True):
    """A deviation from a contract that somebody has looked at."""

    operation: str
    pointer: str
    kind: str
    actual: str
    reason: str
    since: date


Entry = TypeVar("Entry", KnownIssue, Quarantined, Waiver, AcceptedDrift)


@dataclass(frozen=True, slots=True)
class KnownIssues:
    """All four, read."""

    expected: list[KnownIssue]
    quarantine: list[Quarantined]
    waivers: list[Waiver]
    drift: list[AcceptedDrift]


def read() -> KnownIssues:
    """The ledgers of this project. Raises KnownIssuesInvalid."""
    return KnownIssues(
        load(HOME / "expected.json", KnownIssue),
        load(HOME / "quarantine.json", Quarantined),
        load(HOME / "waivers.json", Waiver),
        load(HOME / "drift.json", AcceptedDrift),
    )


def load(path: Path, kind: type[Entry]) -> list[Entry]:
    """The entries of a ledger; none where there is no file. Raises KnownIssuesInvalid with file, place and reason."""
    if not path.exists():
        return []
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[kind])  # type: ignore[valid-type]  # the class is a value here
    except msgspec.MsgspecError as error:
        raise KnownIssuesInvalid(f"{path}: {error}") from None


def expected(verdict: events.Verdict, tenant: str, entries: Iterable[KnownIssue]) -> KnownIssue | None:
    """The entry that foresaw this failure."""
    return next((entry for entry in entries if entry.covers(verdict, tenant)), None)


def quarantined(test: str, today: date, entries: Iterable[Quarantined]) -> Quarantined | None:
    """The entry that excuses this test today."""
    return next((entry for entry in entries if entry.test == test and today <= entry.until), None)


def did_not_happen(
    verdicts: Sequence[events.Verdict], tenant: str, entries: Iterable[KnownIssue]
) -> list[events.Verdict]:
    """A failed verdict for each expected failure whose tests ran and did not fail."""
    return [
        _missing(entry)
        for entry in entries
        if (about := [verdict for verdict in verdicts if entry.covers(verdict, tenant)])
        and any(verdict.outcome == "passed" for verdict in about)
        and not any(verdict.outcome in {"expected", "failed"} for verdict in about)
    ]


def _missing(entry: KnownIssue) -> events.Verdict:
    return events.Verdict(
        test=f"reports/known_issues/expected.json::{entry.operation}::{entry.rule}",
        suite="ledgers",
        question="expected failures",
        outcome="failed",
        cause="contract",
        title="An expected failure does not happen any more",
        operations=(entry.operation,),
        operation=entry.operation,
        expected=f"a failure, since {entry.since}: {entry.reason}",
        actual="passed",
        message="Remove the entry from reports/known_issues/expected.json: the reason no longer holds.",
    )
