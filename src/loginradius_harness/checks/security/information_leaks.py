"""Find out what a response discloses."""

import re
from collections.abc import Collection, Iterator
from typing import Any

from loginradius_harness.client.errors import ContractViolationError
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.contracts.error_envelope import error_envelope
from loginradius_harness.journey.people import Person

Json = Any

# Internals of a server: stack traces, file names, queries.
TRACE = re.compile(
    r"Traceback|\.py\"?, line|\bat [\w.]+\([\w.]+:\d+\)|Exception|Stack ?[Tt]race|/site-packages/|SELECT .* FROM"
)
PASSWORD_HASH = re.compile(r"Rfc2898DeriveBytes\$|\$2[aby]\$\d\d\$|\$argon2|\$scrypt\$|pbkdf2", re.IGNORECASE)
SECRET_MEMBER = re.compile(
    r"(?i)^(password_?hash|salt|pin_?hash|secret|.*secretkey|securityanswers?|totp_?secret|otp|refresh_?tokens)$"
)
LONGEST_TEXT = 80  # characters of a body that is shown whole
ENVELOPE = {
    "Description", "ErrorCode", "Message", "IsProviderError", "ProviderErrorResponse",
    "Code", "ExtraInfo",  # HTTP status and details, of newer products
}  # fmt: skip


def texts(data: Json) -> Iterator[str]:
    """Yield every string of a JSON value, but not the names of members."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from texts(value)
    elif isinstance(data, list):
        for item in data:
            yield from texts(item)


def members(data: Json) -> Iterator[tuple[str, Json]]:
    """Yield name and value of every member of a JSON value, at any depth."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield name, value
            yield from members(value)
    elif isinstance(data, list):
        for item in data:
            yield from members(item)


def identifiers_of(person: Person) -> frozenset[str]:
    """Return the values that identify a person."""
    named = {person.uid, person.id, person.email, person.phone, person.username, person.password, person.answer}
    return frozenset(identifier.lower() for identifier in named if identifier)


def disclosed(data: Json, identifiers: Collection[str]) -> list[str]:
    """Return the identifiers that occur in a JSON value."""
    whole = "\n".join(texts(data)).lower()
    return [identifier for identifier in identifiers if identifier in whole]


def disclosures_about(reply: ApiResponse, person: Person) -> list[str]:
    """Return what an error discloses beyond its code: members outside the envelope, and identifiers of the person.

    A member that is null discloses nothing.
    """
    envelope = {} if reply.ok else error_envelope(reply.data) or reply.data
    further = set(envelope) - ENVELOPE
    return sorted(name for name in further if envelope[name] is not None) + disclosed(
        reply.data, identifiers_of(person)
    )


def assert_indistinguishable(known: ApiResponse, unknown: ApiResponse) -> None:
    """Raise ContractViolationError where an account holder gets another response than an unknown user."""
    if (known.status, known.data) != (unknown.status, unknown.data):
        requirement = "account holders and unknown users get the same response"
        seen = [f"{reply.summary} {_short(reply.data)}" for reply in (unknown, known)]
        raise ContractViolationError(known.operation.id, requirement, *seen, replay=known.exchange.replay)


def _short(data: Json) -> str:
    """Return a short body; a longer one is an envelope, whose code is reported anyway."""
    return str(data) if len(str(data)) <= LONGEST_TEXT else ""
