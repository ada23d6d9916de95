"""Read Postman collections (formats 2.0 and 2.1): every request with the answers that were saved with it.

Answers are read one after the other, in constant memory. They are saved at any time, so that their order shows nothing.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import ijson

from loginradius_harness.traffic.exchange import RecordedExchange, named_pairs
from loginradius_harness.traffic.har import DAMAGED, damaged

Json = Any
ANSWER = re.compile(r"(item\.item\.)+response\.item")  # folders hold items, and those answers
NAME = re.compile(r"(item\.item\.)+name")
VARIABLE = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
UNKNOWN_HOST = "https://api.loginradius.com"  # for `{{base_url}}/identity/v2/...`


def read(path: Path, file: BinaryIO) -> Iterator[RecordedExchange]:
    """Yield the saved answers of a collection.

    Raises:
        UnreadableTraffic: the file is truncated or no JSON; answers before the place were yielded.
    """
    begin, number = file.tell(), 0
    try:
        variables = named_pairs(list(ijson.items(file, "variable.item", use_float=True)))
    except DAMAGED:
        variables = {}  # the same damage is met below
    file.seek(begin)
    answers = _saved(file)
    while True:
        try:
            found = next(answers, None)
        except DAMAGED as error:
            raise damaged(path, f"answer {number}", error) from None
        if found is None:
            return
        number += 1
        name, saved = found
        request = saved.get("originalRequest")
        if isinstance(request, Mapping):
            yield _exchange(f"{path.name}, answer {number} ({name})", request, saved, variables)


def _saved(file: BinaryIO) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """Yield each saved answer with the name of its request."""
    name, builder, place = "", None, ""
    for prefix, event, value in ijson.parse(file, use_float=True):
        if builder is not None:
            builder.event(event, value)
            if prefix == place and event == "end_map":
                yield name, builder.value
                builder = None
        elif event == "start_map" and ANSWER.fullmatch(prefix):
            builder, place = ijson.ObjectBuilder(), prefix
            builder.event(event, value)
        elif event == "string" and NAME.fullmatch(prefix):
            name = value


def _exchange(
    place: str, request: Mapping[str, Json], saved: Mapping[str, Json], variables: Mapping[str, str]
) -> RecordedExchange:
    url, body, code, answer = request.get("url"), request.get("body"), saved.get("code"), saved.get("body")
    address = _resolved(str(url.get("raw", "") if isinstance(url, Mapping) else url), variables)
    return RecordedExchange(
        place=place,
        method=str(request.get("method", "GET")).upper(),
        url=VARIABLE.sub(UNKNOWN_HOST, address, count=1) if address.startswith("{{") else address,
        request_headers={
            name: _resolved(value, variables) for name, value in named_pairs(request.get("header")).items()
        },
        request_body=_body(body, variables) if isinstance(body, Mapping) else None,
        status=code if isinstance(code, int) else None,
        response_body=answer if isinstance(answer, str) else None,
        in_order=False,
    )


def _resolved(text: str, variables: Mapping[str, str]) -> str:
    return VARIABLE.sub(lambda found: variables.get(found[1], found[0]), text)


def _body(body: Mapping[str, Json], variables: Mapping[str, str]) -> str | None:
    if body.get("mode") == "urlencoded":
        return _resolved(json.dumps(named_pairs(body.get("urlencoded"))), variables)
    raw = body.get("raw")
    return _resolved(raw, variables) if isinstance(raw, str) else None
