"""Differences of one tenant: members that its answers have or lack, and other error codes.

They are settings (`other_members`, `other_codes`), and are applied in one place, when an answer leaves.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from msgspec import Meta, Struct

from loginradius_harness import contracts
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError

Json = Any
Name = Annotated[str, Meta(max_length=200)]
Code = Annotated[int, Meta(ge=1, le=99_999)]


class OtherMembers(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What objects of some operations' answers have beside, or lack. `*` in the pointer is any element of a list."""

    operations: tuple[Name, ...]
    pointer: Annotated[str, Meta(max_length=1_000)] = ""
    add: dict[Name, Json] = {}
    remove: tuple[Name, ...] = ()


class OtherCode(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The status and error code with which an operation refuses in place of a code."""

    operation: Name
    code: Code
    status: Annotated[int, Meta(ge=400, le=499)]
    other: Code


def apply(data: Json, differences: Iterable[OtherMembers], operation: str) -> Json:
    """Return an answer with a tenant's members; the answer itself, which may share values with the state, stays."""
    for difference in differences:
        if operation in difference.operations:
            data = _changed(data, difference.pointer.split("/")[1:], difference)
    return data


def _changed(data: Json, steps: list[str], difference: OtherMembers) -> Json:
    if not steps:
        return dict(_members(data, difference)) if isinstance(data, dict) else data
    first, *rest = steps
    if first == "*" and isinstance(data, list):
        return [_changed(item, rest, difference) for item in data]
    if isinstance(data, dict) and first in data:
        return {**data, first: _changed(data[first], rest, difference)}
    return data


def _members(data: dict[str, Json], difference: OtherMembers) -> Iterator[tuple[str, Json]]:
    yield from ((name, value) for name, value in data.items() if name not in difference.remove)
    yield from ((name, value) for name, value in difference.add.items() if name not in data)


def refusal(error: ApiError, differences: Iterable[OtherCode], operation: str) -> ApiError:
    """Return the error with which the tenant's operation refuses."""
    found = next((known for known in differences if (known.operation, known.code) == (operation, error.code)), None)
    return error if found is None else OtherError(found, error)


class OtherError(ApiError):
    """A refusal by another code, which the product's table need not know."""

    def __init__(self, difference: OtherCode, error: ApiError) -> None:
        super().__init__(difference.other, error.description, **error.extra)
        self._status = difference.status

    @property
    def status(self) -> int:
        """Return the tenant's HTTP status."""
        return self._status

    def envelope(self) -> dict[str, Json]:
        """Return the body of the refusal."""
        if self.code in contracts.error_definitions():
            return super().envelope()
        return {
            **ApiError(ErrorCode.INTERNAL_ERROR).envelope(),
            "ErrorCode": self.code,
            "Description": "",
            "Message": "",
        }
