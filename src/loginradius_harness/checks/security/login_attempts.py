"""Attempt password logins on tenants with and without multi-factor authentication."""

from collections.abc import Callable
from typing import Any

import pytest

from loginradius_harness.client.response import ApiResponse, Refused
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import PLAIN_LOGINS, Journey
from loginradius_harness.journey.people import Person

LOCKED = frozenset(
    {
        ErrorCode.ACCOUNT_BLOCKED,
        ErrorCode.ACCOUNT_LOCKED_UNTIL_CAPTCHA,
        ErrorCode.ACCOUNT_LOCKED_UNTIL_SECURITY_ANSWER,
        ErrorCode.ACCOUNT_LOCKED_TEMPORARILY,
    }
)  # error codes of a locked account, whatever the kind of lock
WRONG_PASSWORD = ErrorCode.CREDENTIALS_INCORRECT


def attempt_login(
    journey: Journey, person: Person, password: str | None = None, *, by: str = "email", **request: Any
) -> ApiResponse:
    """Try a password, by default the correct one, and return any response. `request` goes to the client's call."""
    form = f"mfa.login_by_{by}" if journey.requires_mfa_login else PLAIN_LOGINS[by]
    body = {by: getattr(person, by), "password": person.password if password is None else password}
    return journey.client.call(form, body=body, **request)


def log_in(journey: Journey, person: Person, **how: Any) -> Session:
    """Return a session of an account without second factor; raise Refused where the password is refused."""
    return Session.of(attempt_login(journey, person, **how))


def login_succeeds(reply: ApiResponse) -> bool:
    """Return whether a response carries a session."""
    data = reply.data if isinstance(reply.data, dict) else {}
    login = data.get("Data") if isinstance(data.get("Data"), dict) else data
    token = (login or {}).get("access_token")
    return reply.ok and bool(token) and set(str(token)) != set("0-")


def is_refused(step: Callable[[], object]) -> bool:
    """Return whether the tenant refuses a journey step, with any code."""
    try:
        step()
    except Refused:
        return True
    return False


def provider_user(journey: Journey, provider: str, **about: Any) -> dict[str, Any]:
    """Create a user of a social provider and return what the provider grants; skip where none can be scripted."""
    if journey.control is None:
        pytest.skip("needs a social provider that can be scripted: an emulator")
    granted: dict[str, Any] = journey.social.new_user(provider, **about)
    return granted
