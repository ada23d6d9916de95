"""One fault in one configuration: the run with the fault, compared with a run on the emulator without it."""

import json
import tempfile
from functools import cache
from pathlib import Path

from msgspec import Struct

from evaluation.peers.schemathesis import document, fault_selection
from evaluation.peers.schemathesis.environment import environment
from evaluation.peers.schemathesis.schemathesis_run import Configuration, RunOutput, configured, run
from loginradius_harness import contracts, faults
from loginradius_harness.faults import Fault


class Outcome(Struct, frozen=True):
    """The result of a run with a fault.

    Attributes:
        detected: There is a complaint that the emulator without the fault does not get.
        named: One of these complaints is about an operation of the fault.
        requests: Number of requests sent.
        is_complete: The run ended by itself within its time.
        operations: Operations that schemathesis saw.
        complaints: The complaints that only the fault causes.

    """

    detected: bool
    named: bool
    requests: int
    is_complete: bool
    operations: list[str]
    complaints: list[str]


def evaluate(fault: Fault, configuration: Configuration, seed: int) -> Outcome:
    """Run schemathesis against a fault, and without it if there is any complaint."""
    shown = fault_selection.shown(fault, seed, with_partners=configuration == "best")
    with_fault = _run(shown, configuration, seed, fault.name)
    new = with_fault.complaints - (
        _clean(shown, configuration, seed).complaints if with_fault.complaints else frozenset()
    )
    concerned = {document.label(contracts.get(name)) for name in fault_selection.concerned(fault)}
    return Outcome(
        detected=bool(new),
        named=any(operation in concerned for _, operation in new),
        requests=with_fault.requests,
        is_complete=with_fault.is_complete,
        operations=list(shown),
        complaints=sorted(" ".join(complaint) for complaint in new),
    )


@cache
def _clean(shown: tuple[str, ...], configuration: Configuration, seed: int) -> RunOutput:
    return _run(shown, configuration, seed)


def _run(shown: tuple[str, ...], configuration: Configuration, seed: int, *on: str) -> RunOutput:
    """Create the user before the fault is activated: the fault might prevent its login."""
    operations = [contracts.get(name) for name in shown]
    preset = fault_selection.preset(operations)
    with tempfile.TemporaryDirectory() as home, environment(operations, preset, seed) as prepared:
        export = document.reduced(operations)
        if configuration == "best":
            export = document.enriched(export, prepared.requests)
        folder = Path(home)
        (folder / "openapi.json").write_text(json.dumps(export), encoding="utf-8")
        settings = configured(prepared.credentials, operations, configuration)
        (folder / "schemathesis.toml").write_text(settings, encoding="utf-8")
        with faults.activated(*on):
            return run(folder, prepared.url, operations, configuration, seed)
