"""One operation of the API, as its contract promises it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import jsonschema_rs

from loginradius_harness.contracts import policy, reference_data
from loginradius_harness.contracts.error_envelope import error_envelope
from loginradius_harness.contracts.violations import Promise, Violation

Json = Any  # a decoded JSON value: the type that json.loads returns
Part = Literal["query", "body"]

SCHEMA_HOME = reference_data.SCHEMA_HOME
JSON_TYPE = "application/json"
_ERROR: Json = {"$ref": "error.json"}
_OAUTH_ERROR: Json = {"$ref": "oauth_error.json"}
_ERROR_SOURCE = "product-facts.md#errors"
_OBJECT: Json = {"type": "object"}


@dataclass(frozen=True, slots=True)
class When:
    """The conditions that distinguish an operation from its siblings (contract.schema.json, `when`)."""

    query: Mapping[str, bool | str | int] = field(default_factory=dict)
    body: Mapping[str, bool | str | int] = field(default_factory=dict)
    owner: Mapping[str, str] = field(default_factory=dict)

    @property
    def weight(self) -> int:
        """Number of conditions; of the siblings that fit, the one with most conditions is meant."""
        return len(self.query) + len(self.body) + len(self.owner)


@dataclass(frozen=True)
class Operation:
    """A contract. `id` is `<group>.<name>`, the one address used everywhere."""

    id: str
    group: str
    name: str
    summary: str
    method: str
    path: str
    auth: tuple[str, ...]
    effect: Literal["read", "write", "destroy", "tenant"]
    responses: Mapping[int, Json]
    errors: tuple[int, ...]
    evidence: Literal["documented", "inferred"]
    source: tuple[str, ...]
    example: Mapping[str, Json]
    file: Path
    aliases: tuple[str, ...] = ()
    host: str = "api"
    when: When = When()
    default: bool = False
    protocol: Literal["api", "oauth", "saml"] = "api"
    oauth_errors: tuple[str, ...] = ()
    creates: str | None = None  # account, role ...: what a successful call leaves on the tenant
    sends: tuple[str, ...] = ()  # mail, sms
    preset: str = "default"
    query: Json = None
    body: Json = None
    body_optional: bool = False
    notes: str = ""
    registry: Any = field(default=None, repr=False, compare=False)  # jsonschema_rs.Registry with the shared schemas

    @property
    def paths(self) -> tuple[str, ...]:
        """The documented path template, then its aliases."""
        return (self.path, *self.aliases)

    @cached_property
    def codes(self) -> frozenset[int]:
        """Every product error code that the operation may answer; none where it answers with OAuth errors."""
        if self.protocol == "oauth":
            return frozenset()
        implied = reference_data.generic_codes() | frozenset(self._credential_codes()) | self._shape_codes()
        return implied | frozenset(self.errors)

    def media_type(self, status: int) -> str:
        """Return what an answer is: JSON, or a document of the type that its schema names."""
        return str(self.responses.get(status, {}).get("contentMediaType", JSON_TYPE))

    def _credential_codes(self) -> Iterator[int]:
        for name in self.auth:
            yield from reference_data.credentials()[name].codes.values()

    def _shape_codes(self) -> frozenset[int]:
        named = frozenset(reference_data.codes_in(self.query)) | frozenset(reference_data.codes_in(self.body))
        return named | reference_data.body_codes(self.method) if self.body is not None else named

    def check(self, status: int, data: Json, *, projected: bool = False, strict: bool = True) -> tuple[Violation, ...]:
        """Compare an answer with the contract; an empty tuple means that it fits.

        `projected` is true if the request named `fields`: members may then be absent. With `strict`, promises with weak
        evidence are binding too (policy.py).
        """
        if status in self.responses:
            validator, place = self.response_validator(status), f"responses/{status}"
            promise = Promise(validator, self.responses[status], place, self._sources)
            return tuple(promise.violations(data, projected=projected, strict=strict))
        if self.protocol == "oauth" and isinstance(data, Mapping) and "error" in data:
            return tuple(self._check_oauth_error(status, data, strict=strict))
        envelope = error_envelope(data) if self.protocol != "oauth" else None
        if envelope is not None:
            return tuple(self._check_error(status, envelope, strict=strict))
        wanted = ", ".join(str(known) for known in self.responses)
        got = f"{status} without {'an OAuth error' if self.protocol == 'oauth' else 'the error envelope'}"
        return (Violation("undocumented", "", "responses", f"status {wanted} or an error", got),)

    def _check_error(self, status: int, data: Mapping[str, Json], *, strict: bool) -> Iterator[Violation]:
        promise = Promise(self._error_validator, _ERROR, "error.json", _ERROR_SOURCE)
        yield from promise.violations(data, strict=strict)
        code = data.get("ErrorCode")
        known = reference_data.error_definitions().get(code) if isinstance(code, int) else None
        if known is None or code not in self.codes:
            wanted = f"one of {sorted(map(int, self.codes))}"
            grade = policy.grade_of_list(documented=policy.is_documented_refusal(status, code))
            yield Violation("undocumented", "/ErrorCode", "errors", wanted, str(code), grade, self._sources)
        if known is not None and status != known.status:
            place, expected = f"error_codes.json/{code}/status", f"status {known.status}"
            yield Violation("broken", "", place, expected, f"status {status}", "documented", _ERROR_SOURCE)

    def _check_oauth_error(self, status: int, data: Mapping[str, Json], *, strict: bool) -> Iterator[Violation]:
        yield from Promise(self._oauth_error_validator, _OAUTH_ERROR, "oauth_error.json", "RFC 6749 5.2").violations(
            dict(data), strict=strict
        )
        name = data["error"]
        known = reference_data.oauth_errors().get(str(name))
        if name not in self.oauth_errors:
            wanted, grade = f"one of {sorted(self.oauth_errors)}", policy.grade_of_list(documented=known is not None)
            yield Violation("undocumented", "/error", "oauth_errors", wanted, str(name), grade, self._sources)
        if known is not None and status not in known.statuses:
            place, expected = f"oauth_errors.json/{name}/statuses", f"status {' or '.join(map(str, known.statuses))}"
            yield Violation("broken", "", place, expected, f"status {status}", "documented", known.source)

    @property
    def _sources(self) -> str:
        return ", ".join(self.source)

    def check_request(self, query: Mapping[str, Json], body: Json) -> tuple[Violation, ...]:
        """Compare a request with its own schemas. Names must be in the contract's spelling."""
        found = list(
            Promise(self.query_validator, self.query or _OBJECT, "query", self._sources).violations(dict(query))
        )
        if self.body is not None and not (body is None and self.body_optional):
            found += Promise(self.body_validator, self.body, "body", self._sources).violations(body)
        return tuple(found)

    @cached_property
    def query_validator(self) -> jsonschema_rs.Draft202012Validator:
        """Validator of the query, compiled on first use."""
        return self._compile(self.query or _OBJECT, "query")

    @cached_property
    def body_validator(self) -> jsonschema_rs.Draft202012Validator:
        """Validator of the JSON body, compiled on first use."""
        return self._compile(self.body or {}, "body")

    def response_validator(self, status: int) -> jsonschema_rs.Draft202012Validator:
        """Return the validator of a success body; raise KeyError for a status that is not promised."""
        return self._response_validators[status]

    @cached_property
    def _response_validators(self) -> dict[int, jsonschema_rs.Draft202012Validator]:
        return {status: self._compile(schema, str(status)) for status, schema in self.responses.items()}

    @cached_property
    def _error_validator(self) -> jsonschema_rs.Draft202012Validator:
        return self._compile(_ERROR, "error")

    @cached_property
    def _oauth_error_validator(self) -> jsonschema_rs.Draft202012Validator:
        return self._compile(_OAUTH_ERROR, "oauth_error")

    def _compile(self, schema: Json, place: str) -> jsonschema_rs.Draft202012Validator:
        # A shared schema is compiled once per process: most operations answer with one of a few bodies.
        if isinstance(schema, dict) and list(schema) == ["$ref"]:
            return reference_data.shared_validator(self.registry, schema["$ref"])
        return reference_data.compile_schema({"$id": f"{SCHEMA_HOME}{self.id}.{place}", **schema}, self.registry)
