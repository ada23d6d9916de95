"""Claims of a tenant's own in its JWTs (setting `jwt_claims`)."""

import re
from typing import Any

from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.state import profile
from loginradius_harness.emulator.state.accounts import Account

Json = Any

_MEMBER = re.compile(r"\{([\w.]+)\}")


def custom_claims(account: Account, settings: Settings) -> dict[str, Json]:
    """Return the claims with their values; one whose member the account lacks is left out.

    A text in braces names a member of the user profile, e.g. `{FirstName}`, `{Email.0.Value}`, `{CustomFields.plan}`;
    any other value is the claim itself.
    """
    if not settings.jwt_claims:
        return {}
    shown = profile.render(account, settings)
    claims = {name: _value(shown, wanted) for name, wanted in settings.jwt_claims.items()}
    return {name: value for name, value in claims.items() if value is not None}


def _value(shown: Json, wanted: Json) -> Json:
    named = _MEMBER.fullmatch(wanted) if isinstance(wanted, str) else None
    if named is None:
        return wanted
    value = shown
    for part in named[1].split("."):
        value = _part(value, part)
    return value


def _part(value: Json, part: str) -> Json:
    """Return the member or the item of a value; None where there is none."""
    if isinstance(value, dict):
        return value.get(part)
    return value[int(part)] if isinstance(value, list) and part.isdecimal() and int(part) < len(value) else None
