"""The same request many times at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from harness.reply import Reply

CROWD = 64

Answer = TypeVar("Answer")


def at_once(ask: Callable[[], Answer], times: int = CROWD) -> list[Answer]:
    """The answers to as many calls that start together."""
    start = Barrier(times)

    def ask_when_all_are_ready(_number: int) -> Answer:
        start.wait()
        return ask()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(ask_when_all_are_ready, range(times)))


def wins(ask: Callable[[], Reply]) -> int:
    """How many of a crowd succeed."""
    return sum(reply.ok for reply in at_once(ask))
