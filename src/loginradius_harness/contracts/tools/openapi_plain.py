"""Export for other tools: an OpenAPI document in which each method and path stands once.

The exact document (`openapi.py`) keeps operations that share a route apart by a fragment, which other tools cannot
route. Here they are merged: parameters are required only where all of them require them, bodies and answers are
alternatives. It says less than the contracts do, and Prism, Redocly, Spectral and oasdiff accept it.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from loginradius_harness.contracts.tools import openapi

Json = Any
PARAMETER = "{"  # begins a path parameter
ANY_CASE = re.compile(r"\(\?i:([^()\\]*)\)")  # a group that JavaScript does not know


def document(
    group: str | None = None, *, server: str = openapi.SERVER, directory: Path | None = None
) -> dict[str, Json]:
    """Return the document of all operations, or of one group; `directory` is another contracts folder."""
    exact = openapi.document(group, server=server, directory=directory)
    routes: dict[str, dict[str, list[Json]]] = defaultdict(lambda: defaultdict(list))
    names: dict[str, str] = {}
    for key, item in exact["paths"].items():
        path = key.partition("#")[0]
        route = names.setdefault(_shape(path), path)
        for method, entry in item.items():
            routes[route][method].append(_renamed(entry, path, route))
    merged = {
        route: {method: _merged(entries) for method, entries in methods.items()} for route, methods in routes.items()
    }
    return _portable(exact | {"paths": merged})  # type: ignore[no-any-return]  # a document stays a document


def _portable(schema: Json) -> Json:
    """Say of every array what it holds, if only "anything", and write patterns as JavaScript does, for Spectral."""
    if isinstance(schema, list):
        return [_portable(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    completed = {key: _portable(value) for key, value in schema.items()}
    if isinstance(pattern := completed.get("pattern"), str):
        completed["pattern"] = ANY_CASE.sub(lambda found: f"(?:{_in_any_case(found[1])})", pattern)
    kinds = schema.get("type")
    if kinds == "array" or (isinstance(kinds, list) and "array" in kinds):
        completed.setdefault("items", {})
    return completed


def _in_any_case(pattern: str) -> str:
    return re.sub("[A-Za-z]", lambda letter: f"[{letter[0].lower()}{letter[0].upper()}]", pattern)


def text(group: str | None = None, *, server: str = openapi.SERVER) -> str:
    """Return the document as JSON text."""
    return json.dumps(document(group, server=server), indent=2, ensure_ascii=False) + "\n"


def _shape(path: str) -> str:
    """Return a path without the names of its parameters: OpenAPI takes paths that differ only in those for one."""
    return "/".join(PARAMETER if part.startswith(PARAMETER) else part for part in path.lower().split("/"))


def _renamed(entry: Json, path: str, route: str) -> Json:
    pairs = zip(path.split("/"), route.split("/"), strict=True)
    new = {old[1:-1]: name[1:-1] for old, name in pairs if old.startswith(PARAMETER)}
    parameters = [
        parameter | {"name": new[parameter["name"]]} if parameter["in"] == "path" else parameter
        for parameter in entry["parameters"]
    ]
    return entry | {"parameters": parameters}


def _merged(entries: Sequence[Json]) -> Json:
    first = entries[0]
    if len(entries) == 1:
        return first
    merged = {
        "operationId": first["operationId"],
        "summary": "; or ".join(entry["summary"] for entry in entries),
        "description": "One route of several operations: " + ", ".join(entry["operationId"] for entry in entries) + ".",
        "tags": sorted({tag for entry in entries for tag in entry["tags"]}),
        "parameters": _parameters(entries),
        "security": _distinct(option for entry in entries for option in entry["security"]),
        "responses": _responses(entries),
    }
    bodies = [entry["requestBody"] for entry in entries if "requestBody" in entry]
    if bodies:
        required = len(bodies) == len(entries) and all(body["required"] for body in bodies)
        schema = _any_of(body["content"]["application/json"]["schema"] for body in bodies)
        merged["requestBody"] = {"required": required, "content": {"application/json": {"schema": schema}}}
    return merged


def _parameters(entries: Sequence[Json]) -> list[Json]:
    found: dict[tuple[str, str], list[Json]] = defaultdict(list)
    for entry in entries:
        for parameter in entry["parameters"]:
            found[parameter["in"], parameter["name"]].append(parameter)
    return [
        {
            "name": name,
            "in": place,
            "required": len(uses) == len(entries) and all(use["required"] for use in uses),
            "schema": _any_of(use["schema"] for use in uses),
        }
        for (place, name), uses in found.items()
    ]


def _responses(entries: Sequence[Json]) -> dict[str, Json]:
    found: dict[str, list[Json]] = defaultdict(list)
    for entry in entries:
        for status, response in entry["responses"].items():
            found[status].append(response)
    return {
        status: {
            "description": " Or: ".join(dict.fromkeys(response["description"] for response in responses)),
            "content": _content(responses),
        }
        for status, responses in sorted(found.items())
    }


def _content(responses: Iterable[Json]) -> Json:
    """Return the schemas of responses by their media types."""
    schemas: dict[str, list[Json]] = defaultdict(list)
    for response in responses:
        for media_type, content in response["content"].items():
            schemas[media_type].append(content["schema"])
    return {media_type: {"schema": _any_of(found)} for media_type, found in schemas.items()}


def _any_of(schemas: Iterable[Json]) -> Json:
    different = _distinct(schemas)
    return different[0] if len(different) == 1 else {"anyOf": different}


def _distinct(values: Iterable[Json]) -> list[Json]:
    found: list[Json] = []
    for value in values:
        if value not in found:
            found.append(value)
    return found
