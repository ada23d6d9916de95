"""Many who do the same thing at the same moment."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from harness.reply import Reply


def at_once(*asks: Callable[[], Reply]) -> Sequence[Reply]:
    """The replies to several calls that start together, in the order of the calls."""
    start = Barrier(len(asks))

    def ask_when_all_are_ready(ask: Callable[[], Reply]) -> Reply:
        start.wait()
        return ask()

    with ThreadPoolExecutor(len(asks)) as pool:
        return list(pool.map(ask_when_all_are_ready, asks))
