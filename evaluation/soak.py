"""`python -m evaluation.soak`: freshly generated cases against the clean emulator, where every alarm is a false one.

A round draws new cases for each operation from a seed that no earlier round had. What is done is kept in a git-ignored
file after each operation, so that a run that was stopped goes on where it was.
"""

import argparse
import sys
import time
from pathlib import Path

import msgspec

from loginradius_harness import contracts, emulator
from loginradius_harness.checks.generation.assertions import accepted_variations, assert_refused, expected_error_of
from loginradius_harness.checks.generation.case import Case
from loginradius_harness.checks.generation.case_generation import generate_cases
from loginradius_harness.checks.generation.prepared_request import prepare
from loginradius_harness.checks.generation.valid_variations import combined
from loginradius_harness.client.errors import ContractViolationError
from loginradius_harness.contracts import Operation
from loginradius_harness.target.target import load_target
from loginradius_harness.tenants import TenantContext, TenantProvider

STATE = Path(".harness/soak.json")
CASES = 100_000
LONGEST = 1_000  # characters of an alarm; its case may be longer, and is drawn again from the seed


class State(msgspec.Struct):
    """What has been asked so far: whole rounds, the operations of the round under way, and what was raised."""

    cases: int = 0
    seed: int = 1
    done: int = 0  # operations of this round
    seconds: float = 0.0
    alarms: list[str] = []


def main() -> int:
    """Ask until so many cases are done; 1 where there was an alarm."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.soak", description=__doc__.partition("\n")[0])
    parser.add_argument("cases", nargs="?", type=int, default=CASES, help=f"how many (default {CASES:,})")
    parser.add_argument("--again", action="store_true", help="forget what was asked before")
    options = parser.parse_args()
    if options.again:
        STATE.unlink(missing_ok=True)
    state = _read()
    with emulator.running() as running:
        stage = TenantProvider(load_target(running.url, environ={}), lambda _exchange: None)
        _ask(state, stage, options.cases)
        stage.close()
    print(result(state))  # a command prints
    return 1 if state.alarms else 0


def _read() -> State:
    return msgspec.json.decode(STATE.read_bytes(), type=State) if STATE.exists() else State()


def _keep(state: State) -> None:
    STATE.parent.mkdir(exist_ok=True)
    fresh = STATE.with_suffix(".new")
    fresh.write_bytes(msgspec.json.encode(state))
    fresh.replace(STATE)


def _ask(state: State, stage: TenantProvider, cases: int) -> None:
    operations = contracts.operations()
    while state.cases < cases:
        operation = operations[state.done]
        began = time.perf_counter()
        asked, alarms = soak(operation, stage.for_preset(operation.preset), state.seed)
        state.cases += asked
        state.alarms += alarms
        state.seconds += time.perf_counter() - began
        state.done = (state.done + 1) % len(operations)
        state.seed += state.done == 0
        _keep(state)


def soak(operation: Operation, scene: TenantContext, seed: int) -> tuple[int, list[str]]:
    """How many fresh cases an operation was asked, and what was raised."""
    cases = generate_cases(operation, seed)
    wrong = [case for case in cases if case.mode == "negative"]
    asked, alarms = _refused(operation, scene, wrong)
    valid = combined(cases)
    try:
        taken = sum(len(variation.row) for variation, _ in accepted_variations(operation, scene, valid))
    except ContractViolationError as alarm:
        return asked, [*alarms, str(alarm)[:LONGEST]]
    return asked + taken, alarms


def _refused(operation: Operation, scene: TenantContext, wrong: list[Case]) -> tuple[int, list[str]]:
    asked, alarms = 0, []
    with prepare(operation, scene) as prepared:
        for case in wrong:
            wanted = expected_error_of(prepared, case)
            if wanted.codes:
                asked += 1
                try:
                    assert_refused(prepared, case, wanted)
                except ContractViolationError as alarm:
                    alarms.append(str(alarm)[:LONGEST])
    return asked, alarms


def result(state: State) -> str:
    """The line that the README quotes."""
    rate = state.cases / state.seconds if state.seconds else 0
    return f"{len(state.alarms)} false alarms in {state.cases:,} freshly generated cases ({rate:.0f} a second)"


if __name__ == "__main__":
    sys.exit(main())
