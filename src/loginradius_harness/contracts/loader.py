"""Load contract files into operations, once per process."""

import hashlib
import json
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from loginradius_harness.contracts import reference_data
from loginradius_harness.contracts.aliases import read_aliases
from loginradius_harness.contracts.operation import SCHEMA_HOME, Operation, When
from loginradius_harness.contracts.router import Match, Owner, Routes


class ContractError(Exception):
    """A contract file that cannot be read. The message names the file and what is wrong."""


class ContractSet:
    """The operations of one contracts directory, by id and by route."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        registry = shared_schemas(directory)
        files = sorted(directory.glob("operations/*/*.json"))
        self.operations = tuple(load(file, registry) for file in files)
        self.by_id = {operation.id: operation for operation in self.operations}
        self.aliases = read_aliases(directory)
        meant = [(alias, self.by_id[alias.operation]) for alias in self.aliases if alias.operation in self.by_id]
        self.routes = Routes(self.operations, meant)  # a directory may hold some of the operations only


def shared_schemas(directory: Path) -> Any:
    """Return a registry of the shared schemas by file name."""
    resources = [(SCHEMA_HOME + name, schema) for name, schema in reference_data.schemas(directory).items()]
    return jsonschema_rs.Registry(resources)


def load(file: Path, registry: Any) -> Operation:
    """Load one contract file; raise ContractError that names the file and the place."""
    try:
        data = json.loads(file.read_bytes())
        return _operation(file, data, registry)
    except json.JSONDecodeError as error:
        raise ContractError(f"{file}:{error.lineno}:{error.colno}: not valid JSON: {error.msg}") from None
    except KeyError as error:
        raise ContractError(f"{file}:/: the member {error} is missing; see contract.schema.json") from None
    except TypeError as error:
        raise ContractError(f"{file}:/: {error}; `loginradius-harness contracts check` names the place") from None


def _operation(file: Path, data: dict[str, Any], registry: Any) -> Operation:
    data.pop("$schema", None)
    for name in ("auth", "errors", "oauth_errors", "source", "aliases", "sends"):
        if name in data:
            data[name] = tuple(data[name])
    if "when" in data:
        data["when"] = When(**data["when"])
    data["responses"] = {int(status): schema for status, schema in data["responses"].items()}
    group, name = file.parent.name, file.stem
    return Operation(id=f"{group}.{name}", group=group, name=name, file=file, registry=registry, **data)


@cache
def contract_set() -> ContractSet:
    """Return the contracts that belong to this package."""
    return ContractSet(reference_data.ROOT)


@cache
def digest() -> str:
    """Return 16 hex digits that change with any contract, schema, table or rule."""
    hashed = hashlib.sha256()
    for file in sorted(reference_data.ROOT.glob("**/*.json")):
        hashed.update(file.read_bytes())
    return hashed.hexdigest()[:16]


def operations() -> tuple[Operation, ...]:
    """Return every operation, sorted by group and name."""
    return contract_set().operations


@cache
def api_operations() -> tuple[Operation, ...]:
    """Return the operations that speak the product's own protocol: all but those of OAuth and SAML.

    Generated cases, mutants of requests and pairs of parameters go by the code that a wrong member is refused with;
    OAuth refuses each with `invalid_request`, and what a message of SAML holds no schema tells.
    """
    return tuple(operation for operation in operations() if operation.protocol == "api")


@cache
def oauth_operations() -> tuple[Operation, ...]:
    """Return the operations of OAuth and OpenID Connect."""
    return tuple(operation for operation in operations() if operation.protocol == "oauth")


@cache
def saml_operations() -> tuple[Operation, ...]:
    """Return the operations of SAML."""
    return tuple(operation for operation in operations() if operation.protocol == "saml")


def get(operation_id: str) -> Operation:
    """Return the operation with this id; raise KeyError that names similar ids."""
    known = contract_set().by_id
    if operation_id in known:
        return known[operation_id]
    near = get_close_matches(operation_id, known, n=3)
    raise KeyError(f"no operation {operation_id!r}" + (f"; did you mean {', '.join(near)}?" if near else ""))


def resolve(method: str, path: str, query: Mapping[str, Any], body: Any, owner: Owner | None = None) -> Match | None:
    """Return the operation that a request belongs to; None if no operation has this method and path."""
    return contract_set().routes.resolve(method, path, query, body, owner)


def allowed_methods(path: str) -> frozenset[str]:
    """Return the methods that operations have on a path; empty for an unknown path."""
    return contract_set().routes.allowed(path)
