"""No coordinated omission: whatever freezes the target, the percentiles are those that follow from the schedule.

Time is simulated, so that no other process can spoil the comparison with what a start must have waited.
"""

import asyncio
import math
import random

import pytest

from harness.clock import ServerClock
from harness.redaction import Redactor
from harness.settings import Target
from loadtests.actors import Actor
from loadtests.arrivals import Curve, Stage, arrivals
from loadtests.books import Books
from loadtests.engine import Engine
from loadtests.flow import compose
from loadtests.pool import Endpoint

from .servers import TOKEN
from .simulation import SERVICE, Loop

RATE, SECONDS = 200, 8
_AFTERMATH = 0.002  # seconds until all that waited for the end of a freeze has its answer
Freezes = list[tuple[float, float]]


def freezes(seed: int) -> Freezes:
    """Number 0 is a freeze of two seconds, the others one to three random ones; they begin and end between starts."""
    if not seed:
        return [(2.0025, 4.0025)]
    dice, found, at = random.Random(seed), [], 0.5  # noqa: S311  # patterns that can be repeated
    for _ in range(dice.randint(1, 3)):
        begin = at + dice.randint(40, 200)
        at = begin + dice.randint(20, 400)
        found.append((begin / RATE, at / RATE))
    return found


async def measured(loop: Loop, target: Target, clock: ServerClock, connections: int) -> Books:
    """What an open load of 200 starts a second for 8 s measures."""
    mix = compose({"validate_token": 1}, target, [Actor(clock, {"token": TOKEN})], clock)
    place = Endpoint("localhost", "127.0.0.1", 80)
    engine = Engine(place, mix, Redactor(), connections=connections, timeout=60, now=loop.clock)
    engine.begin(0)
    engine.offer(arrivals(Curve((Stage(SECONDS, RATE),)), spacing="even"))
    await asyncio.sleep(SECONDS)
    await engine.end()
    books = Books()
    for report in engine.reports:
        books.add(report)
    return books


@pytest.mark.parametrize("seed", range(20))
def test_percentiles_of_a_target_that_freezes_are_the_true_ones(seed: int, target: Target, clock: ServerClock) -> None:
    connections = 50 if seed % 2 else 2000  # with 50, starts must queue in the generator: that is waiting, too
    with asyncio.Runner(loop_factory=lambda: Loop(freezes(seed))) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, Loop)
        books = runner.run(measured(loop, target, clock, connections))
    starts = [number / RATE for number in range(RATE * SECONDS)]
    waits = sorted(loop.thaw(start) - start + SERVICE for start in starts)
    assert books.offered == books.delivered == books.answered == len(waits)
    for share in (0.5, 0.9, 0.95, 0.99, 0.999, 1.0):
        truth = waits[math.ceil(share * len(waits)) - 1]
        assert books.total.corrected.percentile(share) / 1e6 == pytest.approx(truth, rel=0.01, abs=_AFTERMATH)
