"""An operation ready to succeed: its example's request with everything that the request needs made beforehand."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

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
    def path(self) -> dict[str, str]:
        """The values of the request's path parameters."""
        return dict(self.request.get("path") or {})

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
        reply = self.scene.client.call(self.operation.id, **{**self.request, **changes})
        if reply.ok:
            self._note_undoing(changes.get("body", self.body), reply)
        return reply

    def _note_undoing(self, body: Json, reply: Reply) -> None:
        """Subscriptions are few on a tenant: what the request itself has made is given back too."""
        call = self.scene.client.call
        if self.operation.id == "webhook.create_subscription":
            path = {"hook_id": reply.data["Id"]}
            self.given.afterwards(lambda: call("webhook.delete_subscription", path=path))
        elif self.operation.id == "webhook_legacy.subscribe":
            self.given.afterwards(lambda: call("webhook_legacy.unsubscribe", body=body))


@contextmanager
def prepared(operation: Operation, scene: Scene) -> Iterator[Prepared]:
    """Make what the operation's example needs, and give back afterwards what a tenant has few of.

    Skips the test, with the reason, where the scene's tenant has no way to that state.
    """
    with Givens(scene.journey) as given:
        try:
            request = given.prepare(operation)
        except NotPrepared as reason:
            pytest.skip(str(reason))
        yield Prepared(operation, scene, given, request)


def scene_of(operation: Operation, stage: Stage) -> Scene:
    """The shared scene on which the operation's example succeeds; skips where the target does not offer its preset."""
    try:
        return stage.scene(operation.preset)
    except NotOffered as reason:
        pytest.skip(str(reason))
