"""Read HAR files (browsers, Playwright, mitmproxy) entry by entry, in constant memory."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlencode

import ijson

from loginradius_harness.traffic.exchange import RecordedExchange, UnreadableTraffic, moment, named_pairs, text_of

Json = Any
LONGEST = 86_400_000  # milliseconds of a request
END = object()
DAMAGED = (ijson.JSONError, UnicodeError, ValueError, OverflowError)  # of a number that is too large, too


def read(path: Path, file: BinaryIO) -> Iterator[RecordedExchange]:
    """Yield the exchanges of a HAR file.

    Raises:
        UnreadableTraffic: the file is truncated or not a HAR; exchanges before the place were yielded.
    """
    entries, number = ijson.items(file, "log.entries.item", use_float=True), 0
    while True:
        try:
            entry = next(entries, END)
        except DAMAGED as error:
            raise damaged(path, f"entry {number}", error) from None
        if entry is END:
            return
        number += 1
        if (exchange := _exchange(f"{path.name}, entry {number}", entry)) is not None:
            yield exchange


def damaged(path: Path, place: str, error: Exception) -> UnreadableTraffic:
    """Return the failure to read on after a place."""
    reason = str(error).partition("\n")[0]
    return UnreadableTraffic(f"{path}: unreadable after {place}: {reason}. Record it again.")


def _exchange(place: str, entry: Json) -> RecordedExchange | None:
    request = entry.get("request") if isinstance(entry, Mapping) else None
    if not isinstance(request, Mapping) or not isinstance(request.get("url"), str):
        return None
    response = entry.get("response")
    response = response if isinstance(response, Mapping) else {}
    posted, content, milliseconds = request.get("postData"), response.get("content"), entry.get("time")
    return RecordedExchange(
        place=place,
        method=str(request.get("method", "GET")).upper(),
        url=request["url"],
        request_headers=named_pairs(request.get("headers")),
        request_body=_posted(posted) if isinstance(posted, Mapping) else None,
        status=status if isinstance(status := response.get("status"), int) and status > 0 else None,
        response_body=text_of(content) if isinstance(content, Mapping) else None,
        started=moment(entry.get("startedDateTime")),
        seconds=milliseconds / 1000 if isinstance(milliseconds, int | float) and 0 < milliseconds < LONGEST else 0.0,
    )


def _posted(posted: Mapping[str, Json]) -> str | None:
    """Return the text of a body; that of a form that the recorder has taken apart as well."""
    if (text := text_of(posted)) is not None or not posted.get("params"):
        return text
    return urlencode(named_pairs(posted["params"]))
