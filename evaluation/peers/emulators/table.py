"""What is printed at the end."""

from collections import Counter
from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from evaluation.peers.emulators.verdict import Known, Verdict, Word
from loginradius_harness.checks.security import request_budget

STYLES: dict[Word, str] = {"unsafe": "red", "safe": "green", "not applicable": "dim", "not judged": "yellow"}


def verdicts(found: Sequence[Verdict], answers: Sequence[Known]) -> Table:
    """One row a check and system; a star marks what was known before."""
    table = Table("row", "requirements", "system", "verdict", "expected: it ...", "got", show_lines=True)
    for verdict in sorted(found, key=lambda one: (one.check.row, one.check.name)):
        star = " *" if any(known.covers(verdict) for known in answers) else ""
        table.add_row(
            str(verdict.check.row),
            "\n".join(verdict.check.standards),
            verdict.system,
            f"[{STYLES[verdict.word]}]{verdict.word}{star}[/]",
            verdict.check.expected,
            escape(verdict.got),
        )
    return table


def totals(found: Sequence[Verdict]) -> Table:
    """One row a system: how often which verdict."""
    table = Table("system", *STYLES)
    for system in dict.fromkeys(verdict.system for verdict in found):
        counts = Counter(verdict.word for verdict in found if verdict.system == system)
        table.add_row(system, *(str(counts[word]) for word in STYLES))
    return table


def proof(found: Sequence[Verdict], answers: Sequence[Known]) -> list[str]:
    """How the verdicts compare with what was known before, in sentences."""
    unsafe, safe = ([known for known in answers if known.safe is value] for value in (False, True))
    seen = [known for known in unsafe if known.is_seen(found)]
    alarms = [known for known in safe if not known.is_seen(found)]
    new = [one for one in found if one.word == "unsafe" and not any(known.covers(one) for known in answers)]
    rows = f"{len({one.check.row for one in found})} of {len(request_budget.checks())} rows"
    return [
        f"{rows} of the checklist are asked; the rest is about what these systems lack (a clock, a lock ...).",
        f"{len(seen)} of {len(unsafe)} unsafe answers that were known before are found again.",
        f"{len(alarms)} of {len(safe)} answers that were known to be safe raise an alarm.",
        f"{len(new)} further unsafe answers.",
        *(f"MISSED: {known.system}: {known.asks}" for known in unsafe if known not in seen),
        *(f"NOT SEEN AS SAFE: {known.system}: {known.asks}" for known in alarms),
    ]
