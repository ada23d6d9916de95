"""The tenant's present."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.server_clock import ServerClock
from tests.scripted_tenant import ScriptedTenant, moment

NOON = moment("2030-01-02 12:00:00")


def clock(*reported: datetime | None) -> tuple[ServerClock, list[int]]:
    """Return a clock whose tenant reports these times, and a count of its requests."""
    answers, asked = iter(reported), [0]

    def ask() -> datetime | None:
        asked[0] += 1
        return next(answers)

    return ServerClock(ask, lambda: NOON), asked


def test_tenant_is_asked_once() -> None:
    tenants, asked = clock(NOON + timedelta(hours=1))
    assert tenants.now() - tenants.now() == timedelta()
    assert tenants.difference == timedelta(hours=1)
    assert asked == [1]


@pytest.mark.parametrize("fraction", [0, 0.4, 0.999])
def test_clock_is_never_early(fraction: float) -> None:
    tenants_present = NOON + timedelta(hours=1, seconds=fraction)
    tenants, _ = clock(tenants_present.replace(microsecond=0))
    assert timedelta() <= tenants_present - tenants.now() < timedelta(seconds=1)


def test_tenant_is_asked_again_when_its_clock_was_moved() -> None:
    tenants, asked = clock(NOON, NOON + timedelta(days=3))
    tenants.now()
    tenants.forget()
    assert tenants.now() - NOON > timedelta(days=2)
    assert asked == [2]


@pytest.mark.parametrize("seconds", [-1, 0, 1])
def test_difference_below_the_tenants_precision_is_none(seconds: int) -> None:
    tenants, _ = clock(NOON + timedelta(seconds=seconds))
    assert tenants.now() == NOON


def test_tenant_that_does_not_tell_is_taken_to_agree() -> None:
    tenants, _ = clock(None)
    assert tenants.now() == NOON


def test_client_asks_the_tenants_server_info(make_client: Callable[..., Client], tenant: ScriptedTenant) -> None:
    tenant.time["CurrentTime"] = "2040-05-06 07:08:09"
    assert make_client().clock.now().year == 2040
