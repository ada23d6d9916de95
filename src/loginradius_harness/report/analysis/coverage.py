"""Measure contract coverage, C1 to C9: which items of the contracts a run has exercised.

| | Required | Item, as written |
|---|---|---|
| C1 | every operation called | `authentication.login_by_email` |
| C2 | with each of its success statuses | `authentication.login_by_email 200` |
| C3 | every documented status and error code answered | `authentication.login_by_email 401 966` |
| C4 | each request keyword valid, and invalid with all else valid | `mfa.login_by_email body/email format invalid` |
| C5 | each member of a response seen | `authentication.login_by_email 200 /Profile/Email` |
| C6 | each credential singly in each state | `authentication.login_by_email apikey missing` |
| C7 | each transition of the account model, legal and illegal | as the model writes it |
| C8 | each pair of optional parameters sent together | `authentication.login_by_email fields+loginUrl` |
| C9 | each rule proved by a test | `recovery.reset_token_dies_on_first_use` |

The vendor documents one code, for a badly formatted parameter, for every operation. C3 requires it only where the
contract has a parameter that can be badly formatted. C1, C2, C3 and C9 are read from exchanges and verdicts, C5 from
responses; the suites record the rest. C4 and C8 leave out the operations of OAuth, whose requests a standard judges. An
item that was seen and is not required is misspelt, and reported.
"""

from collections.abc import Callable, Iterator, Sequence
from fnmatch import filter as matching  # `filter` would hide the built-in function
from functools import cache
from itertools import chain, combinations
from typing import Any

from msgspec import Struct

from loginradius_harness import contracts
from loginradius_harness.contracts import expected_errors, reference_data
from loginradius_harness.report.analysis.known_issues import Waiver
from loginradius_harness.report.analysis.schema_walk import keywords, members, present
from loginradius_harness.report.recording.event_stream import RunRecord

DESCRIPTIONS = {
    "C1": "operations called",
    "C2": "operations called with each success status",
    "C3": "documented statuses and error codes answered",
    "C4": "request keywords seen valid and invalid",
    "C5": "members of responses seen",
    "C6": "credentials in each state, singly",
    "C7": "transitions of the account model",
    "C8": "pairs of optional parameters",
    "C9": "rules proved by a test",
}
GATED = frozenset({"C3", "C6", "C7"})
LISTED = 200  # items named per criterion; the rest is a number
_WILDCARDS = frozenset("*?[")


class Criterion(Struct, frozen=True, kw_only=True):
    """The result of one criterion: numbers of items."""

    id: str
    description: str
    required: int
    seen: int
    waived: int
    missing: tuple[str, ...]  # the first of those neither seen nor waived
    missing_count: int
    unknown: tuple[str, ...]  # recorded, but not required
    stale: tuple[str, ...]  # waivers of items that were seen, or are not required

    @property
    def is_open(self) -> bool:
        """Whether the criterion is gated and not met."""
        return self.id in GATED and bool(self.missing_count or self.stale)


def measure(record: RunRecord, waivers: Sequence[Waiver]) -> tuple[Criterion, ...]:
    """Return all nine criteria of a run."""
    seen = _seen(record)
    return tuple(
        _criterion(name, record.required[name] | set(required()), seen[name], waivers)
        for name, required in REQUIRED.items()
    )


def _criterion(name: str, required: set[str], seen: set[str], waivers: Sequence[Waiver]) -> Criterion:
    waived_items = {waiver.item: _matching(required, waiver.item) for waiver in waivers if waiver.criterion == name}
    unseen = required - seen
    waived = unseen.intersection(chain.from_iterable(waived_items.values()))
    missing = sorted(unseen - waived)
    return Criterion(
        id=name,
        description=DESCRIPTIONS[name],
        required=len(required),
        seen=len(required & seen),
        waived=len(waived),
        missing=tuple(missing[:LISTED]),
        missing_count=len(missing),
        unknown=tuple(sorted(seen - required)[:LISTED]),
        # once an item was seen, the reason why it cannot be is wrong, or its pattern too wide
        stale=tuple(item for item, waived_by_it in waived_items.items() if not waived_by_it or waived_by_it & seen),
    )


def _matching(required: set[str], pattern: str) -> frozenset[str]:
    """Return the items that a waiver's pattern matches; most name one item, which is found without matching."""
    return frozenset(matching(required, pattern) if _WILDCARDS & set(pattern) else required & {pattern})


def _seen(record: RunRecord) -> dict[str, set[str]]:
    answered = {(call.operation, call.status, call.error_code) for call in record.exchanges if call.status is not None}
    seen = {name: set(record.covered[name]) for name in DESCRIPTIONS}
    seen["C1"] |= {operation for operation, _, _ in answered}
    seen["C2"] |= {f"{operation} {status}" for operation, status, _ in answered if status in _successes(operation)}
    seen["C3"] |= {_response(*triple) for triple in answered if _is_documented(*triple)}
    seen["C9"] |= {rule for verdict in record.verdicts if verdict.outcome == "passed" for rule in verdict.rules}
    for operation, status, _ in answered:
        if status in _successes(operation):
            seen["C6"] |= {f"{operation} {credential} valid" for credential in contracts.get(operation).auth}
    return seen


def _successes(operation: str) -> Sequence[int]:
    return tuple(contracts.get(operation).responses)


def _response(operation: str, status: int | None, code: int | None) -> str:
    return f"{operation} {status}" if code is None else f"{operation} {status} {code}"


def _is_documented(operation: str, status: int | None, code: int | None) -> bool:
    """Whether the contract knows the response; one that it does not know is drift, not coverage."""
    return status in _successes(operation) if code is None else code in contracts.get(operation).codes


def _operations() -> Iterator[str]:
    return (operation.id for operation in contracts.operations())


def _statuses() -> Iterator[str]:
    return (f"{operation.id} {status}" for operation in contracts.operations() for status in operation.responses)


def _responses() -> Iterator[str]:
    statuses = {code: known.status for code, known in contracts.error_definitions().items()}
    for operation in contracts.operations():
        yield from (f"{operation.id} {status}" for status in operation.responses)
        unreachable = set() if _takes_formatted_parameter(operation) else {_bad_parameter()}
        yield from (f"{operation.id} {statuses[code]} {code}" for code in operation.codes - unreachable)


def _bad_parameter() -> int:
    """Return the code for a badly formatted parameter."""
    return reference_data.default_error_codes()["any"]["parameter"]


def _takes_formatted_parameter(operation: contracts.Operation) -> bool:
    """Whether a parameter of the query is refused with that code, and not with one of its own."""
    for found in keywords(operation.query, "query"):
        place, _, keyword = found.rpartition(" ")
        steps = place.removeprefix("query/").split("/")
        if expected_errors.code(operation, "query", steps, missing=keyword == "required") == _bad_parameter():
            return True
    return False


def _keywords() -> Iterator[str]:
    for operation in contracts.api_operations():
        for part, schema in (("query", operation.query), ("body", operation.body)):
            for keyword in keywords(schema, part):
                yield f"{operation.id} {keyword} valid"
                yield f"{operation.id} {keyword} invalid"


def _members() -> Iterator[str]:
    for operation in contracts.operations():
        for status in operation.responses:
            yield from _documented_members(operation.id, status)


@cache
def _documented_members(operation: str, status: int) -> frozenset[str]:
    schema = contracts.get(operation).responses.get(status)
    return frozenset(f"{operation} {status} {pointer}" for pointer in members(schema))


def members_seen(operation: str, status: int, data: Any) -> frozenset[str]:
    """Return the items of C5 that a response shows. Members that the contract does not know are drift, not coverage."""
    return _documented_members(operation, status) & {f"{operation} {status} {pointer}" for pointer in present(data)}


def _credentials() -> Iterator[str]:
    known = contracts.credentials()
    for operation in contracts.operations():
        for name in operation.auth:
            states = ("valid", *(state for state in known[name].codes if state != "refused"))
            yield from (f"{operation.id} {name} {state}" for state in states)


def _pairs() -> Iterator[str]:
    for operation in contracts.api_operations():
        names = sorted(_optional(operation.query) | _optional(operation.body))
        yield from (f"{operation.id} {one}+{other}" for one, other in combinations(names, 2))


def _optional(schema: Any) -> set[str]:
    return set(schema.get("properties", {})) - set(schema.get("required", ())) if isinstance(schema, dict) else set()


def _rules() -> Iterator[str]:
    return (rule.id for rule in contracts.rules())


REQUIRED: dict[str, Callable[[], Iterator[str]]] = {
    "C1": _operations, "C2": _statuses, "C3": _responses, "C4": _keywords, "C5": _members, "C6": _credentials,
    "C7": lambda: iter(()), "C8": _pairs, "C9": _rules,
}  # fmt: skip
