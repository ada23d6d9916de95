"""The contracts' OpenAPI export, reduced to some operations; the best configuration adds examples and links."""

from collections.abc import Mapping, Sequence
from typing import Any

from evaluation.peers.schemathesis import links
from loginradius_harness import contracts
from loginradius_harness.contracts import Operation
from loginradius_harness.contracts.tools import openapi

Json = Any


def reduced(operations: Sequence[Operation]) -> dict[str, Json]:
    """Return the export of these operations; other methods of their paths are named but not described."""
    document = openapi.document()
    chosen = {operation.id: operation for operation in operations}
    paths: dict[str, dict[str, Json]] = {}
    for path, methods in document["paths"].items():
        for method, entry in methods.items():
            if entry["operationId"] in chosen:
                paths.setdefault(path, _others(chosen[entry["operationId"]]))[method] = entry
    return {**document, "paths": paths}


def label(operation: Operation) -> str:
    """Return `METHOD path` as a run names the operation; if several share a route, the operation follows `#`."""
    [path] = reduced([operation])["paths"]
    return f"{operation.method} {path}"


def _others(operation: Operation) -> dict[str, Json]:
    """Return an entry for each method of the path, so that none counts as unsupported."""
    methods = sorted(method.lower() for method in contracts.allowed_methods(operation.path))
    stub = {
        "parameters": openapi._path_parameters(operation),
        "responses": {"default": {"description": "Another operation."}},
    }
    return dict.fromkeys(methods, stub)


def enriched(document: dict[str, Json], requests: Mapping[str, Mapping[str, Json]]) -> dict[str, Json]:
    """Return the document with links, the key in the query, and successful requests as examples.

    Two facts that OpenAPI cannot express would cause false complaints, so they are removed: `fields` makes members of
    the response optional, and an invalid request may match another operation of the route, with its own error code.

    Args:
        document: The export, changed in place.
        requests: Operation id -> its request.

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
