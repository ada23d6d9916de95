"""Where one answer's values go in the next request: OpenAPI links for the rival, written by hand.

`links.json`: operation -> following operation -> member of its request -> runtime expression. Without members the
order alone matters.
"""

import json
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any

Json = Any
FILE = Path(__file__).with_name("links.json")


@cache
def table() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """All links."""
    links: dict[str, dict[str, dict[str, str]]] = json.loads(FILE.read_text(encoding="utf-8"))
    return links


def partners(operations: Collection[str]) -> set[str]:
    """Operations that a link leads to from one of these, or from which one leads to these."""
    pairs = {(source, target) for source, targets in table().items() for target in targets}
    leading = {source for source, target in pairs if target in operations}
    following = {target for source, target in pairs if source in operations}
    return leading | following


def of(operation: str, known: Collection[str]) -> dict[str, Json]:
    """The `links` of an operation's answer to operations that are in the document."""
    targets = table().get(operation, {})
    return {target: _link(target, members) for target, members in targets.items() if target in known}


def _link(target: str, members: Mapping[str, str]) -> Json:
    body = {name.removeprefix("body."): value for name, value in members.items() if name.startswith("body.")}
    parameters = {name: value for name, value in members.items() if not name.startswith("body.")}
    return {"operationId": target, "parameters": parameters} | ({"requestBody": body} if body else {})
