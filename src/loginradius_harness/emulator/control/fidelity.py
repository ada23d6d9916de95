"""Reports what is emulated and on what evidence: one row per operation, known divergences, grades of evidence."""

from collections import Counter
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from loginradius_harness import contracts
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.setting_fields import setting_fields
from loginradius_harness.emulator.http.handler_registry import handlers

DIVERGENCES = {  # from the product; a test shows each, so that one which no longer holds is removed
    "captcha.magic": "One captcha answer is accepted (setting captcha_answer).",
    "codes.unanswered": "Some documented error codes are never returned; they are listed below.",
    "credentials.one_secret": "A tenant has one API secret and no additional secrets with scopes.",
    "federation.code_alone": "Apps answer response_type=code by query alone; there is no implicit or password grant.",
    "federation.one_hub": "All tenants share one hub: the app's name or the API key tells them apart.",
    "high_concurrency.one_store": "The high concurrency API has no users of its own: it sees those of the tenant.",
    "limits.per_tenant": "The rate limit counts all operations of a tenant together, not by group.",
    "locations.none": "LocalCity, LocalCountry and LastLoginLocation are null: IP addresses are not located.",
    "messages.outbox": "Mail and SMS are kept in the outbox and never sent.",
    "organizations.connections": "Nobody logs in through connections of organizations: JITPolicy and groups are idle.",
    "risk.two_factors": "Unusual log-ins are recognised by browser and IP address, not by device, city or country.",
    "saml.signed_alone": "Assertions are signed and never encrypted, and a log-out tells one application only.",
    "sessions.bounded": "Only the newest 100 sessions of a user are kept (setting sessions_kept).",
    "social.scripted": "Social providers are scripted through the control API; no provider is contacted.",
    "tokens.remembered": "A used or expired link is recognised for a day after its expiry, then it counts as unknown.",
    "transport.plain": "Without --tls it answers over plain HTTP, and the paths of all hosts on one port.",
}

UNANSWERED = {  # reason -> documented codes that the emulator never returns
    "another code has the same meaning": (
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
    "log-ins know neither location nor device nor challenge": (
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
    "only the current version of the API is known": (ErrorCode.RESOURCE_DISABLED_FOR_V2_TENANT,),
    "password log-in cannot be disabled": (ErrorCode.PASSWORD_LOGIN_DISABLED,),
    "no external service of the tenant is called": (ErrorCode.CLOUD_API_ERROR,),
    "the address of a social account may register": (ErrorCode.EMAIL_OF_SOCIAL_ACCOUNT,),
}

PIPED_WIDTH = 1_000  # columns: no name is cut and no line broken where a program reads them


@dataclass(frozen=True, slots=True)
class Row:
    """One operation: whether a handler answers it, the number of its rules and their grades of evidence."""

    operation: str
    emulated: bool
    rules: int
    evidence: str


def rows() -> list[Row]:
    """Return a row for every operation of the contracts."""
    known = handlers()
    return [_row(operation.id, emulated=operation.id in known) for operation in contracts.operations()]


def _row(operation: str, *, emulated: bool) -> Row:
    applicable = [rule for rule in contracts.rules() if operation in rule.operations]
    grades = sorted({rule.evidence for rule in applicable})
    return Row(operation, emulated, len(applicable), ", ".join(grades))


def shares() -> dict[str, float]:
    """Return the share of the rules by grade of evidence, the largest first."""
    counted = Counter(rule.evidence for rule in contracts.rules())
    return {grade: count / counted.total() for grade, count in counted.most_common()}


def inferred_defaults() -> list[str]:
    """Return the names of the settings whose default no source states."""
    return [field.name for field in setting_fields().values() if field.inferred]


def show() -> int:
    """Print the report and return exit code 0."""
    table = Table("operation", "emulated", "rules", "evidence", title="Emulated operations", box=None)
    found = rows()
    for row in found:
        table.add_row(row.operation, "yes" if row.emulated else "501", str(row.rules), row.evidence)
    console = Console()
    if not console.file.isatty():
        console.width = PIPED_WIDTH
    console.print(table)
    for line in _summary(found):
        console.print(line, highlight=False, markup=False)
    return 0


def _summary(found: list[Row]) -> list[str]:
    grades = ", ".join(f"{grade} {share:.1%}" for grade, share in shares().items())
    unanswered = [f"never returned, because {why}: {', '.join(map(str, codes))}" for why, codes in UNANSWERED.items()]
    return [
        f"{sum(row.emulated for row in found)}/{len(found)} operations emulated",
        f"evidence of {len(contracts.rules())} rules: {grades}",
        f"defaults that no source states: {', '.join(inferred_defaults())}",
        *(f"diverges: {name}: {text}" for name, text in DIVERGENCES.items()),
        *unanswered,
    ]
