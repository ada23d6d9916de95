"""Send requests at the same moment, to prove that a race has one winner."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from loginradius_harness.client.response import ApiResponse, Refused

CONCURRENT_CALLS = 64

Result = TypeVar("Result")


def run_concurrently(*calls: Callable[[], Result]) -> list[Result]:
    """Start all calls together and return their results in order."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Result]) -> Result:
        start.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def repeat_concurrently(call: Callable[[], Result], times: int = CONCURRENT_CALLS) -> list[Result]:
    """Start the same call many times together and return the results."""
    return run_concurrently(*[call] * times)


def count_successes(call: Callable[[], ApiResponse]) -> int:
    """Repeat a request concurrently and return how many succeed."""
    return sum(reply.ok for reply in repeat_concurrently(call))


def concurrent_error_codes(*steps: Callable[[], object]) -> list[int | None]:
    """Run journey steps concurrently; return the error code of each, None for a success."""

    def error_code(step: Callable[[], object]) -> int | None:
        try:
            step()
        except Refused as refusal:
            return refusal.reply.error_code
        return None

    return run_concurrently(*[lambda step=step: error_code(step) for step in steps])
