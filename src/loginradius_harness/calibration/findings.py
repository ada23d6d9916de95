"""Collect what was seen of a tenant: differences by their key, and promises that it kept."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from loginradius_harness import contracts
from loginradius_harness.calibration import dialects
from loginradius_harness.contracts import overlay
from loginradius_harness.contracts.overlay import Difference, Key, Overlay, Seen
from loginradius_harness.contracts.violations import Violation

Json = Any


@dataclass
class Findings:
    """What was seen on one day."""

    day: date
    _seen: Counter[Key] = field(default_factory=Counter)
    _operations: dict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    _samples: dict[Key, Json] = field(default_factory=dict)
    _confirmed: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, key: Key, operation: str, sample: Json = None) -> None:
        """Count a difference; `sample` is the value of an extra member, of which the form alone is kept."""
        self._seen[key] += 1
        self._operations[key].add(operation)
        if self._samples.get(key) is None:
            self._samples[key] = overlay.placeholder(sample)

    def learn(
        self,
        operation: str,
        status: int | None,
        code: int | None,
        violations: Iterable[Violation],
        bodies: Sequence[Json] = (),
    ) -> None:
        """Count what an answer shows; `violations` are redacted, `bodies` are where samples are looked for."""
        found = tuple(violations)
        if all(violation.kind == "accepted" for violation in found):
            self.confirm(operation, status, code)
        for violation in found:
            if violation.pointer == "/ErrorCode" and code is not None and status is not None:
                refusal = overlay.refusal_key(operation, "", status, code)
                if refusal is not None:
                    self.add(refusal, operation)
            for key in overlay.keys(operation, violation):
                self.add(key, operation, _sample(bodies, violation.pointer, key))

    def learn_forms(self, operation: str, body: Json) -> None:
        """Count the points of dialects that an answer shows."""
        for point in dialects.points_of(body):
            self.add(Key("dialect", point, "", point), operation)

    def confirm(self, operation: str, status: int | None, code: int | None) -> None:
        """Count an answer that is as the contract promises."""
        promised = contracts.get(operation)
        if code is None and status in promised.responses:
            self._confirmed[operation][f"responses/{status}"] += 1
        elif code in promised.codes:
            self._confirmed[operation][f"errors/{code}"] += 1

    @property
    def keys(self) -> frozenset[Key]:
        """The differences that were seen."""
        return frozenset(self._seen)

    def differences(self) -> Iterator[Difference]:
        """Yield the differences as proposals."""
        for key, count in self._seen.items():
            example = "" if self._samples[key] is None else str(self._samples[key])
            seen = Seen(count=count, first_seen=self.day, last_seen=self.day, example=example)
            yield overlay.describe(key, seen, self._operations[key], self._samples[key])

    def confirmed(self) -> Mapping[str, Mapping[str, Seen]]:
        """Return operation -> place in its contract -> when the tenant answered as promised."""
        return {
            operation: {
                place: Seen(count=count, first_seen=self.day, last_seen=self.day) for place, count in places.items()
            }
            for operation, places in self._confirmed.items()
        }

    def merge_into(self, known: Overlay, title: str, run: str = "") -> Overlay:
        """Return an overlay with this evidence; that of a run it has already seen is left out."""
        if run and run == known.info.last_run:
            return known
        info = overlay.Info(title=title, version=self.day.isoformat(), last_run=run or known.info.last_run)
        return overlay.merge(overlay.renamed(known, info), self.differences(), self.confirmed())


def _sample(bodies: Iterable[Json], pointer: str, key: Key) -> Json:
    """Return the value of an extra member in the first answer that has it."""
    if key.kind != "extra-member":
        return None
    values = (_at(body, [*pointer.split("/")[1:], key.actual]) for body in bodies)
    return next((value for value in values if value is not None), None)


def _at(value: Json, steps: Iterable[str]) -> Json:
    for step in steps:
        if isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value
