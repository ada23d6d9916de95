"""Requests in other spellings."""

from collections.abc import Iterator

import pytest

import contracts
import emulator
from harness import settings
from harness.guard import NotAllowed
from harness.request import Call
from harness.stage import Scene
from suites.prepared import prepared
from suites.spelling import canonical


@pytest.fixture
def scene() -> Iterator[Scene]:
    """The default tenant of an emulator."""
    with emulator.running() as tenant:
        scene = Scene(settings.load(tenant.url, environ={}), lambda _exchange: None)
        yield scene
        scene.close()


def test_what_may_not_be_asked_may_not_be_asked_in_another_spelling(scene: Scene) -> None:
    def gate(call: Call) -> None:
        raise NotAllowed(call.operation.id)

    with prepared(contracts.get("role.create_roles"), scene) as ready:
        scene.client.gates.append(gate)
        with pytest.raises(NotAllowed, match=r"role\.create_roles"):
            canonical(ready).send(ready)
