"""Many who do the same thing at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from loginradius_harness.client.response import Refused

Act = Callable[[], object]


def run_concurrently(*acts: Act) -> list[int | None]:
    """Start all together; of each act the code that it was refused with, None where it succeeded."""
    start = Barrier(len(acts))

    def outcome(act: Act) -> int | None:
        start.wait()
        try:
            act()
        except Refused as refusal:
            return refusal.reply.error_code
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(outcome, acts))
