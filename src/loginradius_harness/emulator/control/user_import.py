"""Imports users from elsewhere, with passwords or hashes of passwords."""

import csv
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from loginradius_harness import contracts
from loginradius_harness.contracts.expected_errors import resolved
from loginradius_harness.emulator.control.routes import InvalidControlCallError
from loginradius_harness.emulator.core import foreign_hashes
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.services.administration import imported_users
from loginradius_harness.emulator.services.administration.imported_users import User
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.tenant import Role, Tenant

Json = Any

BOOLEANS = {"true": True, "false": False}


async def import_users(tenant: Tenant, users: list[User]) -> list[Account]:
    """Create accounts, verified unless the user says otherwise; no message is sent.

    Raise InvalidControlCallError, which names the user and the member; then none is created.
    """
    created: list[Account] = []
    try:
        for number, user in enumerate(users, 1):
            created.append(await _create(tenant, user, number))
    except InvalidControlCallError:
        for account in created:
            tenant.forget(account)
        raise
    return created


async def _create(tenant: Tenant, user: User, number: int) -> Account:
    _check_names(user, number)
    try:
        roles = _roles(user)
        account = await imported_users.create(tenant, user)
    except (ApiError, foreign_hashes.UnknownHashError, ValueError) as error:
        raise InvalidControlCallError(f"user {number}: {_reason(error)}") from None
    for role in roles:
        if tenant.roles.get(role) is None:
            tenant.roles.put(role, Role(name=role))
    account.roles = roles or None
    account.active = user.get("IsActive", True)
    account.login_disabled = user.get("DisableLogin", False)
    return account


def _check_names(user: User, number: int) -> None:
    known = [*resolved(contracts.get(imported_users.OPERATION).body)["properties"], *imported_users.OWN]
    for name in user:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise InvalidControlCallError(f"user {number}: a user has no {name!r}{hint}")


def _roles(user: User) -> list[str]:
    roles = user.get("Roles") or []
    if isinstance(roles, str):
        return [role.strip() for role in roles.split(";")]
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise ValueError("Roles is not a list of names")
    return roles


def _reason(error: Exception) -> str:
    if not isinstance(error, ApiError):
        return str(error)
    meaning = contracts.error_definitions()[error.code].meaning
    return f"{error.description or meaning} ({error.code})"


def read(file: Path) -> list[User]:
    """Return the users of a CSV file with a head, or of a JSON file with a list. Raise InvalidControlCallError."""
    try:
        if file.suffix.lower() == ".csv":
            with file.open(encoding="utf-8-sig", newline="") as lines:
                return [_user(row) for row in csv.DictReader(lines)]
        content = msgspec.json.decode(file.read_bytes())
        return msgspec.convert(content["users"] if isinstance(content, dict) else content, list[User])
    except FileNotFoundError:
        raise InvalidControlCallError("the file does not exist") from None
    except (OSError, KeyError, UnicodeDecodeError, csv.Error, RecursionError, msgspec.MsgspecError) as error:
        raise InvalidControlCallError(f"neither CSV with a head nor a JSON list of users: {error}") from None


def _user(row: Mapping[str | None, Any]) -> User:
    """Return a user of a CSV row: `CustomFields.plan` is a member of an object, an empty cell is none."""
    user: User = {}
    for name, value in _cells(row):
        outer, _, inner = name.partition(".")
        if inner:
            user.setdefault(outer, {})[inner] = value
        else:
            user[outer] = value
    return user


def _cells(row: Mapping[str | None, Any]) -> Iterator[tuple[str, Json]]:
    for name, text in row.items():
        if name is None:
            raise csv.Error("a row has more cells than the head")
        if text:
            yield name.strip(), _value(text)


def _value(text: str) -> Json:
    """Return a list or an object of a cell that holds one, a truth value, or the text: a hash may begin like JSON."""
    if text[0] not in "[{":
        return BOOLEANS.get(text.lower(), text)
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text
