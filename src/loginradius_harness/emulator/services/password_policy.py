"""Which passwords a tenant accepts, and setting one.

Source: product-facts.md#password-policy, #password-reset, #password-change.
"""

from collections.abc import Callable, Iterable
from functools import cache

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.organizations.records import Organization

SHORTEST_WORD = 4  # letters; shorter words of a profile are allowed in a password
CLASSES: dict[str, Callable[[str], bool]] = {
    "lower": str.islower,
    "upper": str.isupper,
    "digit": str.isdigit,
    "symbol": lambda character: not character.isalnum(),
}
DEMANDED = {  # member of an organization's policy -> class
    "RequireLowercase": "lower", "RequireUppercase": "upper", "RequireNumber": "digit", "RequireSpecialChar": "symbol",
}  # fmt: skip
COMMON = 3_000  # so many of the most common passwords are refused (ASVS 5.0 6.2.4)


@cache
def common_passwords() -> frozenset[str]:
    """Return the most common passwords. They are read on first use, because the list of all 30,000 takes megabytes."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415  # see above

    return frozenset(FREQUENCY_LISTS["passwords"][:COMMON])


def check_policy(password: str, account: Account | None, settings: Settings) -> None:
    """Check a new password.

    Raise FIELD_VALIDATION_FAILED with Errors where the server validates, PASSWORD_TOO_WEAK, NEW_PASSWORD_BREACHED.
    """
    if settings.server_side_validation:
        _check_form(password, settings.password_min_length, settings.password_max_length, settings.password_classes)
    if settings.password_blocklist and password.lower() in common_passwords():
        raise ApiError(ErrorCode.PASSWORD_TOO_WEAK)
    if settings.password_profile_words and _is_made_of_profile(password, account, settings):
        raise ApiError(ErrorCode.PASSWORD_TOO_WEAK)
    if password in settings.breached_passwords:
        raise ApiError(ErrorCode.NEW_PASSWORD_BREACHED)


def check_policy_of(organization: Organization, password: str) -> None:
    """Check a new password of a member. Raise FIELD_VALIDATION_FAILED with Errors (inferred)."""
    policy = organization.policy("PasswordPolicy")
    classes = [name for member, name in DEMANDED.items() if policy.get(member)]
    _check_form(password, policy.get("MinLength") or 0, policy.get("MaxLength") or len(password), classes)


def _check_form(password: str, low: int, high: int, classes: Iterable[str]) -> None:
    missing = [name for name in classes if not any(map(CLASSES[name], password))]
    messages = [f"The password must have a character of class {name}." for name in missing]
    if not low <= len(password) <= high:
        messages.insert(0, f"The password must have {low} to {high} characters.")
    if messages:
        raise ApiError(
            ErrorCode.FIELD_VALIDATION_FAILED,
            Errors=[{"FieldName": "Password", "ErrorMessage": message} for message in messages],
        )


def _is_made_of_profile(password: str, account: Account | None, settings: Settings) -> bool:
    lowered = password.lower()
    return any(word in lowered for word in _context_words(account, settings))


def _context_words(account: Account | None, settings: Settings) -> list[str]:
    """Return words that a password must not contain: the tenant's name and profile data of SHORTEST_WORD letters."""
    words = [settings.app_name]
    if account is not None:
        words += [email.value.split("@")[0] for email in account.emails]
        words += [account.username or "", *(str(account.fields.get(name) or "") for name in ("FirstName", "LastName"))]
    return [word.lower() for word in words if len(word) >= SHORTEST_WORD]


async def set_password(call: RequestContext, account: Account, password: str) -> None:
    """Set a new password: check the policies of tenant and organizations and the history, store hash and date.

    Raise what the policies raise, NEW_PASSWORD_NOT_ALLOWED for a former one.

    What follows for sessions is the caller's.
    """
    settings, passwords = call.settings, call.tenant.passwords
    check_policy(password, account, settings)
    for organization in call.tenant.organizations.joined_by(account.uid, settings):
        check_policy_of(organization, password)
    former = [account.password] if settings.refuse_current_password and account.password else []
    for known in [*former, *account.password_history[: settings.password_history]]:
        if await passwords.matches(password, known):
            raise ApiError(ErrorCode.NEW_PASSWORD_NOT_ALLOWED)
    hashed = await passwords.hash(password, settings.hash_rounds)
    if account.password:
        kept = max(settings.password_history, 0)
        account.password_history = [account.password, *account.password_history][:kept]
    account.password, account.password_changed, account.password_breached = hashed, call.now, False
    account.modified = call.now


def end_other_sessions(call: RequestContext, account: Account, *, keep: str | None = None) -> None:
    """End all sessions but the calling one, and what OAuth apps and hub know of, where force logout is on.

    Source: product-facts.md#lifetimes.
    """
    if call.settings.force_logout:
        call.tenant.sessions.end_all(account, keep=keep)
        call.tenant.federation.end_user(account.uid)
