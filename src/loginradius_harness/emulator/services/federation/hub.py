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


def cookie_of(session: HubSession | None) -> str:
    """Return the header that keeps a log-in in the browser; for None the one that removes it."""
    value, age = (session.id, "") if session else ("", "; Max-Age=0")
    return f"{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax{age}"
