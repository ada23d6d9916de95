"""The contracts' OpenAPI export, narrowed to some operations; for the best configuration with examples and links."""

from collections.abc import Mapping, Sequence
from typing import Any

from evaluation.peers.schemathesis import links
from loginradius_harness import contracts
from loginradius_harness.contracts import Operation
from loginradius_harness.contracts.tools import openapi

Json = Any


def narrowed(operations: Sequence[Operation]) -> dict[str, Json]:
    """The export of these operations alone; methods of others on their paths are named, and not described."""
    document = openapi.document()
    chosen = {operation.id: operation for operation in operations}
    paths: dict[str, dict[str, Json]] = {}
    for path, methods in document["paths"].items():
        for method, entry in methods.items():
            if entry["operationId"] in chosen:
                paths.setdefault(path, _others(chosen[entry["operationId"]]))[method] = entry
    return {**document, "paths": paths}


def label(operation: Operation) -> str:
    """`METHOD path`, with the operation behind `#` where several share a route: how a run names it."""
    [path] = narrowed([operation])["paths"]
    return f"{operation.method} {path}"


def _others(operation: Operation) -> dict[str, Json]:
    """An entry for each method that the path answers, so that none is taken for unsupported."""
    methods = sorted(method.lower() for method in contracts.allowed_methods(operation.path))
    stub = {"parameters": openapi._path_parameters(operation), "responses": {"default": {"description": "Another's."}}}
    return dict.fromkeys(methods, stub)


def prompted(document: dict[str, Json], requests: Mapping[str, Mapping[str, Json]]) -> dict[str, Json]:
    """The document with links, the key in the query, and requests that succeed as examples (operation -> request).

    Left out is what OpenAPI cannot say and the rival would complain about: that `fields` makes members of the answer
    optional, and that a broken request may belong to a sibling, which refuses it with a code of its own.
    """
    entries = [entry for methods in document["paths"].values() for entry in methods.values() if "operationId" in entry]
    known = {entry["operationId"] for entry in entries}
    for entry in entries:
        _exemplify(entry, requests.get(entry["operationId"], {}))
        entry["parameters"] = [parameter for parameter in entry["parameters"] if parameter["name"] != "fields"]
        found = links.of(entry["operationId"], known)
        for status, response in entry["responses"].items():
            if status.startswith("2"):
                response["links"] = found
            else:
                response["content"]["application/json"]["schema"] = {"$ref": "#/components/schemas/error"}
    document["components"]["securitySchemes"]["apikey"] = {"type": "apiKey", "in": "query", "name": "apikey"}
    return document


def _exemplify(entry: dict[str, Json], request: Mapping[str, Json]) -> None:
    values = {"path": request.get("path", {}), "query": request.get("query", {})}
    for parameter in entry["parameters"]:
        if parameter["name"] in values[parameter["in"]]:
            parameter["example"] = values[parameter["in"]][parameter["name"]]
    if "body" in request and "requestBody" in entry:
        entry["requestBody"]["content"]["application/json"]["example"] = request["body"]
