"""The control API's own OpenAPI 3.1 document, built from the annotations of its methods."""

from collections.abc import Iterable
from typing import Any

import msgspec

from loginradius_harness.emulator.control.routes import TENANT_PARAMETER, Route
from loginradius_harness.emulator.control.schemas import Refusal

Json = dict[str, Any]

DESCRIPTION = "Lets a test read an emulated tenant's mail, move its clock, change its settings and copy it."
REFERENCE = "#/components/schemas/{name}"


def document(routes: Iterable[Route]) -> Json:
    """Return the whole document."""
    routes = list(routes)
    schemas, components = _schemas(routes)
    paths: dict[str, Json] = {}
    for route in routes:
        paths.setdefault(f"/{route.path}", {})[route.verb.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Emulator control API", "version": "1", "description": DESCRIPTION},
        "servers": [{"url": "/__emulator__"}],
        "paths": paths,
        "components": {"schemas": components, "parameters": {TENANT_PARAMETER: _tenant_parameter()}},
    }


def _schemas(routes: list[Route]) -> tuple[dict[tuple[str, str, str], Json], Json]:
    """Return the schema of each body and response by verb, path and part, and the shared schemas by name.

    Queries have none: their parameters are listed one by one.
    """
    places = [(route.verb, route.path, part) for route in routes for part in route.hints if part != "query"]
    types = [route.hints[part] for route in routes for part in route.hints if part != "query"]
    found, components = msgspec.json.schema_components([*types, Refusal], ref_template=REFERENCE)
    return dict(zip(places, found, strict=False)), components


def _operation(route: Route, schemas: dict[tuple[str, str, str], Json]) -> Json:
    operation: Json = {
        "operationId": route.method.__name__,
        "summary": route.summary,
        "parameters": [{"$ref": f"#/components/parameters/{TENANT_PARAMETER}"}, *_parameters(route)],
        "responses": {
            "200": _content("success", schemas[route.verb, route.path, "return"]),
            "default": _content("refused", {"$ref": REFERENCE.format(name=Refusal.__name__)}),
        },
    }
    if "body" in route.hints:
        body = _content("", schemas[route.verb, route.path, "body"])
        operation["requestBody"] = {"content": body["content"]}
    return operation


def _content(description: str, schema: Json) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _parameters(route: Route) -> list[Json]:
    if "query" not in route.hints:
        return []
    name = route.hints["query"].__name__
    _, components = msgspec.json.schema_components([route.hints["query"]], ref_template=REFERENCE)
    members = components[name]["properties"]
    return [{"name": member, "in": "query", "schema": schema} for member, schema in members.items()]


def _tenant_parameter() -> Json:
    return {
        "name": TENANT_PARAMETER,
        "in": "query",
        "description": "API key of the tenant to address; without it the default tenant",
        "schema": {"type": "string"},
    }
