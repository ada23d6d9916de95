"""The query language: groups of rules, each with an operator, a member and a value (product-facts.md#directory)."""

from collections.abc import Callable
from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.services.directory.values import Span, like, span, terms, values

Json = Any

DEEPEST = 20  # groups within groups (inferred)
LIMITS = 2  # of BETWEEN: first and last, both included

_OPPOSITES = {"!=": "=", "NOT_EXISTS": "EXISTS", "Not_Contains": "Contains"}
_ORDER: dict[str, Callable[[Span, Span], bool]] = {
    ">": lambda value, given: value[0] > given[1],
    ">=": lambda value, given: value[0] >= given[0],
    "<": lambda value, given: value[0] < given[0],
    "<=": lambda value, given: value[0] <= given[1],
}


def matches(query: Json, row: Json) -> bool:
    """Return whether a row fits a query; an empty one fits every row. Raise DIRECTORY_QUERY_MALFORMED."""
    return _group(query.get("group") or {}, row, 1)


def _group(group: Json, row: Json, depth: int) -> bool:
    rules = group.get("rules") or [] if isinstance(group, dict) else None
    if depth > DEEPEST or not isinstance(rules, list):
        raise ApiError(ErrorCode.DIRECTORY_QUERY_MALFORMED)
    fitting = [_rule(rule, row, depth) for rule in rules]
    return any(fitting) if group.get("operator") == "OR" and fitting else all(fitting)


def _rule(rule: Json, row: Json, depth: int) -> bool:
    if not isinstance(rule, dict):
        raise ApiError(ErrorCode.DIRECTORY_QUERY_MALFORMED)
    if "group" in rule:
        return _group(rule["group"], row, depth + 1)
    operator = str(rule.get("operator"))
    straight = _OPPOSITES.get(operator, operator)
    found = [_fits(value, straight, rule.get("value")) for value in values(row, str(rule.get("name")))]
    _fits("", straight, rule.get("value"))  # a wrong rule is refused where there is no value either
    return any(found) == (operator == straight)


def _fits(value: Json, operator: str, given: Json) -> bool:
    if operator == "EXISTS":
        return True
    if operator == "=":
        return _equal(value, given)
    if operator == "Contains":
        return bool(terms(str(given)) & terms(str(value)))
    if operator == "BETWEEN" and isinstance(given, list) and len(given) == LIMITS:
        return _in_order(value, ">=", given[0]) and _in_order(value, "<=", given[1])
    if operator in _ORDER:
        return _in_order(value, operator, given)
    raise ApiError(ErrorCode.DIRECTORY_QUERY_MALFORMED)


def _equal(value: Json, given: Json) -> bool:
    value = like(value, given)
    covered, wanted = span(value), span(given)
    if covered is None or wanted is None:
        return bool(value == given) and isinstance(value, bool) == isinstance(given, bool)
    return wanted[0] <= covered[0] <= wanted[1]


def _in_order(value: Json, operator: str, given: Json) -> bool:
    covered, wanted = span(like(value, given)), span(given)
    return covered is not None and wanted is not None and _ORDER[operator](covered, wanted)
