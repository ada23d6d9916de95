"""The printed results."""

from collections import Counter
from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from evaluation.peers.emulators.verdict import ExpectedResult, Outcome, Verdict
from loginradius_harness.checks.security import request_budget

STYLES: dict[Outcome, str] = {"unsafe": "red", "safe": "green", "not supported": "dim", "inconclusive": "yellow"}


def verdicts(found: Sequence[Verdict], expected: Sequence[ExpectedResult]) -> Table:
    """Return one row for each check and system; a star marks a result that was known before."""
    table = Table("row", "requirements", "system", "verdict", "a safe system ...", "observed", show_lines=True)
    for verdict in sorted(found, key=lambda one: (one.check.row, one.check.name)):
        star = " *" if any(known.covers(verdict) for known in expected) else ""
        table.add_row(
            str(verdict.check.row),
            "\n".join(verdict.check.standards),
            verdict.system,
            f"[{STYLES[verdict.outcome]}]{verdict.outcome}{star}[/]",
            verdict.check.expected,
            escape(verdict.observed),
        )
    return table


def totals(found: Sequence[Verdict]) -> Table:
    """Return one row for each system: the number of each outcome."""
    table = Table("system", *STYLES)
    for system in dict.fromkeys(verdict.system for verdict in found):
        counts = Counter(verdict.outcome for verdict in found if verdict.system == system)
        table.add_row(system, *(str(counts[outcome]) for outcome in STYLES))
    return table


def summary(found: Sequence[Verdict], expected: Sequence[ExpectedResult]) -> list[str]:
    """Return sentences that compare the verdicts with the expected results."""
    unsafe, safe = ([known for known in expected if known.safe is value] for value in (False, True))
    detected = [known for known in unsafe if known.is_met(found)]
    alarms = [known for known in safe if not known.is_met(found)]
    new = [one for one in found if one.outcome == "unsafe" and not any(known.covers(one) for known in expected)]
    rows = f"{len({one.check.row for one in found})} of {len(request_budget.checks())} rows"
    return [
        f"{rows} of the checklist are checked; the others need what these systems lack (a clock, a lockout ...).",
        f"{len(detected)} of {len(unsafe)} known unsafe results are detected.",
        f"{len(alarms)} of {len(safe)} known safe results cause a false alarm.",
        f"{len(new)} further unsafe results.",
        *(f"UNDETECTED: {known.system}: {known.title}" for known in unsafe if known not in detected),
        *(f"FALSE ALARM: {known.system}: {known.title}" for known in alarms),
    ]
