"""Pages for people: templates of a folder, rendered on the server, with headers that protect their readers."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:  # imported on first use: 25 ms of start-up that most runs do not need
    import jinja2

TYPES = {
    ".css": b"text/css; charset=utf-8",
    ".html": b"text/html; charset=utf-8",
    ".js": b"text/javascript; charset=utf-8",
}
CONTENT_SECURITY_POLICY = (  # pages show what users typed: nothing of it may run, load or frame anything
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    b"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def headers(suffix: str, posts_to: str = "") -> list[tuple[bytes, bytes]]:
    """Return the headers of a page or of a file with this suffix; its forms may go to `posts_to`, an origin, too."""
    policy = CONTENT_SECURITY_POLICY.replace(b"form-action 'self'", f"form-action 'self' {posts_to}".strip().encode())
    return [
        (b"content-type", TYPES[suffix]),
        (b"content-security-policy", policy),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"cache-control", b"no-store"),
    ]


@cache
def templates(folder: Path) -> "jinja2.Environment":
    """Return the templates of a folder; what they show is escaped, what they lack is an error."""
    import jinja2  # noqa: PLC0415  # see above

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["json"] = lambda value: msgspec.json.encode(value).decode()
    return environment
