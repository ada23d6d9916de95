"""Compare what two targets answer to the same requests."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from loginradius_harness.calibration import dialects, places
from loginradius_harness.calibration.findings import Findings
from loginradius_harness.calibration.observe import Answer, Observed
from loginradius_harness.contracts import overlay
from loginradius_harness.contracts.overlay import Key

Json = Any
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(Z?)")


@dataclass(frozen=True, order=True)
class Difference:
    """One thing in which the targets differ, in however many requests."""

    place: str  # schema or operation
    what: str


@dataclass
class Comparison:
    """The result: `agreed` of `asked` requests have the same answer, apart from values."""

    asked: int = 0
    agreed: int = 0
    differences: dict[Difference, set[str]] = field(default_factory=lambda: defaultdict(set))  # -> operations
    findings: Findings = field(default_factory=lambda: Findings(date.today()))  # noqa: DTZ011  # the user's day
    not_asked: dict[str, str] = field(default_factory=dict)

    @property
    def fidelity(self) -> float:
        """The share of requests that are answered alike, 0 to 1; 0 where nothing was asked."""
        return self.agreed / self.asked if self.asked else 0.0

    @property
    def ranked(self) -> list[tuple[Difference, set[str]]]:
        """The differences, that of most operations first."""
        return sorted(self.differences.items(), key=lambda pair: (-len(pair[1]), pair[0]))

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why requests were not asked, with their number, the most frequent first."""
        return Counter(reason.partition("\n")[0] for reason in self.not_asked.values()).most_common()


def compare(first: Observed, second: Observed) -> Comparison:
    """Compare the requests that both targets were asked; the findings are about the first."""
    result = Comparison(not_asked={**second.not_asked, **first.not_asked})
    points = _points(first), _points(second)
    for case in first.answers.keys() & second.answers.keys():
        one, other = first.answers[case], second.answers[case]
        found = set(_differences(one, other))
        result.asked += 1
        result.agreed += not found
        for difference, key in found:
            result.differences[difference].add(one.operation)
            if key is not None:
                result.findings.add(key, one.operation, _sample(one, key))
        if not any(violation.kind != "accepted" for violation in one.violations):
            result.findings.confirm(one.operation, one.status, one.code)
    for point in points[0].keys() ^ points[1].keys():
        side = "first" if point in points[0] else "second"
        operations = points[0].get(point) or points[1][point]
        result.differences[Difference("dialect", f"{point}: {side} target only")] |= operations
        for operation in operations if side == "first" else ():
            result.findings.add(Key("dialect", point, "", point), operation)
    return result


def _points(observed: Observed) -> Mapping[str, set[str]]:
    """Return dialect point -> the operations that show it."""
    found: dict[str, set[str]] = defaultdict(set)
    for answer in observed.answers.values():
        for point in dialects.points_of(answer.body):
            found[point].add(answer.operation)
    return found


def _differences(one: Answer, other: Answer) -> Iterator[tuple[Difference, Key | None]]:
    if (one.status, one.code) != (other.status, other.code):
        what = f"{_named(one)} and {_named(other)}"
        yield Difference(one.operation, what), _refusal(one, other)
        return
    forms = dict(_forms(one.body)), dict(_forms(other.body))
    for pointer in forms[0].keys() | forms[1].keys():
        parent, _, member = pointer.rpartition("/")
        if parent not in forms[0] or parent not in forms[1] or member == "*":
            continue  # the object is missing, which is one difference; or a list is empty
        place = places.owner_of(one.operation, one.status, parent)
        if pointer not in forms[1]:
            yield Difference(place, f"{member}: first target only"), Key("extra-member", place, "", member)
        elif pointer not in forms[0]:
            yield Difference(place, f"{member}: second target only"), Key("absent-member", place, member, "")
        elif forms[0][pointer] != forms[1][pointer]:
            yield Difference(place, f"{member}: {_texts(forms[0][pointer])} and {_texts(forms[1][pointer])}"), None


def _named(answer: Answer) -> str:
    return str(answer.status) if answer.code is None else f"{answer.status}, {answer.code}"


def _refusal(one: Answer, other: Answer) -> Key | None:
    if one.code is None or other.code is None:
        return None
    return overlay.refusal_key(one.operation, str(other.code), one.status, one.code)


def _forms(value: Json, pointer: str = "") -> Iterator[tuple[str, frozenset[str]]]:
    """Yield pointer -> forms of its values, apart from the digits of dates; `*` is any element of a list."""
    found: dict[str, set[str]] = defaultdict(set)
    _collect(value, pointer, found)
    yield from ((name, frozenset(forms)) for name, forms in found.items())


def _collect(value: Json, pointer: str, found: dict[str, set[str]]) -> None:
    found[pointer].add(_form(value))
    if isinstance(value, dict):
        for name, inner in value.items():
            _collect(inner, f"{pointer}/{name}", found)
    elif isinstance(value, list):
        for inner in value:
            _collect(inner, f"{pointer}/*", found)


def _form(value: Json) -> str:
    if isinstance(value, str):
        moment = _DATE.fullmatch(value)
        return f"date{moment[1]}" if moment else "text"
    names = {type(None): "null", bool: "boolean", dict: "object", list: "list"}
    return names.get(type(value), "number")


def _texts(forms: frozenset[str]) -> str:
    return " or ".join(sorted(forms))


def _sample(answer: Answer, key: Key) -> Json:
    return next(iter(_values(answer.body, key.actual)), None) if key.kind == "extra-member" else None


def _values(value: Json, member: str) -> Iterator[Json]:
    if isinstance(value, dict):
        if value.get(member) is not None:
            yield value[member]
        for inner in value.values():
            yield from _values(inner, member)
    elif isinstance(value, list):
        for inner in value:
            yield from _values(inner, member)
