"""Who the stories are about, and what a bystander can see of them."""

from collections.abc import Callable
from typing import Any

import pytest

from harness.journey import Journey
from harness.people import Person
from harness.session import Session
from harness.stage import Scene

Outbox = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def person(journey: Journey) -> Person:
    """Somebody with a verified account."""
    return journey.somebody()


@pytest.fixture
def session(journey: Journey, person: Person) -> Session:
    """The person, logged in with the password."""
    return journey.log_in(person)


@pytest.fixture
def outbox(scene: Scene) -> Outbox:
    """Every message that was sent: `outbox(to=ADDRESS, kind=KIND)`, oldest first."""
    if scene.control is None:
        pytest.skip("needs an outbox that shows what was not sent: an emulator")
    return scene.control.outbox
