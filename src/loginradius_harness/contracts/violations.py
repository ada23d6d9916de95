"""How an answer or a request differs from its schema, with the grade of each promise that it violates."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import jsonschema_rs
from jsonschema_rs import ValidationErrorKind as Kinds

from loginradius_harness.contracts import policy, reference_data
from loginradius_harness.contracts.policy import Grade

Json = Any
Path = Sequence[str | int]
Kind = Literal["broken", "hint", "drift", "undocumented", "accepted"]

_DRIFT = (Kinds.AdditionalProperties, Kinds.UnevaluatedProperties)
_CHOICE = (Kinds.AnyOf, Kinds.OneOfNotValid)
_MAPS = frozenset({"properties", "patternProperties", "$defs"})  # name -> schema
_WHOLE = (Kinds.Type, Kinds.Constant, Kinds.Enum)  # the value as a whole is another one than the branch describes


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which an answer or a request differs from the promise.

    `kind` is `broken` (a binding promise is violated), `hint` (a promise with weak evidence is violated),
    `drift` (a member that the promise does not know) or `undocumented` (a status or error code that the operation does
    not list) or `accepted` (any of them that the tenant's overlay accepts). `pointer` is a JSON pointer into the data,
    `requirement` the place in the contract. `grade` is the evidence of the promise, `source` says where it is stated.
    """

    kind: Kind
    pointer: str
    requirement: str
    expected: str
    actual: str
    grade: Grade = "documented"
    source: str = ""

    def __str__(self) -> str:
        details = f"{self.kind}, {self.grade}, {self.requirement}"
        return f"{self.pointer or '/'}: expected {self.expected}, got {self.actual} ({details})"


@dataclass(frozen=True, slots=True)
class Promise:
    """A schema with its compiled validator, its address in the contract, and where it is stated."""

    validator: jsonschema_rs.Draft202012Validator
    schema: Json
    place: str
    source: str

    def violations(self, data: Json, *, projected: bool = False, strict: bool = True) -> Iterator[Violation]:
        """Yield every violation.

        With `projected`, members may be absent. With `strict`, promises with weak evidence are binding too.
        """
        if self.validator.is_valid(data):  # the common case costs microseconds; errors are built when there are any
            return
        try:
            errors = list(self.validator.iter_errors(data))
        except ValueError:  # the validator's own limit, some 250 levels
            yield Violation(
                "broken", "", self.place, "JSON", "JSON nested too deeply to be checked", source=self.source
            )
            return
        for error in errors:
            for cause in _causes(error):
                if not (projected and isinstance(cause.kind, Kinds.Required)):
                    yield _violation(self, cause, strict=strict)


def _causes(error: jsonschema_rs.ValidationError) -> Iterator[jsonschema_rs.ValidationError]:
    """Yield an error, or for alternatives that all fail the errors of the one that fits best.

    An unknown member is drift wherever it stands, so a branch with no other defect is the one that was meant. A value
    of another type than all of them describe is an error of the whole.
    """
    if not isinstance(error.kind, _CHOICE):
        yield error
        return
    branches = [[cause for inner in branch for cause in _causes(inner)] for branch in error.kind.context]
    meant = [causes for causes in branches if not _is_other(causes, error.instance_path)]
    yield from min(meant, key=_distance) if meant else (error,)


def _is_other(causes: Sequence[jsonschema_rs.ValidationError], at: Path) -> bool:
    return any(isinstance(cause.kind, _WHOLE) and list(cause.instance_path) == list(at) for cause in causes)


def _distance(causes: Sequence[jsonschema_rs.ValidationError]) -> tuple[int, int]:
    return sum(not isinstance(cause.kind, _DRIFT) for cause in causes), len(causes)


def _violation(promise: Promise, error: jsonschema_rs.ValidationError, *, strict: bool) -> Violation:
    pointer = "".join(f"/{step}" for step in error.instance_path)
    requirement = promise.place + _keyword(promise, error)
    grade = _grade(promise.schema, error)
    kind: Kind = "drift" if isinstance(error.kind, _DRIFT) else policy.kind_of(grade, strict=strict)
    return Violation(kind, pointer, requirement, _expected(error), _shorten(error.instance), grade, promise.source)


def _keyword(promise: Promise, error: jsonschema_rs.ValidationError) -> str:
    """Return the place of the violated keyword; one in a shared schema starts with the name of its file."""
    steps = [str(step) for step in error.schema_path]
    name = (error.absolute_keyword_location or "").removeprefix(reference_data.SCHEMA_HOME).partition("#")[0]
    if name in reference_data.shared_schemas() and name != promise.place:
        steps.insert(0, name)
    return "".join(f"/{step}" for step in steps)


def _grade(schema: Json, error: jsonschema_rs.ValidationError) -> Grade:
    """Return the grade of the promise: that of the innermost schema on the way that states one.

    A required member's own schema says how well its presence is known.
    """
    way = list(_way(schema, error.evaluation_path))
    if isinstance(error.kind, Kinds.Required):
        member = next(_members(*way[-1], error.kind.property), None)
        if isinstance(member, Mapping) and (grade := policy.stated(member, "presence")):
            return grade
    stated = (policy.stated(part, "value") for part, _ in reversed(way))
    return next((grade for grade in stated if grade), "inferred")


def _way(schema: Json, path: Path) -> Iterator[tuple[Mapping[str, Json], str]]:
    """Yield the schemas that an evaluation path passes, each with the shared schema that it stands in.

    The last step is the violated keyword.
    """
    root, home, in_map = schema, "", False
    yield schema, home
    for step in path[:-1]:
        if step == "$ref" and not in_map:
            schema, home = reference_data.referred(schema["$ref"], home, root)
            yield reference_data.shared_schemas().get(home, {}), home  # a file states the grade of its definitions
        else:
            schema = schema[step]
            in_map = step in _MAPS and not in_map
        if isinstance(schema, Mapping) and not in_map:
            yield schema, home


def _members(schema: Mapping[str, Json], home: str, name: str) -> Iterator[Json]:
    """Yield the schemas of a member, in a schema and in those that it includes."""
    if name in schema.get("properties", {}):
        yield schema["properties"][name]
    if "$ref" in schema:
        target, home = reference_data.referred(schema["$ref"], home, schema)
        yield from _members(target, home, name)
    for part in schema.get("allOf", ()):
        yield from _members(part, home, name)


def _expected(error: jsonschema_rs.ValidationError) -> str:
    """Say what the schema demands, without the value that fails it."""
    if isinstance(error.kind, _CHOICE):
        return ", or ".join(dict.fromkeys(_expected(branch[0]) for branch in error.kind.context))
    details = {key: value for key, value in error.kind.as_dict().items() if key not in {"unexpected", "context"}}
    named = ", ".join(f"{key} {value}" for key, value in details.items())
    extra = error.kind.as_dict().get("unexpected")
    return f"no member {', '.join(extra)}" if extra else f"{error.kind.name}: {named}" if named else error.kind.name


def _shorten(value: Json, limit: int = 120) -> str:
    text = _beginning(value, limit)
    if len(text) <= limit:
        return text
    if isinstance(value, dict | list):
        return f"{text[:limit]}... ({len(value):,} {'members' if isinstance(value, dict) else 'items'})"
    return f"{text[:limit]}... ({len(value if isinstance(value, str) else text):,} characters)"


def _beginning(value: Json, limit: int) -> str:
    """Return at least so many characters of the `repr` of a value, and not much more: answers may be large."""
    if isinstance(value, str):
        return repr(value[: limit + 1])
    if not isinstance(value, dict | list):
        return repr(value)
    named = isinstance(value, dict)
    parts: list[str] = []
    left = limit
    for item in value.items() if isinstance(value, dict) else value:
        part = f"{item[0]!r}: {_beginning(item[1], left)}" if named else _beginning(item, left)
        parts.append(part)
        left -= len(part) + 2
        if left < 0:
            break
    text = ", ".join(parts)
    return f"{{{text}}}" if named else f"[{text}]"
