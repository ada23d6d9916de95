"""Read HAR files (browsers, Playwright, mitmproxy) entry by entry, in constant memory."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import ijson

from loginradius_harness.traffic.exchange import RecordedExchange, UnreadableTraffic, named_pairs, text_of

Json = Any


def read(path: Path, file: BinaryIO) -> Iterator[RecordedExchange]:
    """Yield the exchanges of a HAR file.

    Raises:
        UnreadableTraffic: the file is truncated or not a HAR; exchanges before the place were yielded.
    """
    number = 0
    try:
        for number, entry in enumerate(ijson.items(file, "log.entries.item", use_float=True), 1):
            if (exchange := _exchange(f"{path.name}, entry {number}", entry)) is not None:
                yield exchange
    except (ijson.JSONError, UnicodeDecodeError) as error:
        reason = str(error).partition("\n")[0]
        raise UnreadableTraffic(f"{path}: unreadable after entry {number}: {reason}. Record it again.") from None


def _exchange(place: str, entry: Json) -> RecordedExchange | None:
    request = entry.get("request") if isinstance(entry, Mapping) else None
    if not isinstance(request, Mapping) or not isinstance(request.get("url"), str):
        return None
    response = entry.get("response")
    response = response if isinstance(response, Mapping) else {}
    posted, content = request.get("postData"), response.get("content")
    return RecordedExchange(
        place=place,
        method=str(request.get("method", "GET")).upper(),
        url=request["url"],
        request_headers=named_pairs(request.get("headers")),
        request_body=text_of(posted) if isinstance(posted, Mapping) else None,
        status=status if isinstance(status := response.get("status"), int) and status > 0 else None,
        response_body=text_of(content) if isinstance(content, Mapping) else None,
    )
