"""The same request many times at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from harness.reply import Reply

CROWD = 64


def at_once(ask: Callable[[], Reply], times: int = CROWD) -> list[Reply]:
    """The replies to as many calls that start together."""
    start = Barrier(times)

    def ask_when_all_are_ready(_number: int) -> Reply:
        start.wait()
        return ask()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(ask_when_all_are_ready, range(times)))


def wins(ask: Callable[[], Reply]) -> int:
    """How many of a crowd succeed."""
    return sum(reply.ok for reply in at_once(ask))
