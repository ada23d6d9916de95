"""How messages leave: on a page that posts them, or in the query of a redirect (bindings 3.4, 3.5)."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from loginradius_harness.emulator.http import pages
from loginradius_harness.emulator.http.reply import Headers, Reply, redirect
from loginradius_harness.emulator.services.federation.saml.documents import Element, encode
from loginradius_harness.emulator.services.federation.saml.signing import signed, signed_query
from loginradius_harness.emulator.state.federation.saml import POST, SamlApp

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
    template = pages.templates(FOLDER).get_template("post.html")
    text = template.render(address=address, fields=fields, script=SCRIPT)
    return Reply(200, text.encode(), [*HEADERS, *headers], "text/html; charset=utf-8")


def send(app: SamlApp, name: str, message: Element, relay_state: str | None, headers: Headers) -> Reply:
    """Send a message about a log-out to an application, by the binding that it wants.

    `name` is SAMLRequest or SAMLResponse.
    """
    state, address = {} if relay_state is None else {"RelayState": relay_state}, app.settings.sp_logout_url
    if app.settings.default_request_binding == POST:
        return post(address, {name: encode(signed(message, app), deflated=False), **state}, *headers)
    query = signed_query(app, {name: encode(message, deflated=True), **state})
    return redirect(f"{address}{'&' if '?' in address else '?'}{query}", *headers)
