"""The engine's figures compared with the analytic truth, in simulated time: no other process can change them."""

import math
import random

import pytest

from loginradius_harness.client.server_clock import ServerClock
from loginradius_harness.load.analysis.capacity import evaluate_trial, search
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
    """Return a freeze of two seconds for seed 0, else one to three random ones; they begin and end between starts."""
    if not seed:
        return [(2.0025, 4.0025)]
    rng, found, at = random.Random(seed), [], 0.5  # noqa: S311  # patterns that can be repeated
    for _ in range(rng.randint(1, 3)):
        begin = at + rng.randint(40, 200)
        at = begin + rng.randint(20, 400)
        found.append((begin / RATE, at / RATE))
    return found


@pytest.mark.parametrize("seed", range(20))
def test_percentiles_of_a_frozen_target_equal_the_analytic_truth(seed: int, simulate: Simulation) -> None:
    server = Server(freezes=freezes(seed))
    connections = 50 if seed % 2 else 2000  # with 50, starts must queue in the generator: that is waiting, too
    metrics = simulate(server, RATE, SECONDS, connections)
    starts = [number / RATE for number in range(RATE * SECONDS)]
    waits = sorted(server.thaw(start) - start + server.service for start in starts)
    assert metrics.scheduled == metrics.started == metrics.answered == len(waits)
    for share in (0.5, 0.9, 0.95, 0.99, 0.999, 1.0):
        truth = waits[math.ceil(share * len(waits)) - 1]
        assert metrics.total.corrected.percentile(share) / 1e6 == pytest.approx(truth, rel=0.01, abs=_AFTERMATH)


def test_waiting_for_a_connection_enters_the_corrected_latency(simulate: Simulation) -> None:
    metrics = simulate(Server(service=0.1), rate=100, seconds=0.5, connections=2)
    assert metrics.no_capacity > 20
    assert metrics.scheduled == 50
    assert metrics.total.service.milliseconds(1) == pytest.approx(100, abs=2)
    assert metrics.total.corrected.milliseconds(1) == pytest.approx(420, abs=2)  # the ninth start: 0.08 s to 0.5 s


def test_a_rate_limit_is_kept_in_every_second_and_used(simulate: Simulation) -> None:
    server = Server()
    metrics = simulate(server, rate=200, seconds=4, rate_limiter=RateLimiter(20))
    assert max(server.received_requests.values()) <= 20
    assert sum(server.received_requests.values()) >= 0.97 * 20 * 4
    assert metrics.throttled + metrics.scheduled == 800


@pytest.mark.parametrize("limit", [37, 80, 450])
def test_the_capacity_search_finds_a_targets_rate_limit(limit: int, simulate: Simulation) -> None:
    profile = load("capacity")
    found = search(lambda rate: evaluate_trial(rate, simulate(Server(limit=limit), rate, 4), profile), 20, 1000)
    assert found.low == pytest.approx(limit, rel=0.05)
