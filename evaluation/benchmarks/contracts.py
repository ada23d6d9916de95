"""What reading, checking, exporting and applying the contracts costs."""

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
REPLIES = 2_000


def figures() -> Iterator[Figure]:
    """Medians on this machine."""
    yield Figure("contracts: load all", 1e3 * seconds(lambda: ContractSet(reference_data.ROOT)), "ms", "<= 60")
    yield Figure("contracts: check all", seconds(lambda: problems(reference_data.ROOT)), "s", "<= 2")
    yield Figure("contracts: build the OpenAPI document", seconds(openapi.document), "s", "<= 1")
    operation = contracts.get("authentication.get_profile")
    reply = profile()
    assert operation.check(200, reply) == ()
    took = seconds(lambda: operation.check(200, reply), REPLIES)
    yield Figure("contracts: validate a profile of 4 kB", 1e6 * took, "us", "<= 20")


def seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Median time of one call."""
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def profile() -> dict[str, object]:
    """A valid profile that is as long as a well-filled one: the members that may are null until it fits."""
    shared = reference_data.schemas(reference_data.ROOT)
    validator = contracts.get("authentication.get_profile").response_validator(200)
    found: dict[str, object] = next(samples({"$ref": "profile.json"}, shared)).value
    for name in found:
        without = {**found, name: None}
        if len(json.dumps(found)) > PROFILE_BYTES and validator.is_valid(without):
            found = without
    return found
