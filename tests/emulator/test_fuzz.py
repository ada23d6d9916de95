"""Hostile and half-right requests; `python -m evaluation.fuzz` sends many more."""

from evaluation.fuzz import __main__ as fuzz


def test_no_hostile_request_breaks_the_emulator_or_a_contract() -> None:
    assert fuzz.run(requests=7_000, seed=3) == 0
