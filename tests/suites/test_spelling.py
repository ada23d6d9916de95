"""Requests in other spellings."""

import pytest

import contracts
from harness.guard import NotAllowed
from harness.request import Call
from harness.stage import Stage
from suites.prepared import prepared
from suites.spelling import canonical


def test_what_may_not_be_asked_may_not_be_asked_in_another_spelling(stage: Stage) -> None:
    def gate(call: Call) -> None:
        raise NotAllowed(call.operation.id)

    scene = stage.scene()
    with prepared(contracts.get("role.create_roles"), scene) as ready:
        scene.client.gates.append(gate)
        with pytest.raises(NotAllowed, match=r"role\.create_roles"):
            canonical(ready).send(ready)
        scene.client.gates.remove(gate)
