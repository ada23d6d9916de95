"""What is emulated: one row an operation, made from the handlers and the rules; and the known divergences."""

from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

import contracts
from emulator.registry import handlers

DIVERGENCES = {
    "sessions.bounded": "Only the newest 100 sessions of a person live on (setting sessions_kept).",
    "locations.none": "LocalCity, LocalCountry and LastLoginLocation are null: there is no map of addresses.",
    "social.scripted": "Social providers are scripted through the control API; nobody outside is asked.",
    "messages.outbox": "Mail and SMS go to the outbox, never out.",
    "captcha.magic": "One captcha answer is right (setting captcha_pass).",
    "tickets.remembered": "A used or expired link answers so for a day after its expiry, then it counts as unknown.",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One operation: whether a handler answers it, how many rules bind it, and how well they are evidenced."""

    operation: str
    emulated: bool
    rules: int
    evidence: str


def rows() -> list[Row]:
    """Every operation of the contracts."""
    known = handlers()
    return [_row(operation.id, emulated=operation.id in known) for operation in contracts.operations()]


def _row(operation: str, *, emulated: bool) -> Row:
    bound = [rule for rule in contracts.rules() if operation in rule.operations]
    grades = sorted({rule.evidence for rule in bound})
    return Row(operation, emulated, len(bound), ", ".join(grades))


def show() -> int:
    """Print the ledger; 0."""
    table = Table("operation", "emulated", "rules", "evidence", title="Emulated operations", box=None)
    found = rows()
    for row in found:
        table.add_row(row.operation, "yes" if row.emulated else "501", str(row.rules), row.evidence)
    console = Console()
    console.print(table)
    console.print(f"{sum(row.emulated for row in found)}/{len(found)} operations emulated")
    for name, text in DIVERGENCES.items():
        console.print(f"diverges: {name}: {text}")
    return 0
