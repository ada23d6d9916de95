"""`python -m evaluation.fault_injection.security_proof`: does each row of the checklist fail when a rule of it is broken?"""

import argparse
import sys
import time

from rich.console import Console
from rich.table import Table

from evaluation.fault_injection.proof import Proof, breaking, prove
from loginradius_harness.checks.security.request_budget import checks

UNPROVED = 1


def main(arguments: list[str] | None = None) -> int:
    """0 where each row asked for fails with its fault and passes without it, else 1."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.fault_injection.security_proof", description=__doc__)
    parser.add_argument(
        "--row", action="append", type=int, choices=list(breaking()), metavar="NUMBER", help="only this one; repeatable"
    )
    parser.add_argument("--processes", type=int, default=2, help="how many play side by side (default: 2)")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    chosen = {row: breaking()[row] for row in options.row or breaking()}
    proofs = sorted(prove(chosen, options.processes), key=lambda proof: proof.row)
    console = Console()
    console.print(_table(proofs))
    proved = sum(proof.holds for proof in proofs)
    console.print(
        f"{proved} of {len(proofs)} rows fail with their fault and pass without it; "
        f"{time.monotonic() - began:.0f} s on {options.processes} processes"
    )
    return 0 if proved == len(proofs) else UNPROVED


def _table(proofs: list[Proof]) -> Table:
    table = Table("row", "asks", "fault", "violates", "tests", "requests", "seconds", "verdict", box=None)
    for proof in proofs:
        seen = proof.verdict
        figures = (seen.tests, seen.requests, f"{seen.seconds:.2f}") if seen else ("", "", "")
        named = (str(proof.row), checks()[proof.row].asks, proof.fault.name, proof.fault.violates)
        table.add_row(*named, *map(str, figures), proof.says)
    return table


if __name__ == "__main__":
    sys.exit(main())
