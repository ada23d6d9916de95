"""One recorded request and its answer."""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

Json = Any
LARGEST_BODY = 16_000_000  # characters; a larger body is not judged
LONGEST_LINE = 64_000_000  # bytes


class UnreadableTraffic(Exception):  # noqa: N818  # names what is wrong with the user's file
    """A file that holds no traffic that can be read. The message names file, place and remedy."""

    exit_code = 2


@dataclass(frozen=True)
class RecordedExchange:
    """A request and its answer as a recorder wrote them.

    Args:
        place: where it stands, e.g. `app.har, entry 3`.
        request_body: text; None where none was recorded.
        status: HTTP status; None where no answer was recorded.
        response_body: text; None where the recorder left it out.
        started: when the request began, where the recorder says so.
        seconds: until the answer was complete; 0 where the recorder does not say.
        in_order: whether it happened after those that were read before it.
        redacted: whether variables stand in place of secrets and personal data.
    """

    place: str
    method: str
    url: str
    request_headers: Mapping[str, str] = field(default_factory=dict)
    request_body: str | None = None
    status: int | None = None
    response_body: str | None = None
    response_headers: Mapping[str, str] = field(default_factory=dict)
    started: datetime | None = None
    seconds: float = 0.0
    in_order: bool = True
    redacted: bool = False

    @cached_property
    def host(self) -> str:
        """Return the host name in lower case, without port."""
        return (self._parts.hostname or "").lower()

    @cached_property
    def path(self) -> str:
        """Return the decoded path, empty where the URL has none that can be read."""
        return unquote(self._parts.path)

    @cached_property
    def query(self) -> dict[str, str]:
        """Return the query parameters; the last of equal names counts."""
        return _pairs(self._parts.query)

    @cached_property
    def _parts(self) -> SplitResult:
        try:
            return urlsplit(self.url)
        except ValueError:
            return urlsplit("")

    @cached_property
    def request_json(self) -> Json:
        """Return the decoded body: JSON, a form as an object, or None."""
        return _decoded(self.request_body, self.header("content-type"))

    def response_json(self) -> Json:
        """Return the decoded answer.

        Raises:
            ValueError: the body is not JSON, or nested too deeply to be read.
        """
        return _json(self.response_body or "null")

    def header(self, name: str) -> str:
        """Return a request header's value, empty where it is absent. `name` is in lower case."""
        return next((value for key, value in self.request_headers.items() if key.lower() == name), "")


def _decoded(body: str | None, content_type: str) -> Json:
    if not body:
        return None
    if "x-www-form-urlencoded" in content_type:
        return _pairs(body)
    try:
        return _json(body)
    except ValueError:
        return None


def _json(text: str) -> Json:
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _pairs(text: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(text, keep_blank_values=True))
    except ValueError:  # more fields than are read
        return {}


def named_pairs(pairs: object) -> dict[str, str]:
    """Return `[{"name" or "key": ..., "value": ...}]`, the form of HAR and Postman, as a mapping."""
    if not isinstance(pairs, Iterable):
        return {}
    found = {}
    for pair in pairs:
        if isinstance(pair, Mapping):
            name = pair.get("name", pair.get("key"))
            if isinstance(name, str):
                found[name] = str(pair.get("value", ""))
    return found


def lines(path: Path, file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a file.

    Raises:
        UnreadableTraffic: a line is too long to be one.
    """
    while line := file.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise UnreadableTraffic(f"{path}: a line is longer than {LONGEST_LINE // 1_000_000} MB. Record it again.")
        yield line


def moment(text: object) -> datetime | None:
    """Return an ISO 8601 time with its zone; None where there is none."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def text_of(content: Mapping[str, Json]) -> str | None:
    """Return the text of a HAR body; None where the recorder left it out or it is no text."""
    text = content.get("text")
    if not isinstance(text, str) or len(text) > LARGEST_BODY:
        return None
    if content.get("encoding") != "base64":
        return text
    try:
        return base64.b64decode(text, validate=False).decode("utf-8")
    except ValueError:
        return None
