"""An editor that reads the two schemas completes every name and tells what it means."""

from collections.abc import Iterator
from typing import Any

import pytest

from loginradius_harness.contracts import reference_data

SCHEMAS = ("contract.schema.json", "rule.schema.json")


def named(schema: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every member that a schema names, at any depth, with its own schema."""
    if isinstance(schema, dict):
        for name, member in schema.get("properties", {}).items():
            if isinstance(member, dict):
                yield f"{place}/{name}", member
        for key, value in schema.items():
            yield from named(value, f"{place}/{key}") if key not in {"if", "then", "else"} else ()


@pytest.mark.parametrize("file", SCHEMAS)
def test_every_member_has_a_hover_text(file: str) -> None:
    found = dict(named(reference_data.read(reference_data.ROOT / file)))
    assert len(found) >= 8
    assert [place for place, member in found.items() if len(member.get("description", "")) < 10] == []


@pytest.mark.parametrize("file", SCHEMAS)
def test_an_unknown_member_is_refused(file: str) -> None:
    schema = reference_data.read(reference_data.ROOT / file)
    form = schema["$defs"]["rule"] if "items" in schema else schema
    assert form["additionalProperties"] is False


def test_every_contract_leads_the_editor_to_its_schema() -> None:
    for file in reference_data.ROOT.glob("operations/*/*.json"):
        assert (
            file.parent / reference_data.read(file)["$schema"]
        ).resolve() == reference_data.ROOT / "contract.schema.json"
