"""What is emulated, and how well that is known: one row an operation, the divergences, and the grades of evidence."""

from collections import Counter
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from loginradius_harness import contracts
from loginradius_harness.emulator.core.settings_notes import notes
from loginradius_harness.emulator.http.handler_registry import handlers

DIVERGENCES = {  # from the product; the tests show that each still holds, so that a closed one is taken off
    "captcha.magic": "One captcha answer is right (setting captcha_pass).",
    "codes.unanswered": "Some promised error codes are never answered; they are listed below.",
    "credentials.one_secret": "A tenant has one API secret, not up to ten more with scopes of their own.",
    "limits.per_tenant": "The request limit is counted for a tenant's operations together, not by groups of them.",
    "locations.none": "LocalCity, LocalCountry and LastLoginLocation are null: there is no map of addresses.",
    "messages.outbox": "Mail and SMS go to the outbox, never out.",
    "risk.two_factors": "Unusual log-ins are told by browser and address, not by device, city or country.",
    "sessions.bounded": "Only the newest 100 sessions of a person live on (setting sessions_kept).",
    "social.scripted": "Social providers are scripted through the control API; nobody outside is asked.",
    "tickets.remembered": "A used or expired link answers so for a day after its expiry, then it counts as unknown.",
    "transport.plain": "Without --tls it answers over plain http, and every host's paths on one port.",
}

UNANSWERED = {  # why -> promised codes that no request to the emulator is ever refused with
    "another code says the same": (942, 979, 987, 989, 1023, 1024, 1070, 1093, 1100, 1120, 1220),
    "no location, device or challenge is known to log-ins": (1164, 1165, 1166, 1167, 1169, 1170, 1287),
    "sending never fails, and no provider is built in": (1072, 1149, 1281),
    "one secret, and only the present version of the API": (1143, 1144),
    "password log-in cannot be switched off": (1286,),
    "no service of the tenant's own is asked": (1215,),
    "an address of a social account may register": (1030,),
    "no Duo": (1335, 1336),
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


def shares() -> dict[str, float]:
    """Grade of evidence -> share of the rules, the largest first."""
    counted = Counter(rule.evidence for rule in contracts.rules())
    return {grade: count / counted.total() for grade, count in counted.most_common()}


def guesses() -> list[str]:
    """Names of the settings whose default no source states."""
    return [note.name for note in notes().values() if note.says.startswith("(inferred)")]


def show() -> int:
    """Print the ledger; 0."""
    table = Table("operation", "emulated", "rules", "evidence", title="Emulated operations", box=None)
    found = rows()
    for row in found:
        table.add_row(row.operation, "yes" if row.emulated else "501", str(row.rules), row.evidence)
    console = Console()
    console.print(table)
    for line in _summary(found):
        console.print(line, highlight=False, markup=False)
    return 0


def _summary(found: list[Row]) -> list[str]:
    grades = ", ".join(f"{grade} {share:.1%}" for grade, share in shares().items())
    unanswered = [f"never answered, as {why}: {', '.join(map(str, codes))}" for why, codes in UNANSWERED.items()]
    return [
        f"{sum(row.emulated for row in found)}/{len(found)} operations emulated",
        f"evidence of {len(contracts.rules())} rules: {grades}",
        f"defaults that no source states: {', '.join(guesses())}",
        *(f"diverges: {name}: {text}" for name, text in DIVERGENCES.items()),
        *unanswered,
    ]
