"""The header Retry-After, which holds a number of seconds or a date (RFC 9110 10.2.3)."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")  # some gateways send fractions
_LONGEST = 86_400.0  # seconds; more than any run lasts; a number of 400 digits would be infinite


def seconds(text: str, sent_at: str = "") -> float | None:
    """Return the seconds to wait, at most a day, or None where the header holds neither form.

    A date is compared with `sent_at`, the response's Date header: the clock of the host that sent it, where it tells.
    """
    if _SECONDS.fullmatch(text):
        return min(float(text), _LONGEST)
    until = _date(text)
    if until is None:
        return None
    now = _date(sent_at) or datetime.now(UTC)
    return min(max((until - now).total_seconds(), 0.0), _LONGEST)


def _date(text: str) -> datetime | None:
    """Return an HTTP date in any of its three forms, of which one names no zone: all are in UTC (RFC 9110 5.6.7)."""
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
