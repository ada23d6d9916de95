"""Contract coverage, C1 to C9: what of the promises a run has really looked at.

| | Asked for | Wording of an item |
|---|---|---|
| C1 | every operation called | `authentication.login_by_email` |
| C2 | with each of its success statuses | `authentication.login_by_email 200` |
| C3 | every promised status and error code answered | `authentication.login_by_email 401 966` |
| C4 | each request keyword valid, and invalid with all else valid | `mfa.login_by_email body/email format invalid` |
| C5 | each member of an answer seen | `authentication.login_by_email 200 /Profile/Email` |
| C6 | each credential singly in each state | `authentication.login_by_email apikey missing` |
| C7 | each transition of the account model, legal and illegal | as the model words it |
| C8 | each pair of optional parameters sent together | `authentication.login_by_email fields+loginUrl` |
| C9 | each rule proved by a test | `recovery.reset_token_dies_on_first_use` |

The vendor promises one code, for a badly formatted parameter, of every operation. C3 asks for it only where the
contract names a parameter that can be badly formatted. C1, C2, C3 and C9 are read from exchanges and verdicts, C5 from
answers; the suites announce the rest. Something seen that nobody asks for is a misspelt announcement, and reported.
"""

from collections.abc import Callable, Iterator, Sequence
from fnmatch import filter as matching  # the built-in one is not meant
from functools import cache
from itertools import chain, combinations
from typing import Any

from msgspec import Struct

from loginradius_harness import contracts
from loginradius_harness.contracts import expected_errors, reference_data
from loginradius_harness.report.analysis.known_issues import Waiver
from loginradius_harness.report.analysis.schema_walk import keywords, members, present
from loginradius_harness.report.recording.event_stream import RunRecord

SAYS = {
    "C1": "operations called",
    "C2": "operations called with each success status",
    "C3": "promised statuses and error codes answered",
    "C4": "request keywords seen valid and invalid",
    "C5": "members of answers seen",
    "C6": "credentials in each state, singly",
    "C7": "transitions of the account model",
    "C8": "pairs of optional parameters",
    "C9": "rules proved by a test",
}
GATED = frozenset({"C3", "C6", "C7"})
LISTED = 200  # items named per criterion; the rest is a number


class Criterion(Struct, frozen=True, kw_only=True):
    """How much of one criterion was seen."""

    id: str
    says: str
    asked: int
    seen: int
    waived: int
    missing: tuple[str, ...]  # the first of those neither seen nor waived
    missing_count: int
    unknown: tuple[str, ...]  # announced, but not asked for
    stale: tuple[str, ...]  # waivers of something that was seen, or that nobody asks for

    @property
    def is_open(self) -> bool:
        """Whether a gate would stop here."""
        return self.id in GATED and bool(self.missing_count or self.stale)


def measure(record: RunRecord, waivers: Sequence[Waiver]) -> tuple[Criterion, ...]:
    """All nine criteria of a run."""
    seen = _seen(record)
    return tuple(
        _criterion(name, record.asked_for[name] | set(asked()), seen[name], waivers) for name, asked in ASKED.items()
    )


def _criterion(name: str, asked: set[str], seen: set[str], waivers: Sequence[Waiver]) -> Criterion:
    meant = {waiver.item: frozenset(matching(asked, waiver.item)) for waiver in waivers if waiver.criterion == name}
    unseen = asked - seen
    waived = unseen.intersection(chain.from_iterable(meant.values()))
    missing = sorted(unseen - waived)
    return Criterion(
        id=name,
        says=SAYS[name],
        asked=len(asked),
        seen=len(asked & seen),
        waived=len(waived),
        missing=tuple(missing[:LISTED]),
        missing_count=len(missing),
        unknown=tuple(sorted(seen - asked)[:LISTED]),
        # a reason why something cannot be seen is wrong, or too wide, once some of it was
        stale=tuple(item for item, those in meant.items() if not those or those & seen),
    )


def _seen(record: RunRecord) -> dict[str, set[str]]:
    answered = {(call.operation, call.status, call.error_code) for call in record.exchanges if call.status is not None}
    seen = {name: set(record.covered[name]) for name in SAYS}
    seen["C1"] |= {operation for operation, _, _ in answered}
    seen["C2"] |= {f"{operation} {status}" for operation, status, _ in answered if status in _successes(operation)}
    seen["C3"] |= {_answer(*triple) for triple in answered if _is_promised(*triple)}
    seen["C9"] |= {rule for verdict in record.verdicts if verdict.outcome == "passed" for rule in verdict.rules}
    for operation, status, _ in answered:
        if status in _successes(operation):
            seen["C6"] |= {f"{operation} {credential} valid" for credential in contracts.get(operation).auth}
    return seen


def _successes(operation: str) -> Sequence[int]:
    return tuple(contracts.get(operation).responses)


def _answer(operation: str, status: int | None, code: int | None) -> str:
    return f"{operation} {status}" if code is None else f"{operation} {status} {code}"


def _is_promised(operation: str, status: int | None, code: int | None) -> bool:
    """A drifting answer is not coverage: it is reported as drift."""
    return status in _successes(operation) if code is None else code in contracts.get(operation).codes


def _operations() -> Iterator[str]:
    return (operation.id for operation in contracts.operations())


def _statuses() -> Iterator[str]:
    return (f"{operation.id} {status}" for operation in contracts.operations() for status in operation.responses)


def _answers() -> Iterator[str]:
    statuses = {code: known.status for code, known in contracts.error_definitions().items()}
    for operation in contracts.operations():
        yield from (f"{operation.id} {status}" for status in operation.responses)
        unreachable = set() if _can_misread(operation) else {_misread()}
        yield from (f"{operation.id} {statuses[code]} {code}" for code in operation.codes - unreachable)


def _misread() -> int:
    """The code for a badly formatted parameter."""
    return reference_data.default_error_codes()["any"]["parameter"]


def _can_misread(operation: contracts.Operation) -> bool:
    """Whether some parameter of the query is refused with that code, and not with one of its own."""
    for found in keywords(operation.query, "query"):
        place, _, keyword = found.rpartition(" ")
        steps = place.removeprefix("query/").split("/")
        if expected_errors.code(operation, "query", steps, missing=keyword == "required") == _misread():
            return True
    return False


def _keywords() -> Iterator[str]:
    for operation in contracts.operations():
        for part, schema in (("query", operation.query), ("body", operation.body)):
            for keyword in keywords(schema, part):
                yield f"{operation.id} {keyword} valid"
                yield f"{operation.id} {keyword} invalid"


def _members() -> Iterator[str]:
    for operation in contracts.operations():
        for status in operation.responses:
            yield from _promised_members(operation.id, status)


@cache
def _promised_members(operation: str, status: int) -> frozenset[str]:
    schema = contracts.get(operation).responses.get(status)
    return frozenset(f"{operation} {status} {pointer}" for pointer in members(schema))


def members_seen(operation: str, status: int, data: Any) -> frozenset[str]:
    """Items of C5 that an answer shows. Members that are not promised are drift, not coverage."""
    return _promised_members(operation, status) & {f"{operation} {status} {pointer}" for pointer in present(data)}


def _credentials() -> Iterator[str]:
    known = contracts.credentials()
    for operation in contracts.operations():
        for name in operation.auth:
            states = ("valid", *(state for state in known[name].codes if state != "refused"))
            yield from (f"{operation.id} {name} {state}" for state in states)


def _pairs() -> Iterator[str]:
    for operation in contracts.operations():
        names = sorted(_optional(operation.query) | _optional(operation.body))
        yield from (f"{operation.id} {one}+{other}" for one, other in combinations(names, 2))


def _optional(schema: Any) -> set[str]:
    return set(schema.get("properties", {})) - set(schema.get("required", ())) if isinstance(schema, dict) else set()


def _rules() -> Iterator[str]:
    return (rule.id for rule in contracts.rules())


ASKED: dict[str, Callable[[], Iterator[str]]] = {
    "C1": _operations, "C2": _statuses, "C3": _answers, "C4": _keywords, "C5": _members, "C6": _credentials,
    "C7": lambda: iter(()), "C8": _pairs, "C9": _rules,
}  # fmt: skip
