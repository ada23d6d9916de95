"""Read the harness's own record stream, `record.ndjson`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from loginradius_harness.traffic.exchange import RecordedExchange, UnreadableTraffic, lines, moment


def read(path: Path, file: BinaryIO) -> Iterator[RecordedExchange]:
    """Yield the exchanges that a run kept with their contents.

    Raises:
        UnreadableTraffic: a line is not JSON.
    """
    for number, line in enumerate(lines(path, file), 1):
        if b'"evidence"' not in line[:40]:
            continue
        try:
            event = json.loads(line)
            yield RecordedExchange(
                place=f"{path.name}, line {number}",
                method=event["method"],
                url=event["url"],
                request_headers=event.get("request_headers", {}),
                request_body=event.get("request_body"),
                status=event.get("status"),
                response_body=event.get("response_body"),
                started=moment(event.get("started")),
                seconds=float(event.get("seconds", 0)),
                in_order=not event.get("operation"),  # a run's processes name secrets each in its own way
                redacted=True,
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise UnreadableTraffic(f"{path}: line {number} is damaged. Remove it, or run the tests again.") from None
