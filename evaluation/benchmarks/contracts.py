"""Figures of loading, checking, exporting and applying the contracts."""

import json
import statistics
import time
from collections.abc import Callable, Iterator

from evaluation.benchmarks.figure import Figure
from evaluation.contract_mutation.samples import samples
from loginradius_harness import contracts
from loginradius_harness.contracts import reference_data
from loginradius_harness.contracts.loader import ContractSet
from loginradius_harness.contracts.tools import openapi
from loginradius_harness.contracts.tools.lint import problems

PROFILE_BYTES = 4_096
ROUNDS = 5
RESPONSES = 2_000


def figures() -> Iterator[Figure]:
    """Yield medians of several rounds."""
    yield Figure("contracts: load all", 1e3 * seconds(lambda: ContractSet(reference_data.ROOT)), "ms", "<= 40")
    yield Figure("contracts: check all", seconds(lambda: problems(reference_data.ROOT)), "s", "<= 2")
    yield Figure("contracts: build the OpenAPI document", seconds(openapi.document), "s", "<= 1")
    operation = contracts.get("authentication.get_profile")
    response = profile()
    assert operation.check(200, response) == ()
    duration = seconds(lambda: operation.check(200, response), RESPONSES)
    yield Figure("contracts: validate a profile of 4 kB", 1e6 * duration, "us", "<= 20")


def seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the median time of one call, in seconds."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def profile() -> dict[str, object]:
    """Return a valid profile of at most `PROFILE_BYTES`: members that may be null are, until it fits."""
    shared = reference_data.schemas(reference_data.ROOT)
    validator = contracts.get("authentication.get_profile").response_validator(200)
    value: dict[str, object] = next(samples({"$ref": "profile.json"}, shared)).value
    for name in value:
        without = {**value, name: None}
        if len(json.dumps(value)) > PROFILE_BYTES and validator.is_valid(without):
            value = without
    return value
