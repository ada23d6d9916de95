"""Hostile and half-right requests; `python -m evaluation.fuzz` sends many more."""

import asyncio

from evaluation import fuzz


def test_no_hostile_request_breaks_the_emulator_or_a_contract() -> None:
    assert asyncio.run(fuzz.run(requests=7_000, seed=3)) == 0
