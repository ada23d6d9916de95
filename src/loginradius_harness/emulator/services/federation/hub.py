"""The log-in at the hosted page, which browsers carry as a cookie."""

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlencode

from loginradius_harness.emulator.http.reply import Reply, redirect
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.federation.records import HubSession

COOKIE = "lr-session-token"
LOGIN_PAGE = "/auth.aspx"
DONE_BY_LOGIN = {"prompt", "max_age", "token"}


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
    seconds = call.settings.hub_session_seconds
    return call.tenant.federation.open_hub_session(session.uid, seconds, second_factor=session.second_factor)


def cookie_of(session: HubSession | None) -> str:
    """Return the header that keeps a log-in in the browser; for None the one that removes it."""
    value, age = (session.id, "") if session else ("", "; Max-Age=0")
    return f"{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax{age}"


def logged_in(call: RequestContext, session: HubSession | None) -> Account | None:
    """Return the account of a log-in; None without one, and for an account that may not log in."""
    account = call.tenant.accounts.by_uid(session.uid) if session else None
    return account if account is not None and account.active and not account.login_disabled else None


def to_login_page(call: RequestContext, parameters: Mapping[str, str] | None = None) -> Reply:
    """Lead the browser to the log-in page, which leads it back to this path.

    It comes back with `parameters`; without them with those of this request, but not with its wish for a log-in.
    """
    asked = {name: value for name, value in call.parameters.items() if name not in DONE_BY_LOGIN}
    return_url = f"{call.asked_path}?{urlencode(asked if parameters is None else parameters)}"
    query = urlencode({"action": "login", "apikey": call.tenant.key, "return_url": return_url})
    return redirect(f"{call.origin()}{LOGIN_PAGE}?{query}")


def is_web_address(address: str) -> bool:
    """Return whether a browser can be led to an address: one of the web, of characters that a header holds."""
    return address.startswith(("https://", "http://")) and address.isascii() and address.isprintable()


def may_lead_to(call: RequestContext, address: str) -> bool:
    """Return whether a browser may be led to an address: one of those that the tenant allows."""
    allowed = call.settings.allowed_urls
    is_page = is_web_address(address) and "#" not in address
    return is_page and ("*" in allowed or address.startswith(tuple(allowed)))
