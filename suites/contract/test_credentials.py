"""Is each credential demanded, singly, wherever it may travel?"""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from contracts import Operation, credentials, operations
from suites.prepared import Prepared

FOREIGN_SOTT = "A" * 88 + "*" + "0" * 32  # of nobody


def _wrong_values() -> dict[str, dict[str, str | None]]:
    """Credential -> way of being wrong -> value; None leaves it out."""
    return {
        "apikey": {"missing": None, "malformed": "no-key", "foreign": str(uuid4())},
        "apisecret": {"missing": None, "malformed": "no-secret", "foreign": str(uuid4())},
        "access_token": {"missing": None, "malformed": "no-token", "foreign": str(uuid4())},
        "sott": {"missing": None, "malformed": "no-sott", "foreign": FOREIGN_SOTT},
    }


def _matrix() -> Iterator[object]:
    for operation in operations():
        for name in operation.auth:
            for way, value in _wrong_values()[name].items():
                yield pytest.param(operation, name, way, value, id=f"{operation.id}-{name}-{way}")


@pytest.mark.parametrize(("operation", "name", "way", "value"), [*_matrix()])
def test_each_credential_is_demanded(
    operation: Operation, name: str, way: str, value: str | None, ready: Prepared
) -> None:
    """With one credential wrong and everything else valid, the code for that credential comes back."""
    changes = {"token": None} if name == "access_token" else {}
    reply = ready.send(credentials={name: value}, **changes)
    reply.must_be_refused(credentials()[name].codes[way])
