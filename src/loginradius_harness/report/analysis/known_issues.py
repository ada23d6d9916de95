"""Read what is accepted: small files, each entry with its reason and date.

`reports/known_issues/expected.json` lists failures that are known, `quarantine.json` flaky tests until a date,
`waivers.json` items that a coverage criterion need not see, `drift.json` accepted drift.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from loginradius_harness.contracts import acceptance
from loginradius_harness.paths import DATA
from loginradius_harness.report.analysis.requirement import is_schema_place, place
from loginradius_harness.report.recording import events

HOME = DATA / "reports" / "known_issues"


class KnownIssuesInvalid(Exception):  # noqa: N818  # named after what happened, as the client's failures are
    """A file of known issues is not valid."""

    exit_code = 2


class KnownIssue(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A failure that is accepted on one tenant until a date.

    `operation` is an id, or `*`. `requirement` is a rule id, a question, the text of a requirement, a schema pointer
    (and all below it), or `*`. `expected` and `actual` are those of the failure; `*` in them is any text.
    """

    operation: str
    expected: str
    actual: str
    tenant: str
    reason: str
    since: date
    until: date
    requirement: str = "*"

    def __post_init__(self) -> None:
        """Refuse an entry that would accept whatever comes."""
        if not self.expected.strip("*") or not self.actual:
            raise ValueError("`expected` and `actual` are needed: they name the failure")
        if not self.actual.strip("*") and not is_schema_place(self.requirement):
            raise ValueError("`actual` may be `*` only where `requirement` is a schema pointer")

    def is_about(self, verdict: events.Verdict, tenant: str) -> bool:
        """Whether the verdict's operation and tenant are those of this entry."""
        operations = {*verdict.operations, verdict.operation, "*"}
        return fnmatchcase(tenant, self.tenant) and self.operation in operations

    def accepts(self, failure: events.Verdict, tenant: str, today: date) -> bool:
        """Whether this entry accepts the failure today."""
        return (
            today <= self.until
            and self.is_about(failure, tenant)
            and self._names(failure)
            and _matches(self.expected, failure.expected)
            and _matches(self.actual, failure.actual)
        )

    def _names(self, failure: events.Verdict) -> bool:
        wanted, found = place(self.requirement), place(failure.requirement)
        return wanted in {"*", *failure.rules, failure.question, found} or found.startswith(f"{wanted}/")


class Quarantined(Struct, frozen=True, forbid_unknown_fields=True):
    """A flaky test. Its failures count again after `until`."""

    test: str
    reason: str
    until: date


class Waiver(Struct, frozen=True, forbid_unknown_fields=True):
    """Items (a pattern) of a coverage criterion that need not be seen."""

    criterion: str
    item: str
    reason: str


class AcceptedDrift(Struct, frozen=True, forbid_unknown_fields=True):
    """An unknown member or error code that is accepted: `schema` and `member` are those of `report drift`."""

    schema: str
    member: str
    reason: str
    since: date


Entry = TypeVar("Entry", KnownIssue, Quarantined, Waiver, AcceptedDrift)


@dataclass(frozen=True, slots=True)
class KnownIssues:
    """The entries of all four files."""

    expected: list[KnownIssue]
    quarantine: list[Quarantined]
    waivers: list[Waiver]
    drift: list[AcceptedDrift]


def read() -> KnownIssues:
    """Read all four files. Raises KnownIssuesInvalid."""
    return KnownIssues(
        load(HOME / "expected.json", KnownIssue),
        load(HOME / "quarantine.json", Quarantined),
        load(HOME / "waivers.json", Waiver),
        load(HOME / "drift.json", AcceptedDrift),
    )


def load(path: Path, kind: type[Entry]) -> list[Entry]:
    """Return the entries of a file, none where there is no file. Raises KnownIssuesInvalid."""
    if not path.exists():
        return []
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[kind])  # type: ignore[valid-type]  # the class is a value here
    except msgspec.MsgspecError as error:
        raise KnownIssuesInvalid(f"{path}: {error}") from None


def expected(failure: events.Verdict, tenant: str, today: date, entries: Iterable[KnownIssue]) -> KnownIssue | None:
    """Return the entry that accepts this failure; None where there is none, or none can."""
    if is_inexcusable(failure):
        return None
    return next((entry for entry in entries if entry.accepts(failure, tenant, today)), None)


def is_inexcusable(failure: events.Verdict) -> bool:
    """Whether no entry can accept this failure: a server error, a success instead of a refusal, foreign data."""
    if acceptance.is_inexcusable(failure.requirement, failure.expected, failure.actual, failure.status):
        return True
    return failure.row is not None and (failure.status or 0) // 100 == 2  # noqa: PLR2004  # the class of successes


def quarantined(test: str, today: date, entries: Iterable[Quarantined]) -> Quarantined | None:
    """Return the entry that quarantines this test today."""
    return next((entry for entry in entries if entry.test == test and today <= entry.until), None)


def obsolete(verdicts: Sequence[events.Verdict], tenant: str, entries: Iterable[KnownIssue]) -> list[events.Verdict]:
    """Return a failed verdict for each known issue whose tests all ran and passed."""
    return [
        _obsolete(entry)
        for entry in entries
        if (about := [verdict for verdict in verdicts if entry.is_about(verdict, tenant)])
        and any(verdict.outcome == "passed" for verdict in about)
        and not any(verdict.outcome in {"expected", "failed"} for verdict in about)
    ]


def _obsolete(entry: KnownIssue) -> events.Verdict:
    return events.Verdict(
        test=f"reports/known_issues/expected.json::{entry.operation}::{entry.requirement}::{entry.actual}",
        suite="known issues",
        question="known issues",
        outcome="failed",
        cause="contract",
        title="A known issue does not occur any more",
        operations=(entry.operation,),
        operation=entry.operation,
        expected=f"a failure, since {entry.since}: {entry.reason}",
        actual="passed",
        message="Remove the entry from reports/known_issues/expected.json: its reason no longer holds.",
    )


def _matches(pattern: str, text: str) -> bool:
    """Whether a text fits a pattern in which `*` alone has a meaning: values may hold brackets."""
    parts = (re.escape(part) for part in pattern.split("*"))
    return re.fullmatch(".*".join(parts), text, re.DOTALL) is not None
