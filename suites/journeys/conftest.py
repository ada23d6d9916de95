"""Fixtures of the journeys: accounts, sessions and the emulator's control API."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.session import Session
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.organizations import Organizations
from loginradius_harness.journey.people import Person
from loginradius_harness.tenants import TenantContext

Step = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
def step(recorder: Any) -> Step:
    """Name a part of a long journey in the report."""
    named: Step = recorder.step
    return named


@pytest.fixture
def person(journey: Journey) -> Person:
    """Create an account with a verified e-mail address."""
    return journey.verified_person()


@pytest.fixture
def session(journey: Journey, person: Person) -> Session:
    """Log the person in with the password."""
    return journey.log_in(person)


@pytest.fixture
def control(tenant_context: TenantContext) -> EmulatorClient:
    """Return the control API, which shows every message that was sent, and that none was."""
    if tenant_context.control is None:
        pytest.skip("needs an outbox that shows what was not sent: an emulator")
    return tenant_context.control


@pytest.fixture
def captcha(tenant_context: TenantContext) -> str:
    """Return the answer that the emulator accepts as a solved captcha."""
    if tenant_context.control is None:
        pytest.skip("needs a captcha that a program can answer: an emulator")
    return str(tenant_context.control.settings()["captcha_answer"])


@pytest.fixture
def organizations(journey: Journey) -> Organizations:
    """Return the calls about organizations."""
    return journey.organizations


@pytest.fixture
def organization(organizations: Organizations) -> str:
    """Create an organization; return its id."""
    return str(organizations.create()["Id"])


@pytest.fixture
def role(organizations: Organizations, organization: str) -> str:
    """Create a role of the organization; return its id."""
    return str(organizations.create_role(organization)["Id"])


@pytest.fixture
def claims_of(journey: Journey) -> Callable[[str], dict[str, Any]]:
    """Return what reads the claims of a token that a published key of the hub has signed."""

    def claims_of(token: str) -> dict[str, Any]:
        keys = journey.federation.call("get_jwks").must_succeed().data
        return dict(jwt.decode(token, KeySet.import_key_set(keys), algorithms=["RS256"]).claims)

    return claims_of
