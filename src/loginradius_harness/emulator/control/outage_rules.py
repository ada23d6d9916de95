"""Outage rules as control calls and the command take them."""

from difflib import get_close_matches

import msgspec

from loginradius_harness import contracts
from loginradius_harness.emulator.control.routes import InvalidControlCallError
from loginradius_harness.emulator.state.outages import OutageRule


def check(rules: list[OutageRule]) -> None:
    """Raise InvalidControlCallError for a rule about an operation that does not exist."""
    known = {operation.id for operation in contracts.operations()} | {"*"}
    unknown = next((rule.operation for rule in rules if rule.operation not in known), None)
    if unknown is not None:
        near = get_close_matches(unknown, known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise InvalidControlCallError(f"no operation {unknown!r}{hint}")


def parsed(text: str) -> OutageRule:
    """Return the rule of a text such as `operation=account.create_account,status=503,times=2`.

    Raise InvalidControlCallError.
    """
    members = dict(pair.partition("=")[::2] for pair in text.split(","))
    try:
        rule = msgspec.convert(members, OutageRule, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidControlCallError(str(error)) from None
    check([rule])
    return rule
