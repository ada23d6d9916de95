"""Pages that post fields to an address: how messages of SAML and tokens of JWT apps leave by a browser.

Sources: SAML bindings 3.5, OAuth 2.0 Form Post Response Mode.
"""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from loginradius_harness.emulator.http import pages
from loginradius_harness.emulator.http.reply import Reply

FOLDER = Path(__file__).parent
SCRIPT = "document.forms[0].submit()"
_HASH = b64encode(sha256(SCRIPT.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; script-src 'sha256-{_HASH}'; base-uri 'none'; form-action https: http:; "
    "frame-ancestors 'none'"
)
HEADERS = [
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-cache, no-store"),  # bindings 3.5.5.1
    ("Pragma", "no-cache"),
]


def post(address: str, fields: dict[str, str], *headers: tuple[str, str]) -> Reply:
    """Return a page that posts fields to an address, by script or by its button."""
    template = pages.templates(FOLDER).get_template("form_post.html")
    text = template.render(address=address, fields=fields, script=SCRIPT)
    return Reply(200, text.encode(), [*HEADERS, *headers], "text/html; charset=utf-8")
