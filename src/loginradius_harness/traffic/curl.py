"""Read traces of `curl --trace-ascii FILE`, bodies included."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from loginradius_harness.traffic.exchange import RecordedExchange

SECTION = re.compile(r"^(?:\d\d:\d\d:\d\d\.\d+ )?(=>|<=) (Send|Recv) (header|data)\b")
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
    for direction, kind, text in _sections(file):
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
        message.request_body += text
    elif kind == "header":
        if text.startswith("HTTP/"):
            message.response_head.clear()  # an interim answer such as `100 Continue` came before
        message.response_head += text.split("\n")
    else:
        message.response_body += text


def _sections(file: BinaryIO) -> Iterator[tuple[str, str, str]]:
    """Yield (direction, kind, text) of each section; lines that continue each other are joined."""
    current: tuple[str, str] | None = None
    text, expected = "", 0
    for raw in file:
        line = raw.decode("utf-8", "replace").rstrip("\r\n")
        if begun := SECTION.match(line):
            if current:
                yield (*current, text)
            current, text, expected = (begun.group(1), begun.group(3)), "", 0
        elif current and (found := LINE.match(line)):
            offset, part = int(found.group(1), 16), found.group(2)
            text += ("\n" if offset > expected else "") + part
            expected = offset + len(part)
    if current:
        yield (*current, text)


def _exchange(path: Path, number: int, message: _Message) -> Iterator[RecordedExchange]:
    first = message.request_head[0].split(" ")
    headers = _headers(message.request_head[1:])
    status = re.match(r"HTTP/\S+ (\d{3})", message.response_head[0]) if message.response_head else None
    if len(first) > 1:
        host = next((value for name, value in headers.items() if name.lower() == "host"), "")
        yield RecordedExchange(
            place=f"{path.name}, request {number}",
            method=first[0].upper(),
            url=first[1] if "://" in first[1] else f"https://{host}{first[1]}",
            request_headers=headers,
            request_body=message.request_body or None,
            status=int(status.group(1)) if status else None,
            response_body=message.response_body or None,
        )


def _headers(lines: list[str]) -> dict[str, str]:
    pairs = (line.partition(":") for line in lines if ":" in line)
    return {name.strip(): value.strip() for name, _, value in pairs}
