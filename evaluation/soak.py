"""Send newly generated cases to the emulator without faults: each failure is a false alarm.

A round generates new cases for each operation from a seed that no earlier round used. Progress is saved in a
git-ignored file after each operation, so that an interrupted run continues where it stopped.
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
MAX_MESSAGE = 1_000  # characters of an alarm; its case can be generated again from the seed


class State(msgspec.Struct):
    """Progress so far: cases sent, round (by its seed), operations done in this round, and alarms."""

    cases: int = 0
    seed: int = 1
    done: int = 0  # operations in this round
    seconds: float = 0.0
    alarms: list[str] = []


def main() -> int:
    """Run the command; return 1 if there was a false alarm."""
    parser = argparse.ArgumentParser(
        prog="python -m evaluation.soak", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", nargs="?", type=int, default=CASES, help=f"number of cases (default: {CASES:,})")
    parser.add_argument("--no-cache", action="store_true", help="discard the progress of earlier runs")
    options = parser.parse_args()
    if options.no_cache:
        STATE.unlink(missing_ok=True)
    state = _read()
    with emulator.running() as running:
        tenants = TenantProvider(load_target(running.url, environ={}), lambda _exchange: None)
        _run(state, tenants, options.cases)
        tenants.close()
    print(result(state))
    return 1 if state.alarms else 0


def _read() -> State:
    return msgspec.json.decode(STATE.read_bytes(), type=State) if STATE.exists() else State()


def _write(state: State) -> None:
    STATE.parent.mkdir(exist_ok=True)
    new = STATE.with_suffix(".new")
    new.write_bytes(msgspec.json.encode(state))
    new.replace(STATE)


def _run(state: State, tenants: TenantProvider, cases: int) -> None:
    operations = contracts.api_operations()
    while state.cases < cases:
        operation = operations[state.done]
        began = time.perf_counter()
        sent, alarms = soak(operation, tenants.for_preset(operation.preset), state.seed)
        state.cases += sent
        state.alarms += alarms
        state.seconds += time.perf_counter() - began
        state.done = (state.done + 1) % len(operations)
        state.seed += state.done == 0
        _write(state)


def soak(operation: Operation, context: TenantContext, seed: int) -> tuple[int, list[str]]:
    """Send new cases to an operation; return their number and the false alarms."""
    cases = generate_cases(operation, seed)
    invalid = [case for case in cases if case.mode == "negative"]
    sent, alarms = _send_invalid(operation, context, invalid)
    valid = combined(cases)
    try:
        accepted = sum(len(variation.row) for variation, _ in accepted_variations(operation, context, valid))
    except ContractViolationError as alarm:
        return sent, [*alarms, str(alarm)[:MAX_MESSAGE]]
    return sent + accepted, alarms


def _send_invalid(operation: Operation, context: TenantContext, invalid: list[Case]) -> tuple[int, list[str]]:
    sent, alarms = 0, []
    with prepare(operation, context) as prepared:
        for case in invalid:
            wanted = expected_error_of(prepared, case)
            if wanted.codes:
                sent += 1
                try:
                    assert_refused(prepared, case, wanted)
                except ContractViolationError as alarm:
                    alarms.append(str(alarm)[:MAX_MESSAGE])
    return sent, alarms


def result(state: State) -> str:
    """Return the summary line."""
    rate = state.cases / state.seconds if state.seconds else 0
    return f"{len(state.alarms)} false alarms in {state.cases:,} freshly generated cases ({rate:.0f} per second)"


if __name__ == "__main__":
    sys.exit(main())
