"""Read traces of `curl --trace-ascii FILE`, bodies included."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from loginradius_harness.traffic.exchange import LARGEST_BODY, RecordedExchange, lines

STAMP = r"(?:\d\d:\d\d:\d\d\.\d+ )?(?:\[\S+\] )?"  # of --trace-time and --trace-ids
BEGINNING = STAMP + r"(== Info|=> Send|<= Recv)"
SECTION = re.compile(rf"^{STAMP}(=>|<=) (Send|Recv) (header|data)\b")
STATUS = re.compile(r"(?:HTTP/\S+|:status:) (\d{3})")
LINE = re.compile(r"^([0-9a-f]{4,}): (.*)$")


@dataclass
class _Message:
    """Head and body of one request and its answer, as far as they were read."""

    request_head: list[str] = field(default_factory=list)
    request_body: str = ""
    response_head: list[str] = field(default_factory=list)
    response_body: str = ""


def read(path: Path, file: BinaryIO) -> Iterator[RecordedExchange]:
    """Yield the exchanges of a trace. Hosts come from the `Host` header; https is assumed."""
    message, number = _Message(), 0
    for direction, kind, text in _sections(path, file):
        if direction == "=>" and kind == "header":
            if message.request_head:
                number += 1
                yield from _exchange(path, number, message)
            message = _Message()
        _add(message, direction, kind, text)
    if message.request_head:
        yield from _exchange(path, number + 1, message)


def _add(message: _Message, direction: str, kind: str, text: str) -> None:
    if direction == "=>" and kind == "header":
        message.request_head += text.split("\n")
    elif direction == "=>":
        message.request_body += text if len(message.request_body) <= LARGEST_BODY else ""
    elif kind == "header":
        if STATUS.match(text):
            message.response_head.clear()  # an interim answer such as `100 Continue` came before
        message.response_head += text.split("\n")
    else:
        message.response_body += text if len(message.response_body) <= LARGEST_BODY else ""


def _sections(path: Path, file: BinaryIO) -> Iterator[tuple[str, str, str]]:
    """Yield (direction, kind, text) of each section; lines that continue each other are joined."""
    current: tuple[str, str] | None = None
    parts: list[str] = []
    expected = size = 0
    for raw in lines(path, file):
        line = raw.decode("utf-8", "replace").rstrip("\r\n")
        if begun := SECTION.match(line):
            if current:
                yield (*current, "".join(parts))
            current, parts, expected, size = (begun.group(1), begun.group(3)), [], 0, 0
        elif current and (found := LINE.match(line)):
            offset, part = int(found.group(1), 16), found.group(2)
            if size <= LARGEST_BODY:
                parts.append(("\n" if offset > expected else "") + part)
            expected, size = offset + len(part), size + len(part)
    if current:
        yield (*current, "".join(parts))


def _exchange(path: Path, number: int, message: _Message) -> Iterator[RecordedExchange]:
    headers = _headers(message.request_head)
    first = message.request_head[0].split(" ")
    if message.request_head[0].startswith(":"):  # HTTP/2 as it is sent
        first = [headers.get(":method", ""), headers.get(":path", "")]
    status = next(filter(None, map(STATUS.match, message.response_head)), None)
    if len(first) > 1:
        host = next((value for name, value in headers.items() if name.lower() in {"host", ":authority"}), "")
        yield RecordedExchange(
            place=f"{path.name}, request {number}",
            method=first[0].upper(),
            url=first[1] if "://" in first[1] else f"https://{host}{first[1]}",
            request_headers={name: value for name, value in headers.items() if not name.startswith(":")},
            request_body=_limited(message.request_body),
            status=int(status.group(1)) if status else None,
            response_body=_limited(message.response_body),
        )


def _limited(body: str) -> str | None:
    return body if body and len(body) <= LARGEST_BODY else None


def _headers(lines: list[str]) -> dict[str, str]:
    found = (re.fullmatch(r"(:?[^:\s]+):\s*(.*?)\s*", line) for line in lines)
    return {pair[1]: pair[2] for pair in found if pair}
