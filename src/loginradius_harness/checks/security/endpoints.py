"""List the operations that attacks use, from the contracts."""

from typing import Any

import pytest

from loginradius_harness.contracts import api_operations


def _cases(*credentials: str) -> list[Any]:
    wanted = [operation for operation in api_operations() if set(credentials) <= set(operation.auth)]
    return [pytest.param(operation, id=operation.id) for operation in wanted]


USER_CALLS = _cases("access_token")
MANAGEMENT_CALLS = _cases("apisecret")
