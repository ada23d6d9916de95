"""The committed example of a targets file says everything that such a file may say."""

import tomllib
from typing import Any

import msgspec
import pytest

from loginradius_harness.target.target import _NOT_IN_FILE, EXAMPLE, Limits, MailboxSettings, Target, load_target

CONTENT = tomllib.loads(EXAMPLE.read_text())


def fields(kind: type[msgspec.Struct]) -> set[str]:
    return {field.name for field in msgspec.structs.fields(kind)}


@pytest.mark.parametrize(
    ("table", "names"),
    [
        (CONTENT["staging"], fields(Target) - _NOT_IN_FILE),
        (CONTENT["staging"]["mailbox"], fields(MailboxSettings)),
        (CONTENT["staging"]["limits"], fields(Limits)),
    ],
    ids=["target", "mailbox", "limits"],
)
def test_every_name_is_there_and_no_other(table: dict[str, Any], names: set[str]) -> None:
    assert set(table) == names


@pytest.mark.parametrize("name", CONTENT)
def test_every_target_loads(name: str) -> None:
    environ = {"HARNESS_API_KEY": "k", "HARNESS_API_SECRET": "s"}
    assert load_target(name, environ, EXAMPLE, lambda _: False).name == name


@pytest.mark.parametrize("kind", [MailboxSettings, Limits])
def test_numbers_of_the_example_are_the_defaults(kind: type[msgspec.Struct]) -> None:
    table = CONTENT["staging"]["mailbox" if kind is MailboxSettings else "limits"]
    defaults = {field.name: field.default for field in msgspec.structs.fields(kind)}
    numbers = {name: value for name, value in table.items() if isinstance(value, int | float)}
    assert numbers == {name: defaults[name] for name in numbers}


def test_every_paragraph_of_settings_has_a_comment() -> None:
    paragraphs = [paragraph for paragraph in EXAMPLE.read_text().split("\n\n") if "=" in paragraph]
    assert [paragraph for paragraph in paragraphs if "\n#" not in f"\n{paragraph}"] == []
