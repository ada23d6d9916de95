"""Who the stories are about, and who looks on."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.session import Session
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person
from loginradius_harness.tenants import TenantContext

Step = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
def step(recorder: Any) -> Step:
    """Give a part of a long story its name in the report."""
    named: Step = recorder.step
    return named


@pytest.fixture
def person(journey: Journey) -> Person:
    """Somebody with a verified account."""
    return journey.verified_person()


@pytest.fixture
def session(journey: Journey, person: Person) -> Session:
    """The person, logged in with the password."""
    return journey.log_in(person)


@pytest.fixture
def control(tenant_context: TenantContext) -> EmulatorClient:
    """An onlooker who sees every message that is sent, and that none is: only an emulator has one."""
    if tenant_context.control is None:
        pytest.skip("needs an outbox that shows what was not sent: an emulator")
    return tenant_context.control


@pytest.fixture
def captcha(tenant_context: TenantContext) -> str:
    """The answer that passes for a solved captcha."""
    if tenant_context.control is None:
        pytest.skip("needs a captcha that a program can answer: an emulator")
    return str(tenant_context.control.settings()["captcha_answer"])
