"""What is emulated, and how well that is known: one row an operation, the divergences, and the grades of evidence."""

from collections import Counter
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from loginradius_harness import contracts
from loginradius_harness.contracts.codes import ErrorCode
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
    "another code says the same": (
        ErrorCode.TENANT_NOT_FOUND,
        ErrorCode.LINK_EXPIRED_OR_USED,
        ErrorCode.ACCOUNT_NOT_UNLINKABLE,
        ErrorCode.PROVIDER_ID_NOT_UNLINKABLE,
        ErrorCode.EMAIL_NOT_FOUND,
        ErrorCode.USERNAME_MALFORMED,
        ErrorCode.OTP_EXPIRED_OR_USED,
        ErrorCode.SECURITY_ANSWER_INCORRECT,
        ErrorCode.SMS_FACTOR_DISABLED,
        ErrorCode.TOKEN_INVALID_OR_PHONE_ALREADY_VERIFIED,
        ErrorCode.ACCOUNT_LOGIN_NOT_ALLOWED,
    ),
    "no location, device or challenge is known to log-ins": (
        ErrorCode.SUSPICIOUS_LOGIN_BLOCKED,
        ErrorCode.SUSPICIOUS_LOGIN_SECURITY_ANSWER_REQUIRED,
        ErrorCode.SUSPICIOUS_LOGIN_EMAIL_OTP_SENT,
        ErrorCode.SUSPICIOUS_LOGIN_SMS_OTP_SENT,
        ErrorCode.LOGIN_FROM_NEW_CITY,
        ErrorCode.LOGIN_FROM_NEW_COUNTRY,
        ErrorCode.LOGIN_FROM_NEW_DEVICE,
    ),
    "sending never fails, and no provider is built in": (
        ErrorCode.OTP_NOT_SENT,
        ErrorCode.SMS_PROVIDER_LIMIT_EXCEEDED,
        ErrorCode.VOICE_OTP_NOT_CONFIGURED,
    ),
    "one secret, and only the present version of the API": (
        ErrorCode.ADDITIONAL_API_SECRET_NOT_ALLOWED,
        ErrorCode.RESOURCE_DISABLED_FOR_V2_TENANT,
    ),
    "password log-in cannot be switched off": (ErrorCode.PASSWORD_LOGIN_DISABLED,),
    "no service of the tenant's own is asked": (ErrorCode.CLOUD_API_ERROR,),
    "an address of a social account may register": (ErrorCode.EMAIL_OF_SOCIAL_ACCOUNT,),
    "no Duo": (ErrorCode.DUO_REDIRECT_URI_NOT_ALLOWED, ErrorCode.DUO_REDIRECT_URI_INVALID),
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
