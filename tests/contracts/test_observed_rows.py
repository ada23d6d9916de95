"""Every row of docs/reference/observed-behaviour.md names tests that exist, or a reason."""

import re

import pytest

from loginradius_harness import contracts
from loginradius_harness.contracts import reference_data

ROOT = reference_data.ROOT.parent
PAGE = ROOT / "docs" / "reference" / "observed-behaviour.md"
NUMBERS = [*range(1, 19), *range(20, 42)]
WORDS = 10  # of a reason, at least
ROWS = {
    int(match[1]): match[2]
    for match in re.finditer(r"^\| (\d+) \|.*\| ([^|]+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
}


def test_no_row_is_left_out() -> None:
    assert list(ROWS) == NUMBERS


@pytest.mark.parametrize("number", NUMBERS)
def test_row_names_tests_that_exist_or_a_reason(number: int) -> None:
    proof = ROWS[number]
    named = re.findall(r"`((?:tests|suites)/[\w/]+\.py)::(\w+)`", proof)
    assert named or len(proof.split()) >= WORDS
    for file, test in named:
        assert f"\ndef {test}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file} has no {test}"


def test_success_has_status_200_and_nothing_else() -> None:
    """OAuth and OpenID Connect, on a host of their own, answer as their standards say."""
    identity = [operation for operation in contracts.operations() if operation.host != "hub"]
    assert {status for operation in identity for status in operation.responses} == {200}
