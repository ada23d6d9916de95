"""What nobody may accept: no known issue and no overlay excuses it."""

import re

FIRST_SERVER_ERROR = 500

_SUCCESS = re.compile(r"(?:status )?2\d\d\b|it succeeded")
_SERVER_ERROR = re.compile(r"(?:status )?5\d\d\b")
_ERROR_CODE = re.compile(r"\d{3,4}\b")


def is_inexcusable(requirement: str, expected: str, actual: str, status: int | None = None) -> bool:
    """Return whether a deviation is a server error, or a success instead of a refusal.

    The texts are those of a verdict; `status` is that of the response.
    """
    if (status or 0) >= FIRST_SERVER_ERROR or _SERVER_ERROR.match(actual):
        return True
    demands_refusal = "refused" in requirement or _ERROR_CODE.match(expected) is not None
    return demands_refusal and _SUCCESS.match(actual) is not None
