"""Vary valid requests: boundary values, and optional members in all pairs.

The generator gives each member a handful of valid values. One request tries a value of every member at once; a refused
one is halved until the member at fault is found, so that few requests test many members.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

from loginradius_harness.checks.generation.case import Case, fits_in_url
from loginradius_harness.checks.generation.case_cache import cases
from loginradius_harness.contracts import Operation
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.contracts.expected_errors import resolved

Json = Any
Part = Literal["query", "body"]
Member = tuple[Part, str]
Row = Mapping[Member, Json]

# A member whose generated values would hide other members of the response.
FIXED_VALUES: dict[Member, Json] = {("query", "fields"): "*"}

# Members that may be refused for their meaning: in use or unknown, two of a type, no date, no captcha answer. Each is
# tested alone.
CAPTCHA = frozenset({ErrorCode.CAPTCHA_MISSING_OR_INCORRECT, ErrorCode.CAPTCHA_INCORRECT})
SEMANTIC_REFUSALS: Mapping[str, frozenset[int]] = {
    "g-recaptcha-response": CAPTCHA,
    "h-captcha-response": CAPTCHA,
    "qq_captcha_ticket": CAPTCHA,
    "Addresses": frozenset({ErrorCode.ADDRESS_TYPE_DUPLICATED}),
    "BirthDate": frozenset({ErrorCode.DATE_INVALID}),
    "Email": frozenset({ErrorCode.EMAIL_ALREADY_EXISTS, ErrorCode.EMAIL_TYPE_ALREADY_EXISTS}),
    "PhoneId": frozenset({ErrorCode.PHONE_ALREADY_EXISTS}),
    "PhoneNumbers": frozenset({ErrorCode.PHONE_TYPE_DUPLICATED}),
    "SecurityQuestionAnswer": frozenset({ErrorCode.SECURITY_QUESTION_ID_INVALID}),
    "Uid": frozenset({ErrorCode.ACCOUNT_NOT_FOUND, ErrorCode.UID_ALREADY_EXISTS}),
    "UserName": frozenset({ErrorCode.USERNAME_ALREADY_EXISTS}),
    "Name": frozenset({ErrorCode.REQUEST_INVALID}),
    "Domain": frozenset({ErrorCode.REQUEST_INVALID}),
    "Domains": frozenset({ErrorCode.REQUEST_INVALID}),
    "nextcursor": frozenset({ErrorCode.NO_MORE_RECORDS}),
    "ParentId": frozenset({ErrorCode.REGISTRATION_DATA_PARENT_NOT_FOUND}),
    "parentid": frozenset({ErrorCode.REGISTRATION_DATA_PARENT_NOT_FOUND}),
}

PROFILE = "profile_input.json"
FREE_TEXT_KEYWORDS = frozenset({"type", "description", "minLength", "maxLength"})  # keywords of a free-form text
FREE_TEXTS = (" ", "Zoë 中文 😀")


@dataclass(frozen=True)
class Variation:
    """Optional members to add to the example's request."""

    row: Row

    def apply(self, query: Mapping[str, Json], body: Json) -> tuple[dict[str, Json], Json]:
        """Return the example's query and body with the members added."""
        added: dict[str, dict[str, Json]] = {"query": {}, "body": {}}
        for (part, name), value in self.row.items():
            added[part][name] = value
        grafted = {**(body or {}), **added["body"]} if added["body"] else body
        return {**query, **added["query"]}, grafted

    @property
    def refusals(self) -> frozenset[int]:
        """Return the codes that may refuse it for its meaning, not for its form."""
        return frozenset(code for _, name in self.row for code in SEMANTIC_REFUSALS.get(name, ()))

    def halves(self) -> tuple["Variation", "Variation"]:
        """Split the members in two."""
        items = list(self.row.items())
        middle = len(items) // 2
        return Variation(dict(items[:middle])), Variation(dict(items[middle:]))

    def pairs(self, operation: Operation) -> Iterator[str]:
        """Return the pairs of optional parameters sent together, in the wording of coverage criterion C8."""
        optional = _optional(operation.query) | _optional(operation.body)
        names = sorted({name for _, name in self.row if name in optional})
        return (f"{operation.id} {one}+{other}" for one, other in combinations(names, 2))


def variations(operation: Operation, seed: int = 0) -> tuple[Variation, ...]:
    """Return the variations of an operation's cases, and of free texts as people write them."""
    return combined((*cases(operation, seed), *_free_text_cases(operation)))


def _free_text_cases(operation: Operation) -> Iterator[Case]:
    """Yield texts that a generator rarely makes, for each free-form text of a profile."""
    if isinstance(operation.body, dict) and operation.body.get("$ref") == PROFILE:
        required = operation.body.get("required", ())
        for name, schema in resolved(operation.body)["properties"].items():
            if schema.get("type") == "string" and set(schema) <= FREE_TEXT_KEYWORDS and name not in required:
                yield from (Case("positive", "words", "body", {name: word}) for word in FREE_TEXTS)


def combined(cases_given: Iterable[Case]) -> tuple[Variation, ...]:
    """Use each valid value once; then first values so that of each two members one comes without the other."""
    values = _values(cases_given)
    alone: list[Row] = [
        {member: value} for member in values if member[1] in SEMANTIC_REFUSALS for value in values[member]
    ]
    together = {member: known for member, known in values.items() if member[1] not in SEMANTIC_REFUSALS}
    longest = max(map(len, together.values()), default=0)
    rows: list[Row] = [
        {member: known[number] for member, known in together.items() if number < len(known)}
        for number in range(longest)
    ]
    rows += [{member: together[member][0] for member in chosen} for chosen in _separating_subsets(sorted(together))]
    return tuple(part for row in (*alone, *rows) if row for part in _fitting(Variation(row)))


def _fitting(variation: Variation) -> Iterator[Variation]:
    """Yield the variation, or parts of it that fit into a URL."""
    if len(variation.row) == 1 or fits_in_url(
        {name: value for (part, name), value in variation.row.items() if part == "query"}
    ):
        yield variation
    else:
        for half in variation.halves():
            yield from _fitting(half)


def _values(cases_given: Iterable[Case]) -> dict[Member, list[Json]]:
    found: dict[Member, list[Json]] = {}
    for case in cases_given:
        if case.mode == "positive":
            for name, value in case.members.items():
                known = found.setdefault((case.part, name), [])
                if value not in known:
                    known.append(value)
    return {member: [FIXED_VALUES[member]] if member in FIXED_VALUES else values for member, values in found.items()}


def _separating_subsets(members: list[Member]) -> Iterator[list[Member]]:
    """Yield subsets of which one separates each two members, by the bits of their numbers."""
    for bit in range((len(members) - 1).bit_length() if members else 0):
        yield [member for number, member in enumerate(members) if number >> bit & 1]
        yield [member for number, member in enumerate(members) if not number >> bit & 1]


def _optional(schema: Any) -> set[str]:
    return set(schema.get("properties", {})) - set(schema.get("required", ())) if isinstance(schema, dict) else set()
