"""The same request many times at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from loginradius_harness.client.response import ApiResponse

CROWD = 64

Answer = TypeVar("Answer")


def run_concurrently(ask: Callable[[], Answer], times: int = CROWD) -> list[Answer]:
    """The answers to as many calls that start together."""
    start = Barrier(times)

    def ask_when_all_are_ready(_number: int) -> Answer:
        start.wait()
        return ask()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(ask_when_all_are_ready, range(times)))


def wins(ask: Callable[[], ApiResponse]) -> int:
    """How many of a crowd succeed."""
    return sum(reply.ok for reply in run_concurrently(ask))
