"""Tell the form of a traffic file by its beginning, and read it."""

import re
from collections.abc import Iterator
from pathlib import Path

from loginradius_harness.traffic import curl, har, postman, stream
from loginradius_harness.traffic.exchange import RecordedExchange, UnreadableTraffic

BEGINNING = 4096  # bytes that tell the form
FORMS = "a HAR file, a Postman collection, record.ndjson, or a trace of `curl --trace-ascii`"


def read(path: Path) -> Iterator[RecordedExchange]:
    """Yield the exchanges of a file, in the order in which they were recorded.

    Raises:
        UnreadableTraffic: the file is missing, of no known form, or damaged.
    """
    try:
        with path.open("rb") as file:
            beginning = file.read(BEGINNING).removeprefix(b"\xef\xbb\xbf")
            reader = _reader(beginning)
            if reader is None:
                raise UnreadableTraffic(f"{path}: not {FORMS}.")
            file.seek(3 if _has_mark(path) else 0)
            yield from reader(path, file)
    except OSError as error:
        raise UnreadableTraffic(f"{path}: {error.strerror}.") from None


def _has_mark(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(3) == b"\xef\xbb\xbf"


def _reader(beginning: bytes):  # type: ignore[no-untyped-def]  # noqa: ANN202  # one of four functions of one form
    text = beginning.decode("utf-8", "replace").lstrip()
    if re.match(r'\{\s*"event"', text):
        return stream.read
    if text.startswith("{"):
        return (
            postman.read if re.search(r'"(_postman_id|schema"\s*:\s*"https?://schema\.getpostman)', text) else har.read
        )
    if re.match(r"(?:\d\d:\d\d:\d\d\.\d+ )?(== Info|=> Send|<= Recv)", text):
        return curl.read
    return None
