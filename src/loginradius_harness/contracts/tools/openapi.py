"""Export of the contracts as one OpenAPI 3.1 document, which this project never reads back.

OpenAPI has one entry for a method and path. Operations that share a route get a fragment behind the
path (`/identity/v2/auth/login#phone.login_by_phone`), which no client sends: each keeps its own parameters and
responses.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from loginradius_harness.contracts import reference_data
from loginradius_harness.contracts.loader import ContractSet, operations
from loginradius_harness.contracts.operation import JSON_TYPE, Operation

Json = Any
SERVER = "https://api.loginradius.com"
VERSION = "1.0.0"


def document(group: str | None = None, *, server: str = SERVER, directory: Path | None = None) -> dict[str, Json]:
    """Return the document of all operations, or of one group; `directory` is another contracts folder."""
    known = ContractSet(directory).operations if directory else operations()
    chosen = [operation for operation in known if group in (None, operation.group)]
    shared = Counter((operation.method, operation.path) for operation in known)
    paths: dict[str, dict[str, Json]] = {}
    for operation in chosen:
        key = f"{operation.path}#{operation.id}" if shared[operation.method, operation.path] > 1 else operation.path
        paths.setdefault(key, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {"title": _title(group), "version": VERSION},
        "servers": [{"url": server}],
        "tags": [{"name": name} for name in sorted({operation.group for operation in chosen})],
        "paths": paths,
        "components": {
            "schemas": _components(directory or reference_data.ROOT),
            "securitySchemes": _security_schemes(),
        },
    }


def _title(group: str | None) -> str:
    return "Customer identity API" + (f": {group}" if group else "")


def _operation(operation: Operation) -> dict[str, Json]:
    entry: dict[str, Json] = {
        "operationId": operation.id,
        "summary": operation.summary,
        "tags": [operation.group],
        "parameters": [*_path_parameters(operation), *_query_parameters(operation)],
        "security": [{name: [] for name in operation.auth}],
        "responses": _responses(operation),
    }
    if operation.notes:
        entry["description"] = operation.notes
    if operation.body is not None:
        content = {"application/json": {"schema": _referring(operation.body)}}
        entry["requestBody"] = {"required": not operation.body_optional, "content": content}
    return entry


def _path_parameters(operation: Operation) -> list[Json]:
    names = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    # A dot segment would change the route, and a slash would add a segment.
    text = {"type": "string", "minLength": 1, "pattern": "^[A-Za-z0-9_-]+$"}
    return [{"name": name, "in": "path", "required": True, "schema": text} for name in names]


def _query_parameters(operation: Operation) -> list[Json]:
    query = operation.query or {}
    return [
        {"name": name, "in": "query", "required": name in query.get("required", ()), "schema": _referring(schema)}
        for name, schema in query.get("properties", {}).items()
    ]


def _responses(operation: Operation) -> dict[str, Json]:
    success = {
        str(status): _response(f"{operation.summary}.", _referring(schema), operation.media_type(status))
        for status, schema in operation.responses.items()
    }
    refusals: dict[int, list[int]] = {}
    for code in sorted(operation.codes):
        refusals.setdefault(reference_data.error_definitions()[code].status, []).append(code)
    return success | {str(status): _refusal(codes) for status, codes in sorted(refusals.items())}


def _refusal(codes: list[int]) -> Json:
    meanings = "; ".join(f"{code} {reference_data.error_definitions()[code].meaning}" for code in codes)
    narrowed = {"allOf": [{"$ref": "#/components/schemas/error"}, {"properties": {"ErrorCode": {"enum": codes}}}]}
    return _response(f"Refused: {meanings}.", narrowed)


def _response(description: str, schema: Json, media_type: str = JSON_TYPE) -> Json:
    return {"description": description, "content": {media_type: {"schema": schema}}}


def _security_schemes() -> dict[str, Json]:
    return {
        credential.name: {"type": "http", "scheme": credential.scheme.lower(), "description": credential.description}
        if credential.scheme
        else {"type": "apiKey", "in": "header", "name": credential.header, "description": credential.description}
        for credential in reference_data.credentials().values()
    }


def _components(directory: Path) -> dict[str, Json]:
    """Name shared schemas `<file>` and their definitions `<file>.<definition>`."""
    components: dict[str, Json] = {}
    for name, schema in reference_data.schemas(directory).items():
        stem = name.removesuffix(".json")
        for definition, member in schema.get("$defs", {}).items():
            components[f"{stem}.{definition}"] = _referring(member, name)
        rest = {key: value for key, value in schema.items() if key not in {"$defs", "$schema"}}
        if set(rest) - {"title", "description"}:
            components[stem] = _referring(rest, name)
    return dict(sorted(components.items()))


def _referring(schema: Json, file: str = "") -> Json:
    """Return a schema whose references lead into the document's components, without the product codes."""
    if isinstance(schema, dict):
        return {
            key: _component(value, file) if key == "$ref" and isinstance(value, str) else _referring(value, file)
            for key, value in schema.items()
            if key not in {"x-missing", "x-invalid"}
        }
    return [_referring(item, file) for item in schema] if isinstance(schema, list) else schema


def _component(reference: str, file: str) -> str:
    name, _, pointer = reference.partition("#")
    stem = (name or file).removesuffix(".json")
    if pointer.startswith("/$defs/"):
        return f"#/components/schemas/{stem}.{pointer.removeprefix('/$defs/')}"
    return f"#/components/schemas/{stem}{pointer}"


def text(group: str | None = None, *, server: str = SERVER) -> str:
    """Return the document as JSON text."""
    return json.dumps(document(group, server=server), indent=2, ensure_ascii=False) + "\n"


def groups() -> list[str]:
    """Return the names of all groups."""
    return sorted({operation.group for operation in operations()})
