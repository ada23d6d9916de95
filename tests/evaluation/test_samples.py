"""Valid instances are made from schemas, with each alternative in one of them."""

from typing import Any

import jsonschema_rs
import pytest

from evaluation.contract_mutation.samples import NoSampleError, samples
from loginradius_harness import contracts
from loginradius_harness.contracts import Operation, reference_data

SHARED = reference_data.schemas(reference_data.ROOT)


def values(schema: Any, shared: Any = SHARED) -> list[Any]:
    return [sample.value for sample in samples(schema, shared)]


@pytest.mark.parametrize("operation", contracts.operations(), ids=lambda operation: operation.id)
def test_request_samples_are_valid(operation: Operation) -> None:
    for schema, validator in ((operation.query, operation.query_validator), (operation.body, operation.body_validator)):
        assert [value for value in values(schema) if not validator.is_valid(value)] == [] if schema else True


@pytest.mark.parametrize("name", ["session.json", "managed_profile.json", "appinfo.json", "second_factor.json"])
def test_response_samples_are_valid(name: str) -> None:
    validator = jsonschema_rs.Draft202012Validator(
        {"$id": reference_data.SCHEMA_HOME, "$ref": name},
        registry=jsonschema_rs.Registry(
            [(reference_data.SCHEMA_HOME + file, schema) for file, schema in SHARED.items()]
        ),
    )
    assert [value for value in values({"$ref": name}) if not validator.is_valid(value)] == []


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "minLength": 6}, ["xxxxxx"]),
        ({"type": "string", "pattern": "^[0-9]$", "examples": ["7"]}, ["7"]),
        ({"type": "integer", "minimum": 100}, [100]),
        ({"type": ["string", "null"]}, ["text"]),
        ({"type": ["boolean", "string"]}, [False, "text"]),
        ({"const": 5}, [5]),
        ({"enum": ["a", "b"]}, ["a"]),
        ({"type": "null"}, [None]),
        ({}, ["text"]),
        ({"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 2}, [["a", "b"]]),
        ({"type": "array"}, [[]]),
        ({"type": "object", "additionalProperties": {"type": "boolean"}}, [{"text": False}]),
        ({"anyOf": [{"const": 1}, {"type": "null"}, {"const": 2}]}, [1, 2]),
        ({"type": "integer", "allOf": [{"minimum": 3}, {"maximum": 3}]}, [3]),
    ],
)
def test_instances_follow_the_keywords(schema: Any, expected: Any) -> None:
    assert values(schema) == expected


def test_alternatives_vary_one_at_a_time() -> None:
    choice = {"anyOf": [{"const": 1}, {"const": 2}]}
    found = list(samples({"type": "object", "properties": {"a": choice, "b": choice}}, {}))
    assert [sample.value for sample in found] == [{"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 2}]
    assert [sample.focus for sample in found] == [(), ("a",), ("b",)]


def test_alternative_within_an_alternative_is_taken() -> None:
    inner = {"type": "object", "properties": {"x": {"anyOf": [{"const": 2}, {"const": 3}]}}}
    assert values({"anyOf": [{"const": 1}, inner]}) == [1, {"x": 2}, {"x": 3}]


def test_condition_is_met_and_not_met() -> None:
    schema = {
        "type": "object",
        "properties": {"on": {"type": "boolean"}, "secret": {"type": ["string", "null"]}},
        "if": {"properties": {"on": {"const": True}}},
        "then": {"properties": {"secret": {"type": "null"}}},
    }
    assert values(schema) == [{"on": False, "secret": "text"}, {"on": True, "secret": None}]


def test_origins_name_the_schemas_of_a_place() -> None:
    (sample, *_) = samples({"$ref": "token.json"}, SHARED)
    assert sample.origins["expires_in",] == ["token.json#/properties/expires_in", "values.json#/$defs/date_time"]


def test_pattern_without_examples_names_its_place() -> None:
    schema = {"type": "object", "properties": {"id": {"type": "string", "pattern": "^[0-9]$"}}}
    with pytest.raises(NoSampleError, match="no string is known that fits #/properties/id; give the schema `examples`"):
        values(schema)
