"""The account that a request is about, for the journal: many requests carry no access token."""

from collections.abc import Iterator
from typing import Any

from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.accounts import Account

SHORTEST_SECRET = 32  # characters of a link token; GUIDs are longer


def subject(call: RequestContext) -> str | None:
    """Return the uid of the access token, the path, the account named in query or body, or a link token."""
    if call.current_account is not None:
        return call.current_account.uid
    if "uid" in call.path:
        return call.path["uid"]
    given = list(_given(call))
    account = next((found for name, value in given if (found := _named(call, name, value))), None)
    if account is not None:
        return account.uid
    secrets = (value for _, value in given if len(value) >= SHORTEST_SECRET)
    return next((uid for secret in secrets if (uid := call.tenant.owner_of(secret))), None)


def _given(call: RequestContext) -> Iterator[tuple[str, str]]:
    """Yield names in lower case and texts of query and body (first level); of a list of addresses the first."""
    for part in (call.query, call.body):
        for name, value in part.items() if isinstance(part, dict) else ():
            text: Any = value
            if isinstance(value, list) and value and isinstance(value[0], dict):
                text = value[0].get("Value")
            if isinstance(text, str):
                yield name.lower(), text


def _named(call: RequestContext, name: str, value: str) -> Account | None:
    accounts = call.tenant.accounts
    if name in {"email", "emailid"}:
        return accounts.by_email(value)
    if name in {"phone", "phoneid"}:
        return accounts.by_phone(value)
    if name == "username":
        return accounts.by_username(value)
    return accounts.by_uid(value) if name == "uid" else None
