"""What the rival achieved, kept beside the code: `result.json`."""

from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

import msgspec
from msgspec import Struct

from evaluation.peers.schemathesis.match import Outcome
from evaluation.peers.schemathesis.schemathesis_run import CONFIGURATIONS, Configuration, arguments
from loginradius_harness import faults

FILE = Path(__file__).with_name("result.json")
SETUP = (
    "fault_selection.py",
    "document.py",
    "environment.py",
    "links.json",
    "links.py",
    "match.py",
    "schemathesis_run.py",
)


class Conditions(Struct, frozen=True):
    """What has to be the same for results to stand in one table. The command lines lack URL and operations.

    `setup` changes with the code that decides what the rival is shown, given and heard to say.
    """

    schemathesis: str
    seed: int
    setup: str
    commands: dict[Configuration, str]


class Result(Struct):
    """Outcomes by fault, then by configuration. `cpu_minutes` is what all runs took, ours and the rival's."""

    conditions: Conditions
    date: str
    cpu_minutes: float
    outcomes: dict[str, dict[Configuration, Outcome]]


def conditions(seed: int) -> Conditions:
    """Those of a run that begins now."""
    commands = {name: f"schemathesis {' '.join(arguments(name, seed))}" for name in CONFIGURATIONS}
    setup = blake2b(digest_size=6)
    for name in SETUP:
        setup.update(FILE.with_name(name).read_bytes())
    return Conditions(version("schemathesis"), seed, setup.hexdigest(), commands)


def load(now: Conditions, file: Path = FILE) -> Result:
    """The outcomes kept so far of faults that there are; none where they came about under other conditions."""
    empty = Result(now, "", 0.0, {})
    if not file.exists():
        return empty
    known = msgspec.json.decode(file.read_bytes(), type=Result)
    known.outcomes = {name: outcome for name, outcome in known.outcomes.items() if name in faults.all_faults()}
    return known if known.conditions == now else empty


def save(result: Result, file: Path = FILE) -> None:
    """Write it, the faults in order."""
    result.outcomes = dict(sorted(result.outcomes.items()))
    file.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=1) + b"\n")
