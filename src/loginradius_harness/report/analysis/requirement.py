"""Read requirements: the place in a schema that a violation is about, or the text of a rule or check."""

import re

_POINTER = re.compile(r" at /\S*$")  # of the response in which it was seen
_STATUS = re.compile(r"^responses/\d+/?")
_UNKNOWN_MEMBER = re.compile(r"/?(?:additional|unevaluated)Properties$")
_INDEX = re.compile(r"/\d+(?=/|$)")


def place(requirement: str) -> str:
    """Return the part that is the same in every response: the schema pointer, or the whole text."""
    return _STATUS.sub("", _POINTER.sub("", requirement))


def is_schema_place(requirement: str) -> bool:
    """Whether the requirement is a place in a schema: what it demands is fixed, and actual values vary."""
    return bool(_STATUS.match(requirement)) or ".json" in requirement


def owner(requirement: str) -> str:
    """Return the place of the schema whose members are closed, for a violation by an unknown member."""
    return _UNKNOWN_MEMBER.sub("", place(requirement))


def without_indices(pointer: str) -> str:
    """Return a JSON pointer with `[]` for any element of an array."""
    return _INDEX.sub("[]", pointer)
