"""One recorded request and its answer."""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

Json = Any
LARGEST_BODY = 16_000_000  # characters; a larger body is not judged


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

    @cached_property
    def host(self) -> str:
        """Return the host name in lower case, without port."""
        try:
            return (urlsplit(self.url).hostname or "").lower()
        except ValueError:
            return ""

    @cached_property
    def path(self) -> str:
        """Return the decoded path."""
        return unquote(urlsplit(self.url).path)

    @cached_property
    def query(self) -> dict[str, str]:
        """Return the query parameters; the last of equal names counts."""
        return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))

    @cached_property
    def request_json(self) -> Json:
        """Return the decoded body: JSON, a form as an object, or None."""
        return _decoded(self.request_body, self.header("content-type"))

    def response_json(self) -> Json:
        """Return the decoded answer.

        Raises:
            ValueError: the body is not JSON.
        """
        return json.loads(self.response_body or "null")

    def header(self, name: str) -> str:
        """Return a request header's value, empty where it is absent. `name` is in lower case."""
        return next((value for key, value in self.request_headers.items() if key.lower() == name), "")


def _decoded(body: str | None, content_type: str) -> Json:
    if not body:
        return None
    if "x-www-form-urlencoded" in content_type:
        return dict(parse_qsl(body, keep_blank_values=True))
    try:
        return json.loads(body)
    except ValueError:
        return None


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
