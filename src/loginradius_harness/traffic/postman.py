"""Read Postman collections (format 2.1): every request with the answers that were saved with it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from loginradius_harness.traffic.exchange import RecordedExchange, UnreadableTraffic, named_pairs

Json = Any
LARGEST = 200_000_000  # bytes: a collection is read as a whole


def read(path: Path, file: BinaryIO) -> Iterator[RecordedExchange]:
    """Yield the saved answers of a collection.

    Raises:
        UnreadableTraffic: the file is too large or not JSON.
    """
    text = file.read(LARGEST + 1)
    if len(text) > LARGEST:
        raise UnreadableTraffic(
            f"{path}: larger than {LARGEST // 1_000_000} MB. Export fewer folders of the collection."
        )
    try:
        collection = json.loads(text)
    except ValueError as error:
        raise UnreadableTraffic(f"{path}: not valid JSON: {error}. Export the collection again.") from None
    for number, (name, saved) in enumerate(_saved(collection.get("item")), 1):
        request = saved.get("originalRequest")
        if isinstance(request, Mapping):
            yield _exchange(f"{path.name}, answer {number} ({name})", request, saved)


def _saved(items: Json) -> Iterator[tuple[str, Mapping[str, Json]]]:
    for item in items if isinstance(items, list) else ():
        if isinstance(item, Mapping):
            yield from _saved(item.get("item"))
            for answer in item.get("response") or ():
                if isinstance(answer, Mapping):
                    yield str(item.get("name", "")), answer


def _exchange(place: str, request: Mapping[str, Json], saved: Mapping[str, Json]) -> RecordedExchange:
    url, body = request.get("url"), request.get("body")
    return RecordedExchange(
        place=place,
        method=str(request.get("method", "GET")).upper(),
        url=str(url.get("raw", "") if isinstance(url, Mapping) else url),
        request_headers=named_pairs(request.get("header")),
        request_body=_body(body) if isinstance(body, Mapping) else None,
        status=status if isinstance(status := saved.get("code"), int) else None,
        response_body=saved["body"] if isinstance(saved.get("body"), str) else None,
    )


def _body(body: Mapping[str, Json]) -> str | None:
    if body.get("mode") == "urlencoded":
        return json.dumps(named_pairs(body.get("urlencoded")))
    raw = body.get("raw")
    return raw if isinstance(raw, str) else None
