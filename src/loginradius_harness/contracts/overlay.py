"""An overlay: what one tenant does otherwise than the contracts say, `targets/<name>.overlay.json`.

The file is an OpenAPI Overlay; `contracts/overlay.schema.json` describes it. A run judges by the contracts and the
accepted differences. `calibrate` proposes differences; a person accepts them.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import replace as with_changes
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from loginradius_harness.contracts import acceptance, reference_data
from loginradius_harness.contracts.violations import Violation

Json = Any
Kind = Literal["extra-member", "absent-member", "other-code", "other-value", "dialect", "feature-off"]
Status = Literal["proposed", "accepted"]

SCHEMA = "overlay.schema.json"
REFUSED = "the request is refused"  # the requirement of a violation by another refusal
_REFUSAL = re.compile(r"(\d{3}), (\d+)\b")  # status and code
_CODE = re.compile(r"(?:^| or )(\d+) \(")
_NO_MEMBER = "no member "
_REQUIRED = "required: property "
_SHARED_PLACE = re.compile(r"(?:^|/)([a-z_]+\.json(?:/.*)?)$")
_IN_SCHEMA = re.compile(r"^responses/\d|\.json\b")
_UNKNOWN_MEMBER = re.compile(r"/(?:additional|unevaluated)Properties$")
_HIDDEN = re.compile(r"hidden |\*\*\*$")  # what a redacted violation shows instead of a secret or personal value


class OverlayInvalid(Exception):  # noqa: N818  # named after what is the case
    """An overlay file is not valid. The message names file, place and remedy."""

    exit_code = 2


class Seen(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How often something was seen, and when."""

    count: int
    first_seen: date
    last_seen: date
    example: str = ""

    def and_then(self, later: "Seen") -> "Seen":
        """Return the sum of both."""
        first, last = min(self.first_seen, later.first_seen), max(self.last_seen, later.last_seen)
        return replace(self, count=self.count + later.count, first_seen=first, last_seen=last)


class Difference(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that the tenant does otherwise; the members are described in the schema."""

    target: str
    id: str = field(name="x-id")
    kind: Kind = field(name="x-kind")
    place: str = field(name="x-place")
    expected: str = field(name="x-expected")
    actual: str = field(name="x-actual")
    evidence: Seen = field(name="x-evidence")
    status: Status = field(name="x-status")
    operations: tuple[str, ...] = field(name="x-operations", default=())
    description: str = ""
    update: Json = None
    remove: bool = False

    @property
    def is_accepted(self) -> bool:
        """Whether a person has accepted it."""
        return self.status == "accepted"


class Info(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The target's name, the date of the last calibration, and the run that it read."""

    title: str
    version: str
    last_run: str = field(name="x-last-run", default="")


class Overlay(Struct, frozen=True, kw_only=True, omit_defaults=True, dict=True):
    """The differences of a tenant, and the promises that it was seen to keep: operation -> place -> when."""

    overlay: Literal["1.0.0"] = "1.0.0"
    info: Info
    actions: tuple[Difference, ...] = ()
    confirmed: Mapping[str, Mapping[str, Seen]] = field(name="x-confirmed", default_factory=dict)

    @cached_property
    def _accepted(self) -> Mapping[str, Difference]:
        return {found.id: found for found in self.actions if found.is_accepted}

    @property
    def accepted(self) -> tuple[Difference, ...]:
        """The accepted differences."""
        return tuple(self._accepted.values())

    def judge(self, operation: str, violations: Iterable[Violation]) -> tuple[Violation, ...]:
        """Return violations, those of the kind `accepted` that accepted differences name."""
        if not self._accepted:
            return tuple(violations)
        return tuple(
            with_changes(found, kind="accepted") if self._accepts(operation, found) else found for found in violations
        )

    def _accepts(self, operation: str, violation: Violation) -> bool:
        if violation.requirement == REFUSED:  # one of several codes was expected
            return any(key.id in self._accepted for key in keys(operation, violation))
        if violation.kind == "undocumented":
            return any(_is_code_of(found, operation, violation.actual) for found in self.accepted)
        names = [key.id for key in keys(operation, violation)]
        return bool(names) and all(name in self._accepted for name in names)


EMPTY = Overlay(info=Info(title="", version=""))


@dataclass(frozen=True)
class Key:
    """What makes two observations the same difference."""

    kind: Kind
    place: str
    expected: str
    actual: str

    @property
    def id(self) -> str:
        """The difference's name, fit for a command line."""
        parts: tuple[str, ...] = (self.kind, self.place)
        if self.kind == "other-code":
            parts = (*parts, f"{self.expected or 'any'}-{code_of(self.actual)}")
        elif self.kind in {"extra-member", "absent-member"}:
            parts = (*parts, self.expected if self.kind == "absent-member" else self.actual)
        elif self.kind == "other-value":
            parts = (*parts, self.actual)
        return re.sub(r"[^\w.-]+", ".", ":".join(parts)).strip(".")


def code_of(text: str) -> str:
    """Return the error code of `status, code`."""
    return text.rpartition(" ")[2]


def _is_code_of(found: Difference, operation: str, code: str) -> bool:
    return found.kind == "other-code" and found.place == operation and code_of(found.actual) == code


def keys(operation: str, violation: Violation) -> Iterator[Key]:
    """Yield what a violation shows; nothing where it shows what nobody may accept.

    A violation by several unknown members shows one difference for each, an unexpected refusal one for each code that
    was expected.
    """
    if violation.requirement == REFUSED:
        yield from _refusal_keys(operation, violation)
        return
    if not _IN_SCHEMA.search(violation.requirement):
        return
    place = _place(operation, violation.requirement)
    if violation.expected.startswith(_NO_MEMBER):
        owner = _UNKNOWN_MEMBER.sub("", place)
        for name in violation.expected.removeprefix(_NO_MEMBER).split(", "):
            yield Key("extra-member", owner, "", name)
    elif violation.expected.startswith(_REQUIRED):
        member = violation.expected.removeprefix(_REQUIRED)
        yield Key("absent-member", place.removesuffix("/required"), member, "")
    elif place.startswith("error_codes.json"):
        if not acceptance.is_inexcusable("refused", violation.expected, violation.actual):
            yield Key("other-value", place, violation.expected, violation.actual)
    elif violation.kind != "undocumented" and not _HIDDEN.match(violation.actual):
        yield Key("other-value", place, violation.expected, form(violation.actual))


def _refusal_keys(operation: str, violation: Violation) -> Iterator[Key]:
    got = _REFUSAL.match(violation.actual)
    if got is not None:
        codes = _CODE.findall(violation.expected)
        found = (refusal_key(operation, code, int(got[1]), int(got[2])) for code in codes)
        yield from (key for key in found if key is not None)


def refusal_key(operation: str, expected: str, status: int, code: int) -> Key | None:
    """Return the difference by another error code, `expected` empty for any; None where nobody may accept it."""
    actual = f"{status}, {code}"
    if acceptance.is_inexcusable("refused", expected, actual, status):
        return None
    return Key("other-code", operation, expected, actual)


def form(shown: str) -> str:
    """Return the JSON type of a value that a violation shows in Python's spelling."""
    if shown in {"None", "True", "False"}:
        return "null" if shown == "None" else "boolean"
    if shown[:1] in {"'", '"'}:
        return "text"
    return {"{": "object", "[": "list"}.get(shown[:1], "number")


def _place(operation: str, requirement: str) -> str:
    """Return a place that is the same in all answers: of a shared schema, else of the operation's contract."""
    shared = _SHARED_PLACE.search(requirement)
    return shared[1] if shared else f"{operation}/{requirement}"


# The file ---------------------------------------------------------------------------------------------------------


def file_of(target: str, targets_file: Path) -> Path:
    """Return the overlay's file of a target, beside the targets file; a URL is named by its host and port."""
    name = re.sub(r"[^\w.-]+", "-", target.partition("://")[2] or target).strip("-")
    return targets_file.parent / "targets" / f"{name}.overlay.json"


def read(file: Path) -> Overlay:
    """Return an overlay; an empty one where there is no file. Raises OverlayInvalid."""
    try:
        text = file.read_bytes()
        data = json.loads(text)
    except FileNotFoundError:
        return EMPTY
    except OSError as error:
        raise OverlayInvalid(f"{file}: {error.strerror}.") from None
    except ValueError as error:
        raise OverlayInvalid(f"{file}: not valid JSON: {error}.") from None
    if isinstance(data, dict):
        data.setdefault("actions", [])  # earlier versions left an empty list out
    schema = reference_data.compile_schema(reference_data.read(reference_data.ROOT / SCHEMA), None)
    for defect in schema.iter_errors(data):
        place = "".join(f"/{step}" for step in defect.instance_path) or "/"
        raise OverlayInvalid(f"{file}: {place}: {defect.message}; see contracts/{SCHEMA}.")
    try:
        data.pop("$schema", None)
        found = msgspec.convert(data, Overlay)
    except msgspec.ValidationError as error:
        raise OverlayInvalid(f"{file}: {error}.") from None
    for number, action in enumerate(found.actions):
        if action.is_accepted and _is_inexcusable(action):
            raise OverlayInvalid(
                f"{file}: /actions/{number}: nobody may accept {action.id}: a success instead of a refusal, or a "
                "server error. Remove the entry."
            )
    return found


def _is_inexcusable(found: Difference) -> bool:
    refuses = found.kind == "other-code" or found.place.startswith("error_codes.json")
    return refuses and acceptance.is_inexcusable("refused", found.expected, found.actual)


def write(overlay: Overlay, file: Path) -> None:
    """Write an overlay with one entry an id, sorted, so that versions can be compared."""
    actions = tuple(sorted(overlay.actions, key=lambda found: found.id))
    confirmed = {name: dict(sorted(places.items())) for name, places in sorted(overlay.confirmed.items())}
    data = msgspec.to_builtins(replace(overlay, actions=actions, confirmed=confirmed))
    data = {"overlay": overlay.overlay, "actions": [], **data}  # defaults, which the form demands
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    fresh.replace(file)


# Changes ----------------------------------------------------------------------------------------------------------


def renamed(overlay: Overlay, info: Info) -> Overlay:
    """Return an overlay with another title, date or run."""
    return replace(overlay, info=info)


def merge(overlay: Overlay, found: Iterable[Difference], confirmed: Mapping[str, Mapping[str, Seen]]) -> Overlay:
    """Return an overlay with further evidence; what a person has decided or written stays."""
    known = {action.id: action for action in overlay.actions}
    for new in found:
        old = known.get(new.id)
        known[new.id] = new if old is None else _with_evidence(old, new)
    places = {name: dict(seen) for name, seen in overlay.confirmed.items()}
    for operation, seen in confirmed.items():
        kept = places.setdefault(operation, {})
        for place, times in seen.items():
            kept[place] = kept[place].and_then(times) if place in kept else times
    return replace(overlay, actions=tuple(known.values()), confirmed=places)


def _with_evidence(old: Difference, new: Difference) -> Difference:
    operations = tuple(sorted({*old.operations, *new.operations}))
    update = new.update if old.update is None else old.update
    return replace(old, evidence=old.evidence.and_then(new.evidence), operations=operations, update=update)


def accept(overlay: Overlay, ids: Iterable[str]) -> Overlay:
    """Return an overlay in which some differences are accepted. Raises OverlayInvalid for an unknown id."""
    wanted = set(ids)
    unknown = wanted - {found.id for found in overlay.actions}
    if unknown:
        known = ", ".join(sorted(found.id for found in overlay.actions if not found.is_accepted)) or "none"
        raise OverlayInvalid(f"no difference is called {', '.join(sorted(unknown))}; proposed are: {known}")
    actions = (replace(found, status="accepted") if found.id in wanted else found for found in overlay.actions)
    return replace(overlay, actions=tuple(actions))


def describe(key: Key, seen: Seen, operations: Iterable[str], sample: Json = None) -> Difference:
    """Return a proposed difference. `sample` is a member's value with placeholders (`placeholder`)."""
    target, update, remove = _action(key, sample)
    return Difference(
        target=target,
        id=key.id,
        kind=key.kind,
        place=key.place,
        expected=key.expected,
        actual=key.actual,
        evidence=seen,
        status="proposed",
        operations=tuple(sorted(set(operations))),
        update=update,
        remove=remove,
    )


def _action(key: Key, sample: Json) -> tuple[str, Json, bool]:
    """Return target, update and remove of the OpenAPI Overlay's action."""
    if key.kind == "extra-member":
        return f"{_path(key.place)}.properties", {key.actual: {"examples": [sample]}}, False
    if key.kind == "absent-member":
        return f"{_path(key.place)}.required[?(@ == '{key.expected}')]", None, True
    if key.kind == "other-code":
        status, _, code = key.actual.partition(", ")
        return f"{_operation_path(key.place)}.responses", {status: {"x-error-code": int(code)}}, False
    if key.kind == "other-value":
        return _path(key.place.rpartition("/")[0]), {"x-other-form": key.actual}, False
    return "$.info", {"x-dialect" if key.kind == "dialect" else "x-feature-off": [key.place]}, False


def _path(place: str) -> str:
    """Return the JSONPath of a place in a shared schema or in an operation's contract."""
    name, _, rest = place.partition("/")
    steps = "".join(f"['{step}']" for step in rest.split("/") if step)
    if name.endswith(".json"):
        return f"$.components.schemas['{name.removesuffix('.json')}']{steps}"
    return _operation_path(name) + steps


def _operation_path(operation: str) -> str:
    return f"$.paths.*[?(@.operationId == '{operation}')]"


_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z?)")


def placeholder(value: Json) -> Json:
    """Return a value of the same form that tells nothing about anybody."""
    if isinstance(value, dict):
        return {}
    if isinstance(value, list):
        return []
    if isinstance(value, str):
        date_form = _DATE.fullmatch(value)
        return f"2000-01-01T00:00:00{'.123' if date_form[1] else ''}{date_form[2]}" if date_form else "text"
    return value if value is None or isinstance(value, bool) else 0
