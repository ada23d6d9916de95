"""Registering and logging in, as the tests of the authentication group do it."""

from collections.abc import Callable
from typing import Any

from loginradius_harness.emulator.state.outbox import Message
from tests.emulator.conftest import Answer, Ask, Member

Last = Callable[[str, str], Message]

EMAIL, PASSWORD = "new@example.com", "a good passphrase 1"


def body(**members: Any) -> dict[str, Any]:
    """Return a registration body; keywords add and replace members."""
    return {"Email": [{"Type": "Primary", "Value": EMAIL}], "Password": PASSWORD, **members}


def register(ask: Ask, **members: Any) -> Answer:
    """Register with a SOTT of the tenant's own."""
    sott = ask("sott.generate_sott").data["Sott"]
    return ask("authentication.register_by_email", body=body(**members), sott=sott)


def log_in(ask: Ask, person: Member, password: str | None = None, **more: Any) -> Answer:
    """Log in with e-mail and password."""
    sent = {"email": person.email, "password": password or person.password, **more}
    return ask("authentication.login_by_email", body=sent)


def token_of(ask: Ask, person: Member) -> str:
    """Return the access token of a log-in."""
    token: str = log_in(ask, person).data["access_token"]
    return token
