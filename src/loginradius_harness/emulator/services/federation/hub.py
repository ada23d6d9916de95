"""The log-in at the hosted page, which browsers carry as a cookie."""

from http.cookies import CookieError, SimpleCookie

from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.federation.records import HubSession

COOKIE = "lr-session-token"


def hub_session_of(call: RequestContext) -> HubSession | None:
    """Return the log-in of the browser that sends a request."""
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load(call.header("cookie") or "")
    except CookieError:
        return None
    known = cookies.get(COOKIE)
    return call.tenant.federation.hub_session(known.value) if known else None


def open_by_token(call: RequestContext, token: str | None) -> HubSession | None:
    """Log the browser in by the access token that the hosted page hands on; None for a token that is not live."""
    session = call.tenant.sessions.peek(token) if token else None
    if session is None or session.scope is not None or session.expires <= call.now:
        return None
    return call.tenant.federation.open_hub_session(session.uid, call.settings.hub_session_seconds)


def cookie_of(session: HubSession | None) -> str:
    """Return the header that keeps a log-in in the browser; for None the one that removes it."""
    value, age = (session.id, "") if session else ("", "; Max-Age=0")
    return f"{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax{age}"
