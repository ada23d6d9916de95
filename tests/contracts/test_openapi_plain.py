"""The plain OpenAPI document: every route once, and as other projects' tools demand it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from loginradius_harness import contracts
from loginradius_harness.contracts.tools import openapi_plain

Json = Any


@pytest.fixture(scope="module")
def document() -> dict[str, Json]:
    return openapi_plain.document()


def test_document_is_valid(document: dict[str, Json]) -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_every_operation_is_routed_by_its_path(document: dict[str, Json]) -> None:
    routes = {
        (method.upper(), "/".join("{}" if part.startswith("{") else part for part in path.lower().split("/")))
        for path, item in document["paths"].items()
        for method in item
    }
    unrouted = [
        operation.id
        for operation in contracts.operations()
        if (
            operation.method,
            "/".join("{}" if part.startswith("{") else part for part in operation.path.lower().split("/")),
        )
        not in routes
    ]
    assert unrouted == []


def test_no_two_paths_differ_by_parameter_names_alone(document: dict[str, Json]) -> None:
    shapes = ["/".join("{" if part.startswith("{") else part for part in path.split("/")) for path in document["paths"]]
    assert len(shapes) == len(set(shapes))


def test_path_parameters_are_those_of_the_path(document: dict[str, Json]) -> None:
    for path, item in document["paths"].items():
        names = {part[1:-1] for part in path.split("/") if part.startswith("{")}
        for entry in item.values():
            assert {one["name"] for one in entry["parameters"] if one["in"] == "path"} == names, path


def test_body_of_a_shared_route_takes_each_operation(document: dict[str, Json]) -> None:
    body = document["paths"]["/identity/v2/auth/login"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    names = {name for alternative in body["anyOf"] for name in alternative["properties"]}
    assert {"email", "phone", "username"} <= names


def arrays(schema: Json) -> Iterator[dict[str, Json]]:
    if isinstance(schema, list):
        for item in schema:
            yield from arrays(item)
    elif isinstance(schema, dict):
        if schema.get("type") == "array":
            yield schema
        for value in schema.values():
            yield from arrays(value)


def test_every_array_names_its_items(document: dict[str, Json]) -> None:
    assert [array for array in arrays(document) if "items" not in array] == []


def patterns(schema: Json) -> Iterator[str]:
    if isinstance(schema, list):
        for item in schema:
            yield from patterns(item)
    elif isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            yield schema["pattern"]
        for value in schema.values():
            yield from patterns(value)


def test_patterns_have_no_flags(document: dict[str, Json]) -> None:
    assert [pattern for pattern in patterns(document) if "(?i" in pattern] == []
    token_type = document["components"]["schemas"]["machine_token"]["properties"]["token_type"]["pattern"]
    assert re.search(token_type, "Bearer")
    assert not re.search(token_type, "Basic")
