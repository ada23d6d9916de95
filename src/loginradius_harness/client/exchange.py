"""One request and its response, redacted for logs and reports."""

import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from loginradius_harness.client.redaction import VARIABLE, Redactor
from loginradius_harness.contracts import Violation

Json = Any


@dataclass(frozen=True, slots=True)
class Wire:
    """Request and response as sent and received, with secrets. Only client and exchange see it."""

    method: str
    url: str
    request_headers: tuple[tuple[str, str], ...]
    request_body: Json
    response_headers: tuple[tuple[str, str], ...] = ()
    response_body: Json = None


@dataclass(frozen=True)
class Exchange:
    """One call, given to the client's listeners. Everything that can be read from it is redacted.

    `status` is None where there was no response. `trouble` says why a response is missing or could not be checked.
    """

    operation: str
    started: datetime
    seconds: float
    attempts: int
    status: int | None
    error_code: int | None
    trouble: str | None
    violations: tuple[Violation, ...]
    # Redaction takes time and most exchanges are never read: a member is redacted when it is first read.
    _wire: Wire = field(repr=False)
    _redactor: Redactor = field(repr=False)

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self._wire.method

    @cached_property
    def url(self) -> str:
        """The full URL with variables in place of secret parameters."""
        return self._redactor.url(self._wire.url)

    @cached_property
    def request_headers(self) -> Mapping[str, str]:
        """The headers that this client set."""
        return self._redactor.headers(self._wire.request_headers)

    @cached_property
    def request_body(self) -> Json:
        """The JSON value that was sent, text where it was no JSON, or None."""
        return self._shown(self._wire.request_body, self._redactor.request_body)

    @cached_property
    def response_headers(self) -> Mapping[str, str]:
        """The headers of the response."""
        return self._redactor.headers(self._wire.response_headers)

    @cached_property
    def response_body(self) -> Json:
        """The JSON value of the response, text where it was no JSON, or None."""
        return self._shown(self._wire.response_body, self._redactor.answer)

    def _shown(self, body: Json, redact: Callable[[Json], Json]) -> Json:
        return self._redactor.text(body.decode(errors="replace")) if isinstance(body, bytes) else redact(body)

    @property
    def replay(self) -> str:
        """A shell command that repeats the request; every secret is an environment variable."""
        words = ["curl", "--include", "--request", self.method, _shell(self.url)]
        for name, value in self.request_headers.items():
            words += ["--header", _shell(f"{name}: {value}")]
        if self.request_body is not None:
            raw = isinstance(self._wire.request_body, bytes)
            words += ["--data-raw", _shell(self.request_body if raw else json.dumps(self.request_body))]
        return " ".join(words)


def _shell(text: str) -> str:
    """Quote a word for a POSIX shell so that only the variables are expanded."""
    parts = [part for part in VARIABLE.split(text) if part]
    return "".join(f'"{part}"' if VARIABLE.fullmatch(part) else shlex.quote(part) for part in parts) or "''"
