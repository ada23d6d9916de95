"""One operation of the API as the contract promises it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import jsonschema_rs

from loginradius_harness.contracts import reference_data

Json = Any  # a decoded JSON value: the type that json.loads returns
Part = Literal["query", "body"]

SCHEMA_HOME = reference_data.SCHEMA_HOME


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which a reply or a request differs from the promise.

    `kind` is `broken` (the promise says otherwise), `drift` (a member or value that the promise does not know) or
    `undocumented` (a status or error code that the operation does not list). `pointer` is a JSON pointer into the
    data, `requirement` the place in the contract.
    """

    kind: Literal["broken", "drift", "undocumented"]
    pointer: str
    requirement: str
    expected: str
    actual: str

    def __str__(self) -> str:
        return f"{self.pointer or '/'}: expected {self.expected}, got {self.actual} ({self.kind}, {self.requirement})"


@dataclass(frozen=True, slots=True)
class When:
    """The conditions that tell an operation apart from its siblings (contract.schema.json, `when`)."""

    query: Mapping[str, bool | str | int] = field(default_factory=dict)
    body: Mapping[str, bool | str | int] = field(default_factory=dict)
    owner: Mapping[str, str] = field(default_factory=dict)

    @property
    def weight(self) -> int:
        """Number of conditions; the heaviest sibling that holds wins."""
        return len(self.query) + len(self.body) + len(self.owner)


@dataclass(frozen=True)
class Operation:
    """A contract file, read. `id` is `<group>.<name>`, the one address used everywhere."""

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
        """The documented path template first, then its aliases."""
        return (self.path, *self.aliases)

    @cached_property
    def codes(self) -> frozenset[int]:
        """Every product error code that the operation may answer."""
        implied = reference_data.generic_codes() | frozenset(self._credential_codes()) | self._shape_codes()
        return implied | frozenset(self.errors)

    def _credential_codes(self) -> Iterator[int]:
        for name in self.auth:
            yield from reference_data.credentials()[name].codes.values()

    def _shape_codes(self) -> frozenset[int]:
        named = frozenset(reference_data.codes_in(self.query)) | frozenset(reference_data.codes_in(self.body))
        return named | reference_data.body_codes(self.method) if self.body is not None else named

    def check(self, status: int, data: Json, *, projected: bool = False) -> tuple[Violation, ...]:
        """Hold a reply against the promise; an empty tuple means kept.

        `projected` is true when the request named `fields`: members may then be absent.
        """
        if status in self.responses:
            return tuple(
                self._against(self.response_validator(status), data, f"responses/{status}", projected=projected)
            )
        if isinstance(data, Mapping) and "ErrorCode" in data:
            return tuple(self._check_refusal(status, data))
        wanted = ", ".join(str(known) for known in self.responses)
        got = f"{status} without the error envelope"
        return (Violation("undocumented", "", "responses", f"status {wanted} or a product error", got),)

    def _check_refusal(self, status: int, data: Mapping[str, Json]) -> Iterator[Violation]:
        yield from self._against(self._error_validator, data, "error.json", projected=False)
        code = data["ErrorCode"]
        known = reference_data.error_definitions().get(code) if isinstance(code, int) else None
        if known is None or code not in self.codes:
            yield Violation("undocumented", "/ErrorCode", "errors", f"one of {sorted(map(int, self.codes))}", str(code))
        if known is not None and status != known.status:
            yield Violation(
                "broken", "", f"error_codes.json/{code}/status", f"status {known.status}", f"status {status}"
            )

    def check_request(self, query: Mapping[str, Json], body: Json) -> tuple[Violation, ...]:
        """Hold a request against its own schemas. Names must be in the contract's spelling."""
        found = list(self._against(self.query_validator, dict(query), "query", projected=False))
        if self.body is not None and not (body is None and self.body_optional):
            found += self._against(self.body_validator, body, "body", projected=False)
        return tuple(found)

    def _against(
        self, validator: jsonschema_rs.Draft202012Validator, data: Json, place: str, *, projected: bool
    ) -> Iterator[Violation]:
        if validator.is_valid(data):  # the common case costs microseconds; errors are only built when there are any
            return
        for error in validator.iter_errors(data):
            if not (projected and isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required)):
                yield _violation(error, place)

    @cached_property
    def query_validator(self) -> jsonschema_rs.Draft202012Validator:
        """Validator of the query, compiled on first use."""
        return self._compile(self.query or {"type": "object"}, "query")

    @cached_property
    def body_validator(self) -> jsonschema_rs.Draft202012Validator:
        """Validator of the JSON body, compiled on first use."""
        return self._compile(self.body or {}, "body")

    def response_validator(self, status: int) -> jsonschema_rs.Draft202012Validator:
        """Validator of the body of a success reply; raises KeyError for a status that is not promised."""
        return self._response_validators[status]

    @cached_property
    def _response_validators(self) -> dict[int, jsonschema_rs.Draft202012Validator]:
        return {status: self._compile(schema, str(status)) for status, schema in self.responses.items()}

    @cached_property
    def _error_validator(self) -> jsonschema_rs.Draft202012Validator:
        return self._compile({"$ref": "error.json"}, "error")

    def _compile(self, schema: Json, place: str) -> jsonschema_rs.Draft202012Validator:
        # A shared schema is compiled once per process: most operations answer with one of a few bodies.
        if isinstance(schema, dict) and list(schema) == ["$ref"]:
            return reference_data.shared_validator(self.registry, schema["$ref"])
        return reference_data.compile_schema({"$id": f"{SCHEMA_HOME}{self.id}.{place}", **schema}, self.registry)


_DRIFT = (
    jsonschema_rs.ValidationErrorKind.AdditionalProperties,
    jsonschema_rs.ValidationErrorKind.UnevaluatedProperties,
)


def _violation(error: jsonschema_rs.ValidationError, place: str) -> Violation:
    pointer = "".join(f"/{step}" for step in error.instance_path)
    keyword = "".join(f"/{step}" for step in error.schema_path)
    kind: Literal["broken", "drift"] = "drift" if isinstance(error.kind, _DRIFT) else "broken"
    return Violation(kind, pointer, place + keyword, _expected(error), _shorten(error.instance))


def _expected(error: jsonschema_rs.ValidationError) -> str:
    """The schema's demand in words, without the value that failed it."""
    details = {key: value for key, value in error.kind.as_dict().items() if key != "unexpected"}
    named = ", ".join(f"{key} {value}" for key, value in details.items())
    extra = error.kind.as_dict().get("unexpected")
    return f"no member {', '.join(extra)}" if extra else f"{error.kind.name}: {named}" if named else error.kind.name


def _shorten(value: Json, limit: int = 120) -> str:
    text = repr(value)
    return text if len(text) <= limit else f"{text[:limit]}... ({len(text)} characters)"
