"""The engine's figures in locust's own tables, so that its web UI, CSV, HTML and console show them too."""

import time
from functools import cache

from locust import stats
from locust.env import Environment
from locust.stats import RequestStats, StatsEntry, StatsError

from loginradius_harness import contracts
from loginradius_harness.load.metrics.counters import ERRORS, OUTCOMES, OperationMetrics, RunMetrics


def use_finer_buckets() -> None:
    """Make locust's tables precise below a millisecond, and to three digits above; its own rule rounds to 0."""
    stats.bucket_response_time = _bucket  # type: ignore[assignment]  # a key may be any number


def merge(environment: Environment, metrics: RunMetrics) -> None:
    """Add metrics to the tables: a row per operation, times from the intended start."""
    table: RequestStats = environment.stats
    for name, entry in metrics.operations.items():
        if entry.requests:
            _merge_row(table, name, contracts.get(name).method, entry)
    for name, entry in metrics.scenarios.items():
        _extend(table.entries[name, "scenario"], table, entry)


def _merge_row(table: RequestStats, name: str, method: str, entry: OperationMetrics) -> None:
    _extend(table.entries[name, method], table, entry)
    _extend(table.total, table, entry)
    for outcome in (*ERRORS, "rate_limited"):
        number = entry.outcomes.get(outcome, 0)
        if number:
            _add_error(table, method, name, OUTCOMES[outcome], number)


def _extend(row: StatsEntry, table: RequestStats, entry: OperationMetrics) -> None:
    now = time.time()
    second = int(now)
    failures = entry.errors + entry.outcomes.get("rate_limited", 0)
    more = StatsEntry(table, row.name, row.method)
    more.start_time, more.last_request_timestamp = row.start_time, now
    more.num_requests, more.num_failures = entry.requests, failures
    more.num_none_requests = entry.requests - entry.corrected.count
    more.num_reqs_per_sec[second] = entry.requests
    if failures:
        more.num_fail_per_sec[second] = failures
    more.total_content_length = entry.received
    times = entry.corrected
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
    """Return locust's bucket of a histogram's key; there are some thousands of them."""
    return _bucket(micros / 1000)


def _bucket(milliseconds: float) -> float:
    return round(milliseconds, 2) if milliseconds < 10 else float(f"{milliseconds:.3g}")  # noqa: PLR2004  # three digits
