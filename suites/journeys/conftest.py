"""Who the stories are about, and who looks on."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from harness.control import Control
from harness.journey import Journey
from harness.people import Person
from harness.session import Session
from harness.stage import Scene

Step = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
def step(record: Any) -> Step:
    """Give a part of a long story its name in the report."""
    named: Step = record.step
    return named


@pytest.fixture
def person(journey: Journey) -> Person:
    """Somebody with a verified account."""
    return journey.somebody()


@pytest.fixture
def session(journey: Journey, person: Person) -> Session:
    """The person, logged in with the password."""
    return journey.log_in(person)


@pytest.fixture
def control(scene: Scene) -> Control:
    """An onlooker who sees every message that is sent, and that none is: only an emulator has one."""
    if scene.control is None:
        pytest.skip("needs an outbox that shows what was not sent: an emulator")
    return scene.control


@pytest.fixture
def captcha(scene: Scene) -> str:
    """The answer that passes for a solved captcha."""
    if scene.control is None:
        pytest.skip("needs a captcha that a program can answer: an emulator")
    return str(scene.control.settings()["captcha_pass"])
