"""Tell the form of a traffic file by its beginning, and read it."""

import codecs
import contextlib
import gzip
import re
import tempfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from loginradius_harness.traffic import curl, har, postman, stream
from loginradius_harness.traffic.exchange import RecordedExchange, UnreadableTraffic

BEGINNING = 4096  # bytes that tell the form
FORMS = "a HAR file, a Postman collection, record.ndjson, or a trace of `curl --trace-ascii`"
ZIPPED = b"\x1f\x8b"
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
CHUNK = 1_000_000  # bytes
Reader = Callable[[Path, BinaryIO], Iterator[RecordedExchange]]


def read(path: Path) -> Iterator[RecordedExchange]:
    """Yield the exchanges of a file, in the order in which they were recorded. It may be compressed by gzip.

    Raises:
        UnreadableTraffic: the file is missing, of no known form, or damaged.
    """
    try:
        if path.exists() and not path.is_file():
            raise UnreadableTraffic(f"{path}: no file. Name files; what a pipe says must be written to one first.")
        with contextlib.ExitStack() as stack:
            raw = stack.enter_context(path.open("rb"))
            zipped = raw.read(len(ZIPPED)) == ZIPPED
            raw.seek(0)
            plain = stack.enter_context(gzip.open(raw)) if zipped else raw
            file = _as_utf8(cast("BinaryIO", plain), stack)
            reader = _reader(path, file.read(BEGINNING))
            _rewind(file)
            yield from reader(path, file)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise UnreadableTraffic(f"{path}: damaged gzip. Compress it again.") from None
    except UnicodeError:
        raise UnreadableTraffic(f"{path}: damaged text. Save it as UTF-8.") from None
    except OSError as error:
        raise UnreadableTraffic(f"{path}: {error.strerror or error}.") from None


def _as_utf8(file: BinaryIO, stack: contextlib.ExitStack) -> BinaryIO:
    """Return the file, or a copy in UTF-8 where its mark says that it is UTF-16."""
    beginning = file.read(len(codecs.BOM_UTF16))
    file.seek(0)
    if beginning not in UTF16:  # Windows PowerShell writes so what is redirected
        return file
    copy: BinaryIO = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  # the stack closes it
    text = codecs.getreader("utf-16")(file)
    while part := text.read(CHUNK):
        copy.write(part.encode())
    copy.seek(0)
    return copy


def _rewind(file: BinaryIO) -> None:
    """Go to the beginning, behind the mark of UTF-8."""
    file.seek(0)
    if file.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
        file.seek(0)


def _reader(path: Path, beginning: bytes) -> Reader:
    text = beginning.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace").lstrip()
    if re.match(r'\{\s*"event"', text):
        return stream.read
    if re.match(curl.BEGINNING, text):
        return curl.read
    if text.startswith("{"):
        if re.search(r'"(_postman_id|schema"\s*:\s*"https?:\\?/\\?/schema\.(getpostman|postman))', text):
            return postman.read
        if re.search(r'"(requests|folders_order|order)"\s*:\s*\[', text) and '"log"' not in text:
            raise UnreadableTraffic(f"{path}: a Postman collection of format 1. Export it in format 2.1.")
        if '"log"' in text:
            return har.read
    raise UnreadableTraffic(f"{path}: not {FORMS}.")
