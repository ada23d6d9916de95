"""What the engine measures, beside what must be true: in simulated time, so that no other process can spoil it."""

import math
import random

import pytest

from loginradius_harness.client.server_clock import ServerClock
from loginradius_harness.load.analysis.capacity import judge, search
from loginradius_harness.load.config.profiles import load
from loginradius_harness.load.engine.rate_limiter import RateLimiter
from loginradius_harness.target.target import Target

from .simulation import Server, Simulation

RATE, SECONDS = 200, 8
_AFTERMATH = 0.002  # seconds until all that waited for the end of a freeze has its answer


@pytest.fixture
def simulate(target: Target, clock: ServerClock) -> Simulation:
    return Simulation(target, clock)


def freezes(seed: int) -> list[tuple[float, float]]:
    """Number 0 is a freeze of two seconds, the others one to three random ones; they begin and end between starts."""
    if not seed:
        return [(2.0025, 4.0025)]
    dice, found, at = random.Random(seed), [], 0.5  # noqa: S311  # patterns that can be repeated
    for _ in range(dice.randint(1, 3)):
        begin = at + dice.randint(40, 200)
        at = begin + dice.randint(20, 400)
        found.append((begin / RATE, at / RATE))
    return found


@pytest.mark.parametrize("seed", range(20))
def test_percentiles_of_a_target_that_freezes_are_the_true_ones(seed: int, simulate: Simulation) -> None:
    server = Server(freezes=freezes(seed))
    connections = 50 if seed % 2 else 2000  # with 50, starts must queue in the generator: that is waiting, too
    books = simulate(server, RATE, SECONDS, connections)
    starts = [number / RATE for number in range(RATE * SECONDS)]
    waits = sorted(server.thaw(start) - start + server.service for start in starts)
    assert books.offered == books.delivered == books.answered == len(waits)
    for share in (0.5, 0.9, 0.95, 0.99, 0.999, 1.0):
        truth = waits[math.ceil(share * len(waits)) - 1]
        assert books.total.corrected.percentile(share) / 1e6 == pytest.approx(truth, rel=0.01, abs=_AFTERMATH)


def test_an_exhausted_pool_of_connections_delays_nothing_unseen(simulate: Simulation) -> None:
    books = simulate(Server(service=0.1), rate=100, seconds=0.5, connections=2)
    assert books.starved > 20
    assert books.offered == 50
    assert books.total.service.milliseconds(1) == pytest.approx(100, abs=2)
    assert books.total.corrected.milliseconds(1) == pytest.approx(420, abs=2)  # the ninth start: 0.08 s to 0.5 s


def test_an_allowance_is_kept_in_every_second_and_used(simulate: Simulation) -> None:
    server = Server()
    books = simulate(server, rate=200, seconds=4, governor=RateLimiter(20))
    assert max(server.heard.values()) <= 20
    assert sum(server.heard.values()) >= 0.97 * 20 * 4
    assert books.withheld + books.offered == 800


@pytest.mark.parametrize("limit", [37, 80, 450])
def test_capacity_finds_the_rate_limit_of_a_target(limit: int, simulate: Simulation) -> None:
    profile = load("capacity")
    found = search(lambda rate: judge(rate, simulate(Server(limit=limit), rate, 4), profile), 20, 1000)
    assert found.low == pytest.approx(limit, rel=0.05)
