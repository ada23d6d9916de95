"""The engine's figures in locust's own tables, so that its web UI, CSV, HTML and console show them like any others."""

import time
from functools import cache

from locust import stats
from locust.env import Environment
from locust.stats import RequestStats, StatsEntry, StatsError

from loginradius_harness import contracts
from loginradius_harness.load.metrics.counters import ERRORS, OUTCOMES, OperationMetrics, RunMetrics


def finer_buckets() -> None:
    """Let locust's tables tell times below a millisecond apart, and three digits above; its own rule rounds to 0."""
    stats.bucket_response_time = _bucket  # type: ignore[assignment]  # a key may be any number


def merge(environment: Environment, books: RunMetrics) -> None:
    """Add books to the tables: a row an operation, times from the intended start."""
    table: RequestStats = environment.stats
    for name, ledger in books.ledgers.items():
        if ledger.requests:
            _merge_row(table, name, contracts.get(name).method, ledger)
    for name, ledger in books.journeys.items():
        _extend(table.entries[name, "journey"], table, ledger)


def _merge_row(table: RequestStats, name: str, method: str, ledger: OperationMetrics) -> None:
    _extend(table.entries[name, method], table, ledger)
    _extend(table.total, table, ledger)
    for outcome in (*ERRORS, "limited"):
        number = ledger.outcomes.get(outcome, 0)
        if number:
            _add_error(table, method, name, OUTCOMES[outcome], number)


def _extend(row: StatsEntry, table: RequestStats, ledger: OperationMetrics) -> None:
    now = time.time()
    second = int(now)
    failures = ledger.errors + ledger.outcomes.get("limited", 0)
    more = StatsEntry(table, row.name, row.method)
    more.start_time, more.last_request_timestamp = row.start_time, now
    more.num_requests, more.num_failures = ledger.requests, failures
    more.num_none_requests = ledger.requests - ledger.corrected.count
    more.num_reqs_per_sec[second] = ledger.requests
    if failures:
        more.num_fail_per_sec[second] = failures
    more.total_content_length = ledger.received
    times = ledger.corrected
    if times.count:
        more.total_response_time = times.total / 1000  # type: ignore[assignment]  # locust itself enters floats
        more.min_response_time = times.smallest / 1000  # type: ignore[assignment]  # as above
        more.max_response_time = times.largest / 1000  # type: ignore[assignment]  # as above
    for micros, number in times.counts.items():
        more.response_times[_key(micros)] += number  # type: ignore[index]  # as above
    row.extend(more)


def _add_error(table: RequestStats, method: str, name: str, text: str, number: int) -> None:
    key = StatsError.create_key(method, name, text)
    known = table.errors.setdefault(key, StatsError(method, name, text))
    known.occurrences += number
    known.last_seen = time.time()
    known.first_seen = known.first_seen or known.last_seen


@cache
def _key(micros: int) -> float:
    """The bucket of a histogram's key; there are some thousands of them."""
    return _bucket(micros / 1000)


def _bucket(milliseconds: float) -> float:
    return round(milliseconds, 2) if milliseconds < 10 else float(f"{milliseconds:.3g}")  # noqa: PLR2004  # three digits
