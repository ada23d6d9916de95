"""Make bodies and texts readable, whatever bytes a tenant sent."""

import json
import re
from typing import Any

import msgspec

LONGEST = 8_000  # characters of a body that a report keeps
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def shown(body: Any, longest: int = LONGEST) -> str | None:
    """Return a JSON value or text, indented, and cut with a note where it is long; None where there is no body."""
    if body is None:
        return None
    text = body if isinstance(body, str) else _indented(body)
    return cut(text if text.isprintable() else printable(text), longest)


def _indented(body: Any) -> str:
    """Return JSON with an indent. msgspec takes a tenth of the time of `json`, and cannot write every value."""
    try:
        return msgspec.json.format(msgspec.json.encode(body, enc_hook=repr), indent=2).decode()
    except (TypeError, ValueError, OverflowError, RecursionError):  # say, a lone surrogate or a huge number
        return json.dumps(body, indent=2, ensure_ascii=False, default=repr)


def cut(text: str, longest: int = LONGEST) -> str:
    """Return the text, or its beginning and how much is left out."""
    if len(text) <= longest:
        return text
    return f"{text[:longest]}\n... cut here: {len(text) - longest:,} of {len(text):,} characters are left out"


def printable(text: str) -> str:
    r"""Return the text with control characters and lone surrogates as \x.., which XML and terminals accept."""
    return _UNPRINTABLE.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def storable(value: Any) -> Any:
    """Return the JSON value with every text printable: a lone surrogate, which JSON may escape, has no UTF-8 form."""
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [storable(item) for item in value]
    return printable(value) if isinstance(value, str) else value
