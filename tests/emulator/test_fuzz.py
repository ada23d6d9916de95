"""Hostile and half-right requests; `python -m tests.fuzz` sends many more."""

import asyncio

from tests import fuzz


def test_no_hostile_request_breaks_the_emulator_or_a_contract() -> None:
    assert asyncio.run(fuzz.run(requests=7_000, seed=3)) == 0
