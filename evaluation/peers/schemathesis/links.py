"""OpenAPI links, written by hand: which value of a response belongs into which following request.

`links.json`: operation -> following operation -> member of its request -> runtime expression. A link without members
only says which operation follows.
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
    """Return all links."""
    links: dict[str, dict[str, dict[str, str]]] = json.loads(FILE.read_text(encoding="utf-8"))
    return links


def partners(operations: Collection[str]) -> set[str]:
    """Return the operations that a link connects with one of these, in either direction."""
    pairs = {(source, target) for source, targets in table().items() for target in targets}
    leading = {source for source, target in pairs if target in operations}
    following = {target for source, target in pairs if source in operations}
    return leading | following


def of(operation: str, known: Collection[str]) -> dict[str, Json]:
    """Return the `links` of an operation's response to operations in the document."""
    targets = table().get(operation, {})
    return {target: _link(target, members) for target, members in targets.items() if target in known}


def _link(target: str, members: Mapping[str, str]) -> Json:
    body = {name.removeprefix("body."): value for name, value in members.items() if name.startswith("body.")}
    parameters = {name: value for name, value in members.items() if not name.startswith("body.")}
    return {"operationId": target, "parameters": parameters} | ({"requestBody": body} if body else {})
