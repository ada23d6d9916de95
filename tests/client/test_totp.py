"""An authenticator app that never shows a code twice."""

from datetime import datetime, timedelta

import pytest

from loginradius_harness.client.totp import Authenticator, code
from tests.scripted_tenant import moment

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
START = moment("2030-01-02 03:04:05")


class World:
    """A clock that records how much time was let pass."""

    def __init__(self) -> None:
        self.now = START
        self.passed: list[float] = []

    def pass_time(self, seconds: float) -> None:
        self.passed.append(seconds)
        self.now += timedelta(seconds=seconds)

    def present(self) -> datetime:
        return self.now


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def app(world: World) -> Authenticator:
    return Authenticator(SECRET, world.present, world.pass_time)


def test_first_code_is_the_present_ones(app: Authenticator) -> None:
    assert app.code() == code(SECRET, START)


def test_second_code_at_once_is_the_next_ones(app: Authenticator, world: World) -> None:
    app.code()
    assert app.code() == code(SECRET, START, steps=1)
    assert world.passed == []


def test_third_code_lets_a_step_pass(app: Authenticator, world: World) -> None:
    codes = [app.code() for _ in range(3)]
    assert codes[2] == code(SECRET, START, steps=2)
    assert world.passed == [30]


def test_no_code_is_shown_twice(app: Authenticator) -> None:
    codes = [app.code() for _ in range(20)]
    assert codes == [code(SECRET, START, steps=step) for step in range(20)]


def test_old_code_is_that_of_an_earlier_step(app: Authenticator) -> None:
    assert app.old_code(3) == code(SECRET, START - timedelta(seconds=90))
