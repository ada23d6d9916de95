"""Log a user in to an application: its request or none, the log-in page, and the response (profiles 4.1)."""

from urllib.parse import urlencode

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.reply import Headers, Reply, redirect
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.federation.form_posts import post
from loginradius_harness.emulator.services.federation.hub import (
    cookie_of,
    hub_session_of,
    is_web_address,
    logged_in,
    open_by_token,
    to_login_page,
)
from loginradius_harness.emulator.services.federation.saml.apps import endpoint, known_app
from loginradius_harness.emulator.services.federation.saml.assertions import (
    INVALID_NAME_ID_POLICY,
    NO_PASSIVE,
    SUCCESS,
    assertion,
    response,
)
from loginradius_harness.emulator.services.federation.saml.documents import Element, encode
from loginradius_harness.emulator.services.federation.saml.requests import authn_request
from loginradius_harness.emulator.state.federation.saml import UNSPECIFIED, SamlApp, WaitingRequest

WAITING = "request"  # parameter that names a request whose user logs in
WAITING_SECONDS = 600


def log_in(call: RequestContext) -> Reply:
    """Answer a request for a log-in: with the log-in page, or with a page that posts the response to the application.

    Raise PARAMETER_MALFORMED, SAML_CONSUMER_SERVICE_MISSING, SAML_CERTIFICATE_MISMATCH, SAML_REQUEST_MISSING,
    SAML_CLAIM_INVALID.
    """
    app = known_app(call)
    if not is_web_address(app.settings.assertion_consumer_service.location):
        raise ApiError(ErrorCode.SAML_CONSUMER_SERVICE_MISSING)
    handle = call.parameters.get(WAITING)
    waiting = _known(call, app, handle) if handle else _new(call, app)
    back = {"appname": app.name, WAITING: handle or _keep(call, waiting)}
    if call.sent:  # browsers do not send the cookie of the hub with what another site posts
        return redirect(f"{endpoint(call, 'login')}?{urlencode(back)}")
    opened = open_by_token(call, call.parameters.get("token"))
    session = opened or (None if waiting.again else hub_session_of(call))
    account = logged_in(call, session)
    if waiting.name_id_format not in (UNSPECIFIED, app.settings.name_id_format):
        answer = response(call, app, waiting.id, INVALID_NAME_ID_POLICY)
    elif account is not None and session is not None:
        said = assertion(call, app, account, session, waiting.id)
        answer = response(call, app, waiting.id, SUCCESS, said)
    elif waiting.passive:
        answer = response(call, app, waiting.id, NO_PASSIVE)
    else:
        return to_login_page(call, back)
    call.tenant.federation.saml_requests.remove(back[WAITING])
    return _posted(app, answer, waiting.relay_state, [("Set-Cookie", cookie_of(opened))] if opened else [])


def _known(call: RequestContext, app: SamlApp, handle: str) -> WaitingRequest:
    """Return a request whose user has logged in. It is answered once."""
    waiting = call.tenant.federation.saml_requests.get(handle)
    if waiting is None or waiting.app != app.name or waiting.expires <= call.now:
        raise ApiError(ErrorCode.PARAMETER_MALFORMED, "The request is unknown, late or answered.")
    return waiting


def _new(call: RequestContext, app: SamlApp) -> WaitingRequest:
    """Return the application's request. Without one, the log-in starts at the tenant, if the application allows it."""
    request, expires = authn_request(call, app), call.now + WAITING_SECONDS
    if request is not None:
        return WaitingRequest(
            app=app.name,
            id=request.id,
            relay_state=request.relay_state,
            expires=expires,
            again=request.again,
            passive=request.passive,
            name_id_format=request.name_id_format,
        )
    if not app.settings.is_idp_initiated:
        raise ApiError(ErrorCode.SAML_REQUEST_MISSING)
    return WaitingRequest(app=app.name, relay_state=call.parameters.get("relaystate"), expires=expires)


def _keep(call: RequestContext, waiting: WaitingRequest) -> str:
    handle = call.tenant.identifiers.hex()
    call.tenant.federation.saml_requests.put(handle, waiting)
    return handle


def _posted(app: SamlApp, answer: Element, relay_state: str | None, headers: Headers) -> Reply:
    """Return the page that brings a response to the application: to its own address, whatever the request says."""
    state = {} if relay_state is None else {app.settings.relay_state_parameter or "RelayState": relay_state}
    fields = {"SAMLResponse": encode(answer, deflated=False), **state}
    return post(app.settings.assertion_consumer_service.location, fields, *headers)
