"""How messages leave: on a page that posts them, or in the query of a redirect (bindings 3.4, 3.5)."""

from loginradius_harness.emulator.http.reply import Headers, Reply, redirect
from loginradius_harness.emulator.services.federation.form_posts import post
from loginradius_harness.emulator.services.federation.saml.documents import Element, encode
from loginradius_harness.emulator.services.federation.saml.signing import signed, signed_query
from loginradius_harness.emulator.state.federation.saml import POST, SamlApp


def send(app: SamlApp, name: str, message: Element, relay_state: str | None, headers: Headers) -> Reply:
    """Send a message about a log-out to an application, by the binding that it wants.

    `name` is SAMLRequest or SAMLResponse.
    """
    state, address = {} if relay_state is None else {"RelayState": relay_state}, app.settings.sp_logout_url
    if app.settings.default_request_binding == POST:
        return post(address, {name: encode(signed(message, app), deflated=False), **state}, *headers)
    query = signed_query(app, {name: encode(message, deflated=True), **state})
    return redirect(f"{address}{'&' if '?' in address else '?'}{query}", *headers)
