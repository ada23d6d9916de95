"""The stored results of the comparison: `result.json`."""

from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

import msgspec
from msgspec import Struct

from evaluation.peers.schemathesis.fault_run import Outcome
from evaluation.peers.schemathesis.schemathesis_run import CONFIGURATIONS, Configuration, arguments
from loginradius_harness import faults

FILE = Path(__file__).with_name("result.json")
SETUP = (
    "fault_selection.py",
    "document.py",
    "environment.py",
    "fault_run.py",
    "links.json",
    "links.py",
    "schemathesis_run.py",
)


class Conditions(Struct, frozen=True):
    """What must be equal for results to be comparable. The command lines lack URL and operations.

    `setup` is a digest of the code that selects operations, prepares them and reads the output.
    """

    schemathesis: str
    seed: int
    setup: str
    commands: dict[Configuration, str]


class Result(Struct):
    """Outcomes by fault, then by configuration. `cpu_minutes` counts all runs, emulator and schemathesis."""

    conditions: Conditions
    date: str
    cpu_minutes: float
    outcomes: dict[str, dict[Configuration, Outcome]]


def conditions(seed: int) -> Conditions:
    """Return the conditions of a run that begins now."""
    commands = {name: f"schemathesis {' '.join(arguments(name, seed))}" for name in CONFIGURATIONS}
    setup = blake2b(digest_size=6)
    for name in SETUP:
        setup.update(FILE.with_name(name).read_bytes())
    return Conditions(version("schemathesis"), seed, setup.hexdigest(), commands)


def load(now: Conditions, file: Path = FILE) -> Result:
    """Return the stored outcomes of existing faults; none if their conditions differ from `now`."""
    empty = Result(now, "", 0.0, {})
    if not file.exists():
        return empty
    known = msgspec.json.decode(file.read_bytes(), type=Result)
    known.outcomes = {name: outcome for name, outcome in known.outcomes.items() if name in faults.all_faults()}
    return known if known.conditions == now else empty


def save(result: Result, file: Path = FILE) -> None:
    """Write the file, sorted by fault."""
    result.outcomes = dict(sorted(result.outcomes.items()))
    file.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=1) + b"\n")
