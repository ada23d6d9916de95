"""One fault, met by the rival in one configuration; beside it the clean emulator, where the rival complains at all."""

import json
import tempfile
from functools import cache
from pathlib import Path

from msgspec import Struct

from evaluation.peers.schemathesis import document, fault_selection
from evaluation.peers.schemathesis.environment import ground
from evaluation.peers.schemathesis.schemathesis_run import Configuration, Said, configured, play
from loginradius_harness import contracts, faults
from loginradius_harness.faults import Fault


class Outcome(Struct, frozen=True):
    """`complaints` are those that the clean emulator does not get; `named`: one is about an operation of the fault."""

    found: bool
    named: bool
    requests: int
    is_complete: bool
    operations: list[str]
    complaints: list[str]


def meet(fault: Fault, configuration: Configuration, seed: int) -> Outcome:
    """Whether the rival tells a fault from the clean emulator."""
    shown = fault_selection.shown(fault, seed, with_partners=configuration == "best")
    heard = _run(shown, configuration, seed, fault.name)
    new = heard.complaints - (_clean(shown, configuration, seed).complaints if heard.complaints else frozenset())
    concerned = {document.label(contracts.get(name)) for name in fault_selection.concerned(fault)}
    return Outcome(
        found=bool(new),
        named=any(place in concerned for _, place in new),
        requests=heard.requests,
        is_complete=heard.is_complete,
        operations=list(shown),
        complaints=sorted(" ".join(complaint) for complaint in new),
    )


@cache
def _clean(shown: tuple[str, ...], configuration: Configuration, seed: int) -> Said:
    return _run(shown, configuration, seed)


def _run(shown: tuple[str, ...], configuration: Configuration, seed: int, *on: str) -> Said:
    """The person is made before the fault is switched on, which might not let anybody in."""
    operations = [contracts.get(name) for name in shown]
    with tempfile.TemporaryDirectory() as home, ground(operations, fault_selection.preset(operations), seed) as place:
        export = document.narrowed(operations)
        if configuration == "best":
            export = document.prompted(export, place.requests)
        folder = Path(home)
        (folder / "openapi.json").write_text(json.dumps(export), encoding="utf-8")
        settings = configured(place.credentials, operations, configuration)
        (folder / "schemathesis.toml").write_text(settings, encoding="utf-8")
        with faults.activated(*on):
            return play(folder, place.url, operations, configuration, seed)
