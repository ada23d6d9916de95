"""Reference data beside the contracts: error codes, credentials, default error codes, shared schemas."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.paths import DATA

ROOT = DATA / "contracts"
SCHEMA_HOME = "https://contracts.invalid/"  # base of relative references; nothing is ever fetched from it


@dataclass(frozen=True, slots=True)
class ErrorDefinition:
    """A product error code: its HTTP status and what it means (error_codes.json)."""

    code: int
    status: int
    meaning: str
    area: str


@dataclass(frozen=True, slots=True)
class Credential:
    """Where a credential may be sent, and the error code for each way in which it can be wrong (credentials.json).

    `documented` names the ways for which a source states the code; the other codes are inferred.
    """

    name: str
    description: str
    query: tuple[str, ...]
    header: str
    scheme: str | None
    body: str | None
    codes: Mapping[str, int]
    documented: tuple[str, ...]


def read(path: Path) -> Any:
    """Read a JSON file."""
    return json.loads(path.read_bytes())


@cache
def error_definitions() -> Mapping[int, ErrorDefinition]:
    """Map each product error code to its status and meaning."""
    table = read(ROOT / "error_codes.json")
    return {int(code): ErrorDefinition(int(code), **entry) for code, entry in table.items()}


@dataclass(frozen=True, slots=True)
class OAuthErrorDefinition:
    """An error of OAuth 2: the statuses that it may have, what it means and where that is stated."""

    statuses: tuple[int, ...]
    meaning: str
    source: str


@cache
def oauth_errors() -> Mapping[str, OAuthErrorDefinition]:
    """Map each OAuth error to its statuses and meaning (oauth_errors.json)."""
    table = read(ROOT / "oauth_errors.json")
    return {
        name: OAuthErrorDefinition(tuple(entry["statuses"]), entry["meaning"], entry["source"])
        for name, entry in table.items()
    }


@cache
def credentials() -> Mapping[str, Credential]:
    """Map each credential name to its places and error codes."""
    return {name: _credential(name, dict(entry)) for name, entry in read(ROOT / "credentials.json").items()}


def _credential(name: str, entry: dict[str, Any]) -> Credential:
    places = {key: entry.pop(key, None) for key in ("description", "query", "header", "scheme", "body")}
    query, documented = tuple(places.pop("query")), tuple(entry.pop("documented"))
    return Credential(name, query=query, codes=entry, documented=documented, **places)


@cache
def default_error_codes() -> Mapping[str, Mapping[str, int]]:
    """Map method (or `any`) and kind of malformed request to the default error code."""
    table = read(ROOT / "default_error_codes.json")
    return {key: value for key, value in table.items() if key != "description"}


def generic_codes() -> frozenset[int]:
    """Return the codes that every operation may answer: a refused key, a malformed parameter.

    Source: product-facts.md#errors-by-endpoint.
    """
    return frozenset(
        {
            ErrorCode.API_KEY_NOT_ALLOWED,
            ErrorCode.PARAMETER_MALFORMED,
            ErrorCode.API_KEY_INVALID,
            ErrorCode.API_KEY_MISSING,
            ErrorCode.INTERNAL_ERROR,
        }
    )


def body_codes(method: str) -> frozenset[int]:
    """Return the codes for a body of the wrong content type, not parsable, or of the wrong shape."""
    return frozenset(default_error_codes().get(method, {}).values()) | {default_error_codes()["any"]["content_type"]}


def codes_in(schema: Any) -> Iterator[int]:
    """Yield the codes that a request schema names with `x-missing` and `x-invalid`, at any depth."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key in {"x-missing", "x-invalid"}:
                yield value
            else:
                yield from codes_in(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from codes_in(value)


def schemas(directory: Path) -> dict[str, Any]:
    """Map the file name of each shared schema of a contracts directory to the schema."""
    return {file.name: read(file) for file in sorted((directory / "schemas").glob("*.json"))}


@cache
def shared_schemas() -> Mapping[str, Any]:
    """Map the file name of each shared schema of this package to the schema."""
    return schemas(ROOT)


def referred(reference: str, home: str, root: Any) -> tuple[Any, str]:
    """Follow a `$ref` that stands in the shared schema `home` or, where that is empty, in the schema `root`.

    Return the schema, and the shared schema that it stands in.
    """
    name, _, pointer = reference.removeprefix(SCHEMA_HOME).partition("#/")
    home = name.removesuffix("#") or home
    schema = shared_schemas()[home] if home else root
    for step in pointer.split("/") if pointer else ():
        schema = schema[step]
    return schema, home


def compile_schema(schema: Any, registry: Any) -> jsonschema_rs.Draft202012Validator:
    """Compile a validator whose relative references lead into the shared schemas."""
    return jsonschema_rs.Draft202012Validator(schema, registry=registry, retriever=_refuse_to_fetch)


def _refuse_to_fetch(address: str) -> Any:
    raise LookupError(f"no shared schema {address.removeprefix(SCHEMA_HOME)!r}")


@cache
def shared_validator(registry: Any, reference: str) -> jsonschema_rs.Draft202012Validator:
    """Return the validator of a shared schema; one per process and registry."""
    return compile_schema({"$id": f"{SCHEMA_HOME}shared", "$ref": SCHEMA_HOME + reference}, registry)
