"""A whole response of a handler, where the product's JSON with status 200 does not fit: OAuth, SAML, redirects."""

from dataclasses import dataclass, field
from typing import Any

from loginradius_harness.emulator.http import asgi

Headers = list[tuple[str, str]]


@dataclass(slots=True)
class Reply:
    """Status, body (JSON, bytes that are sent as they are, None for none), headers beside those of every response."""

    status: int
    body: Any = None
    headers: Headers = field(default_factory=list)
    media_type: str = "application/json; charset=utf-8"

    @property
    def location(self) -> str | None:
        """Return where a redirect leads; None where the response is none."""
        return next((value for name, value in self.headers if name.lower() == "location"), None)

    @location.setter
    def location(self, address: str) -> None:
        self.headers = [(name, value) for name, value in self.headers if name.lower() != "location"]
        self.headers.append(("Location", address))

    @property
    def content(self) -> bytes:
        """Return the body as it is sent."""
        if isinstance(self.body, bytes):
            return self.body
        return asgi.encode(self.body) if self.body is not None else b""

    @property
    def wire_headers(self) -> list[tuple[bytes, bytes]]:
        """Return the headers as ASGI sends them."""
        kind = [("content-type", self.media_type)] if self.body is not None else []
        return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in kind + self.headers]


def redirect(address: str, *headers: tuple[str, str]) -> Reply:
    """Return a redirect that nobody stores."""
    return Reply(302, None, [("Location", address), ("Cache-Control", "no-store"), *headers])
