"""An operation ready to succeed: its example's request with everything that the request needs made beforehand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

import harness.preparations  # noqa: F401  # importing it registers what examples name
from contracts import Operation, operations
from harness.given import Givens, NotPrepared
from harness.reply import Reply
from harness.stage import NotOffered, Scene, Stage

Json = Any

ALL = [pytest.param(operation, id=operation.id) for operation in operations()]


@dataclass(frozen=True)
class Prepared:
    """A request that succeeds when sent once; `given` holds what was made for it."""

    operation: Operation
    scene: Scene
    given: Givens
    request: Mapping[str, Json]

    @property
    def query(self) -> dict[str, Json]:
        """The request's query, without credentials."""
        return dict(self.request.get("query") or {})

    @property
    def body(self) -> Json:
        """The request's body."""
        return self.request.get("body")

    def send(self, **changes: Any) -> Reply:
        """Send the request, with some of `client.call`'s keywords changed; the reply has been held to its contract."""
        return self.scene.client.call(self.operation.id, **{**self.request, **changes})


def prepare(operation: Operation, stage: Stage) -> Prepared:
    """Make what the operation's example needs; skips, with the reason, where the target does not offer it."""
    try:
        scene = stage.scene(operation.preset)
        given = Givens(scene.journey)
        return Prepared(operation, scene, given, given.prepare(operation))
    except (NotOffered, NotPrepared) as reason:
        pytest.skip(str(reason))
