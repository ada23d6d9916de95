"""End a log-in, for an application or for the user, and tell the application (profiles 4.4)."""

from datetime import UTC, datetime
from urllib.parse import urlencode

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.reply import Headers, Reply, redirect
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.federation.hub import LOGIN_PAGE, cookie_of, hub_session_of, is_web_address
from loginradius_harness.emulator.services.federation.saml import subjects
from loginradius_harness.emulator.services.federation.saml.apps import known_app
from loginradius_harness.emulator.services.federation.saml.assertions import (
    SUCCESS,
    UNKNOWN_PRINCIPAL,
    about,
    issuer,
    named,
    status_of,
)
from loginradius_harness.emulator.services.federation.saml.documents import SPACES, samlp, text_of
from loginradius_harness.emulator.services.federation.saml.posts import send
from loginradius_harness.emulator.services.federation.saml.requests import Message, message_of
from loginradius_harness.emulator.state.federation.records import HubSession
from loginradius_harness.emulator.state.federation.saml import SamlApp


def log_out(call: RequestContext) -> Reply:
    """End the log-in that a request of the application names, or that of the browser.

    Other applications that the user is logged in to are not told.

    Raise PARAMETER_MALFORMED, SAML_CERTIFICATE_MISMATCH.
    """
    app = known_app(call)
    request = message_of(call, app, "LogoutRequest")
    if request is not None:
        return _answer(call, app, request)
    if message_of(call, app, "LogoutResponse", "SAMLResponse") is not None:
        return _to_page(call, app, [])
    return _of_browser(call, app)


def _answer(call: RequestContext, app: SamlApp, request: Message) -> Reply:
    """End the log-in that a request names, unless it is another user's; answer it."""
    _check_time(call, request)
    session = _session(call, app, request)
    is_meant = session is None or request.text("saml:NameID") == _name(call, app, session)
    headers = _end(call, session) if is_meant else []
    address = app.settings.sp_logout_url
    if not is_web_address(address):
        return _to_page(call, app, headers)
    status = status_of(SUCCESS if is_meant else UNKNOWN_PRINCIPAL)
    answer = samlp.LogoutResponse(issuer(call, app), status, **about(call, address, request.id))
    return send(app, "SAMLResponse", answer, request.relay_state, headers)


def _check_time(call: RequestContext, request: Message) -> None:
    """Refuse a late request (core 3.7.1)."""
    ends = request.root.get("NotOnOrAfter")
    try:
        end = datetime.fromisoformat(ends) if ends else None
    except ValueError:
        raise ApiError(ErrorCode.PARAMETER_MALFORMED, "NotOnOrAfter is no time.") from None
    if end is not None and end.replace(tzinfo=end.tzinfo or UTC).timestamp() <= call.now:
        raise ApiError(ErrorCode.PARAMETER_MALFORMED, "The request is late.")


def _session(call: RequestContext, app: SamlApp, request: Message) -> HubSession | None:
    """Return the log-in of the request's session index; without one, that of the browser."""
    indexes = {text_of(index) for index in request.root.findall("samlp:SessionIndex", SPACES)}
    if not indexes:
        return hub_session_of(call)
    sessions = (session for _, session in call.tenant.federation.hub_sessions.scan() if session.expires > call.now)
    return next((session for session in sessions if subjects.session_index(app, session) in indexes), None)


def _name(call: RequestContext, app: SamlApp, session: HubSession) -> str:
    account = call.tenant.accounts.by_uid(session.uid)
    return subjects.name_id(call.tenant, app, account, session) if account else ""


def _end(call: RequestContext, session: HubSession | None) -> Headers:
    """End a log-in; return the header that removes its cookie."""
    if session is not None:
        call.tenant.federation.end_hub_session(session.id)
    return [("Set-Cookie", cookie_of(None))]


def _of_browser(call: RequestContext, app: SamlApp) -> Reply:
    """End the browser's log-in, and ask the application to end its own."""
    session, address = hub_session_of(call), app.settings.sp_logout_url
    headers = _end(call, session)
    name = _name(call, app, session) if session else ""
    if session is None or not name or not is_web_address(address):
        return _to_page(call, app, headers)
    index = samlp.SessionIndex(subjects.session_index(app, session))
    request = samlp.LogoutRequest(issuer(call, app), named(app, name), index, **about(call, address))
    return send(app, "SAMLRequest", request, None, headers)


def _to_page(call: RequestContext, app: SamlApp, headers: Headers) -> Reply:
    """Lead the browser to the page after the log-out: the application's, else the log-in page (inferred)."""
    page = app.settings.after_logout_url
    if not is_web_address(page):
        page = f"{call.origin()}{LOGIN_PAGE}?{urlencode({'action': 'login', 'apikey': call.tenant.key})}"
    return redirect(page, *headers)
