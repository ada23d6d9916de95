"""The envelope of a refusal, in either spelling: Pascal case, or camelCase below /api/v2.

Source: product-facts.md#errors.
"""

from collections.abc import Mapping
from typing import Any

Json = Any


def error_envelope(data: Json) -> Mapping[str, Json] | None:
    """Return the envelope of a refusal with names in Pascal case; None if the answer is no refusal."""
    if not isinstance(data, Mapping):
        return None
    if "errorCode" in data and all(name[:1].islower() for name in data):
        return {name[:1].upper() + name[1:]: value for name, value in data.items()}
    return data if {"ErrorCode", "errorCode"} & data.keys() else None


def error_code(data: Json) -> int | None:
    """Return the product error code of an answer; None if the answer is no refusal or its code is no number."""
    code = (error_envelope(data) or {}).get("ErrorCode")
    return code if isinstance(code, int) and not isinstance(code, bool) else None
