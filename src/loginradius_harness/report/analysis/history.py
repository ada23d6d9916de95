"""Keep earlier runs in `reports/out/history.sqlite`, and compare them."""

import errno
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct, convert

from loginradius_harness.report.analysis import blocked
from loginradius_harness.report.recording import events
from loginradius_harness.report.recording.event_stream import RunRecord

FILE = "history.sqlite"
_LAST = re.compile(r"last(?:~([0-9]+))?")
FLIPS = 2  # changes between passed and failed that make a test flaky; one is a regression, or a fix
MIGRATIONS = sorted((Path(__file__).parent / "migrations").glob("*.sql"), key=lambda file: int(file.stem))


class HistoryNewer(Exception):  # noqa: N818  # named after what happened, as the client's failures are
    """The file was written by a later version of this program."""

    exit_code = 2


class UnknownRun(Exception):  # noqa: N818  # as above
    """No such run in the history."""

    exit_code = 2


class PastRun(Struct, frozen=True):
    """One earlier run."""

    number: int
    id: str
    started: str
    target: str
    contracts: str
    seed: int | None
    exit_code: int
    seconds: float
    passed: int
    failed: int
    other: int
    whole: bool


class Change(Struct, frozen=True):
    """A test whose outcome differs between two runs; None where it did not run. `cause` is that of the failure."""

    test: str
    before: str | None
    after: str | None
    cause: str | None = None

    @property
    def is_new_failure(self) -> bool:
        """Whether the test fails now and did not before."""
        return self.after == "failed"


class Flaky(Struct, frozen=True):
    """A test whose result is not stable on one target with one seed and the same contracts."""

    test: str
    passed: int
    failed: int


_FIELDS = ", ".join(PastRun.__struct_fields__)


class History:
    """The runs of one file. `moved` is the new name of a damaged file."""

    def __init__(self, connection: sqlite3.Connection, moved: Path | None = None) -> None:
        self._db = connection
        self.moved = moved

    def add(self, record: RunRecord, exit_code: int, seconds: float) -> None:
        """Add a run; it replaces what is known of the same run."""
        run = record.run
        if run is None:
            return
        verdicts = blocked.mark(record.verdicts)
        outcomes = [verdict.outcome for verdict in verdicts]
        passed, failed = outcomes.count("passed"), outcomes.count("failed")
        counts = (passed, failed, len(outcomes) - passed - failed)
        facts = (run.id, run.started.isoformat(), run.target, run.emulator, record.whole, run.contracts, run.seed)
        with self._db:
            self._db.execute("delete from runs where id = ?", (run.id,))
            number = self._db.execute(
                "insert into runs (id, started, target, emulator, whole, contracts, seed, complete, exit_code, seconds,"
                " passed, failed, other) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*facts, record.complete, exit_code, seconds, *counts),
            ).lastrowid
            self._add_verdicts(number, verdicts)
            self._add_loads(number, record.loads)
            if not run.emulator:
                self._confirm(verdicts, run.target, run.started.date().isoformat())

    def _add_verdicts(self, run: int | None, verdicts: Sequence[events.Verdict]) -> None:
        names = [(verdict.test,) for verdict in verdicts]
        self._db.executemany("insert or ignore into tests (name) values (?)", names)
        self._db.executemany(
            "insert or replace into verdicts (run, test, outcome, cause, attempts)"
            " select ?, number, ?, ?, ? from tests where name = ?",
            [(run, verdict.outcome, verdict.cause, verdict.attempts, verdict.test) for verdict in verdicts],
        )

    def _add_loads(self, run: int | None, loads: Iterable[events.Load]) -> None:
        self._db.executemany(
            "insert or replace into loads values (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    run,
                    load.profile,
                    row.name,
                    load.passed,
                    row.rate,
                    *(row.percentiles.get(p) for p in ("p50", "p95", "p99")),
                )
                for load in loads
                for row in load.rows
            ],
        )

    def _confirm(self, verdicts: Iterable[events.Verdict], target: str, date: str) -> None:
        passed = [verdict for verdict in verdicts if verdict.outcome == "passed"]
        names = {("operation", name) for verdict in passed for name in verdict.operations}
        names |= {("rule", name) for verdict in passed for name in verdict.rules}
        self._db.executemany(
            "insert or replace into confirmed values (?, ?, ?, ?)", [(*name, target, date) for name in names]
        )

    def confirmed(self, kind: str) -> Mapping[str, str]:
        """Return operation or rule -> `TARGET on DATE` of its latest confirmation by a tenant."""
        rows = self._db.execute("select name, target, date from confirmed where kind = ? order by date", (kind,))
        return {name: f"{target} on {date}" for name, target, date in rows}

    def runs(self, target: str | None = None, limit: int = 1000) -> list[PastRun]:
        """Return runs, the latest first."""
        rows = self._db.execute(
            f"select {_FIELDS} from runs where ? is null or target = ? order by started desc limit ?",  # noqa: S608  # a constant
            (target, target, limit),
        )
        return [convert(dict(zip(PastRun.__struct_fields__, row, strict=True)), PastRun, strict=False) for row in rows]

    def previous(self, run: PastRun) -> PastRun | None:
        """Return the run to compare with: the last whole one before it on the same target, else the last one."""
        earlier = [past for past in self.runs(run.target) if past.started < run.started]
        return next((past for past in earlier if past.whole), earlier[0] if earlier else None)

    def find(self, name: str) -> PastRun:
        """Return a run by its id, the beginning of its id, `last`, or `last~N`. Raises UnknownRun."""
        runs = self.runs()
        if last := _LAST.fullmatch(name):
            back = int(last[1] or 0)
            found = runs[back : back + 1]
        else:
            found = [past for past in runs if past.id.startswith(name)]
        if len(found) != 1:
            known = ", ".join(past.id for past in runs[:3]) or "none yet"
            raise UnknownRun(f"{name!r} names {len(found)} runs; the latest are: {known}")
        return found[0]

    def diff(self, before: PastRun, after: PastRun) -> list[Change]:
        """Return the tests whose outcome differs between two runs: new contract failures first, then other failures."""
        rows = self._db.execute(
            "select tests.name, a.outcome, b.outcome, b.cause from tests"
            " left join verdicts a on a.test = tests.number and a.run = ?"
            " left join verdicts b on b.test = tests.number and b.run = ?"
            " where a.outcome is not b.outcome"
            " order by b.outcome is 'failed' desc, b.cause is 'contract' desc, tests.name",
            (before.number, after.number),
        )
        return [Change(*row) for row in rows]

    def changes(self, before: PastRun, now: PastRun) -> list[Change]:
        """Return what differs between two runs; a test that either of them left out is no change."""
        both_whole = before.whole and now.whole
        return [change for change in self.diff(before, now) if both_whole or (change.before and change.after)]

    def flaky(self, target: str | None = None, last: int = 50) -> list[Flaky]:
        """Return tests that are not stable in the latest runs although target, seed and contracts were the same.

        A test is flaky that passed when it was tried again, or whose outcome changed at least FLIPS times. Failures of
        the infrastructure do not count.
        """
        rows = self._db.execute(
            "with recent as (select * from runs where ? is null or target = ? order by started desc limit ?),"
            " results as (select verdicts.test, recent.target, recent.seed, recent.contracts, attempts,"
            "  outcome = 'passed' as good, (outcome = 'passed') != lag(outcome = 'passed') over"
            "  (partition by verdicts.test, recent.target, recent.seed, recent.contracts order by started) as flipped"
            "  from verdicts join recent on recent.number = verdicts.run"
            "  where outcome = 'passed' or (outcome in ('failed', 'quarantined') and cause is not 'infrastructure'))"
            " select tests.name, sum(good), sum(not good) + sum(good and attempts > 1) as bad"
            " from results join tests on tests.number = results.test"
            " group by results.test, target, seed, contracts"
            " having sum(flipped) >= ? or sum(good and attempts > 1) order by bad desc, tests.name",
            (target, target, last, FLIPS),
        )
        return [Flaky(*row) for row in rows]

    def load_trend(
        self, profile: str, operation: str, limit: int = 100
    ) -> list[tuple[str, float | None, float | None]]:
        """Return date, p50 and p99 in milliseconds of one operation over the latest runs, the oldest first."""
        rows = self._db.execute(
            "select substr(started, 1, 10), p50, p99 from loads join runs on runs.number = loads.run"
            " where profile = ? and operation = ? order by started desc limit ?",
            (profile, operation, limit),
        )
        return [(date, p50, p99) for date, p50, p99 in rows][::-1]


def existing(folder: Path) -> AbstractContextManager[History]:
    """Open the history of a report folder. Raises FileNotFoundError before the first run."""
    file = folder / FILE
    if not file.exists():
        raise FileNotFoundError(errno.ENOENT, "there is no history yet", str(file))
    return opened(file)


@contextmanager
def opened(path: Path) -> Iterator[History]:
    """Open the history in a file and migrate it. A damaged file is renamed, never overwritten.

    Raises HistoryNewer where a later version of this program wrote the file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    moved = None
    try:
        connection = _connect(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):  # full disk, no permission, locked: the file is not damaged
            raise OSError(f"{path}: {error}") from None
        moved = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S}")
        path.rename(moved)
        connection = _connect(path)
    with closing(connection):
        yield History(connection, moved)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=10)
    try:
        connection.execute("pragma foreign_keys = on")
        _migrate(connection, path)
    except Exception:
        connection.close()
        raise
    return connection


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    version = connection.execute("pragma user_version").fetchone()[0]
    if version > len(MIGRATIONS):
        raise HistoryNewer(
            f"{path} has schema {version}, this version knows {len(MIGRATIONS)}: update loginradius-harness, or name"
            " another report folder with --report"
        )
    for number, migration in enumerate(MIGRATIONS[version:], version + 1):
        script = migration.read_text(encoding="utf-8")
        connection.executescript(f"begin; {script}; pragma user_version = {number}; commit;")
