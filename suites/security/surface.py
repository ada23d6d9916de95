"""What there is to attack, read from the contracts."""

import pytest

from contracts import Operation, operations


def _cases(*credentials: str) -> list["pytest.ParameterSet"]:  # type: ignore[name-defined]  # pytest does not export it
    wanted = [operation for operation in operations() if set(credentials) <= set(operation.auth)]
    return [pytest.param(operation, id=operation.id) for operation in wanted]


USER_CALLS = _cases("access_token")
MANAGEMENT_CALLS = _cases("apisecret")


def takes_token(operation: Operation) -> bool:
    """Whether the operation takes a user's access token."""
    return "access_token" in operation.auth
