"""The control API's own OpenAPI 3.1 document, made of what its methods are annotated with."""

from collections.abc import Iterable
from typing import Any

import msgspec

from loginradius_harness.emulator.control.routes import TENANT_PARAMETER, Route
from loginradius_harness.emulator.control.schemas import Refusal
from loginradius_harness.emulator.core.settings_notes import notes

Json = dict[str, Any]

DESCRIPTION = "What a test may do to an emulated tenant: read its mail, move its clock, change its settings, copy it."
REFERENCE = "#/components/schemas/{name}"


def document(offers: Iterable[Route]) -> Json:
    """The whole document."""
    offered = list(offers)
    schemas, components = _schemas(offered)
    paths: dict[str, Json] = {}
    for offer in offered:
        paths.setdefault(f"/{offer.path}", {})[offer.verb.lower()] = _operation(offer, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Emulator control API", "version": "1", "description": DESCRIPTION},
        "servers": [{"url": "/__emulator__"}],
        "paths": paths,
        "components": {"schemas": components, "parameters": {TENANT_PARAMETER: _tenant_parameter()}},
    }


def _schemas(offers: list[Route]) -> tuple[dict[tuple[str, str, str], Json], Json]:
    """Schema of every part by verb, path and part; and the shared ones by name. Queries are written out instead."""
    places = [(offer.verb, offer.path, part) for offer in offers for part in offer.hints if part != "query"]
    types = [offer.hints[part] for offer in offers for part in offer.hints if part != "query"]
    found, components = msgspec.json.schema_components([*types, Refusal], ref_template=REFERENCE)
    for name, schema in components["Settings"]["properties"].items():
        schema["description"] = notes()[name].says or notes()[name].heading
    return dict(zip(places, found, strict=False)), components


def _operation(offer: Route, schemas: dict[tuple[str, str, str], Json]) -> Json:
    operation: Json = {
        "operationId": offer.method.__name__,
        "summary": offer.says,
        "parameters": [{"$ref": f"#/components/parameters/{TENANT_PARAMETER}"}, *_parameters(offer)],
        "responses": {
            "200": _content("carried out", schemas[offer.verb, offer.path, "return"]),
            "default": _content("not carried out", {"$ref": REFERENCE.format(name=Refusal.__name__)}),
        },
    }
    if "body" in offer.hints:
        body = _content("", schemas[offer.verb, offer.path, "body"])
        operation["requestBody"] = {"content": body["content"]}
    return operation


def _content(description: str, schema: Json) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _parameters(offer: Route) -> list[Json]:
    if "query" not in offer.hints:
        return []
    name = offer.hints["query"].__name__
    _, components = msgspec.json.schema_components([offer.hints["query"]], ref_template=REFERENCE)
    members = components[name]["properties"]
    return [{"name": member, "in": "query", "schema": schema} for member, schema in members.items()]


def _tenant_parameter() -> Json:
    return {
        "name": TENANT_PARAMETER,
        "in": "query",
        "description": "the tenant that the call is for; the default one where it is missing",
        "schema": {"type": "string"},
    }
