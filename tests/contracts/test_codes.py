"""The names of error codes match the error table."""

import re

from loginradius_harness import contracts
from loginradius_harness.contracts.codes import ErrorCode

CODES = [code.value for code in ErrorCode.__members__.values()]  # aliases are members too


def test_every_code_of_the_table_has_a_name() -> None:
    assert set(contracts.error_definitions()) - set(CODES) == set()


def test_every_name_stands_for_a_code_of_the_table() -> None:
    assert set(CODES) - set(contracts.error_definitions()) == set()


def test_each_code_has_one_name() -> None:
    assert len(CODES) == len(set(CODES))


def test_names_are_upper_snake_case() -> None:
    pattern = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")
    assert [name for name in ErrorCode.__members__ if not pattern.fullmatch(name)] == []


def test_names_have_at_most_45_characters() -> None:
    assert [name for name in ErrorCode.__members__ if len(name) > 45] == []


def test_a_code_is_written_as_its_number() -> None:
    assert (str(ErrorCode.ACCOUNT_BLOCKED), f"{ErrorCode.ACCOUNT_BLOCKED}") == ("991", "991")
