"""The authorization endpoint: a checked request, a log-in at the hosted page, and the way back to the client."""

import re
from typing import Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError

from loginradius_harness.emulator.core.oauth_client import DEVICE_GRANT
from loginradius_harness.emulator.http.reply import Headers, Reply, redirect
from loginradius_harness.emulator.services.federation.apps import SECRET_METHODS
from loginradius_harness.emulator.services.federation.hub import to_login_page
from loginradius_harness.emulator.services.federation.server import Server
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.federation.records import DeviceCode, PushedRequest
from loginradius_harness.emulator.state.organizations.records import Organization

Json = Any

REQUEST_URI = "urn:ietf:params:oauth:request_uri:"
PUSHED_SECONDS = 60
SECONDS = re.compile("[0-9]{1,12}")  # no log-in is as old as a longer number says


def authorize(server: Server) -> Reply:
    """Answer an authorization request: with the log-in page, a code, or an error."""
    request = server.request
    try:
        cookie = server.log_in_at_hub()
        _take_pushed(server)
        hub = server.hub_session
        user = server.account(hub.uid) if hub and not _must_log_in_again(server, cookie) else None
        grant = server.get_consent_grant(request, end_user=user)
    except OAuth2Error as error:
        return _refused(server, error)
    if user is None or grant.prompt == "login" or _too_old(server) or _asks_for_factor(server, user, cookie):
        return to_login_page(server.call)
    request.hub_session = hub
    allowed = user if _may_enter(server, user) else None
    reply: Reply = server.create_authorization_response(request, grant_user=allowed, grant=grant)
    reply.headers += cookie
    return reply


def _refused(server: Server, error: OAuth2Error) -> Reply:
    reply: Reply = server.handle_error_response(server.request, error)
    server.issuer_parameter.add_issuer_parameter(server, reply)
    return reply


def _may_enter(server: Server, user: Account) -> bool:
    """Return whether the organization that the request names, if it names one, lets the user in (inferred).

    The user must be a member, with a second factor where members need one, and with a password that is not too old.
    """
    if server.organization is None:
        return True
    organization = server.tenant.organizations.entered_by(user.uid, server.organization)
    if organization is None or _lacks_factor(server, organization):
        return False
    return not organization.lets_expire(user.password_changed, server.call.now)


def _asks_for_factor(server: Server, user: Account, cookie: Headers) -> bool:
    """Return whether the browser is to log in again, now with the second factor that the organization wants.

    One that has just done so (`cookie`) without one is refused instead.
    """
    if server.organization is None or cookie or server.request.payload.data.get("prompt") == "none":
        return False
    organization = server.tenant.organizations.entered_by(user.uid, server.organization)
    return organization is not None and _lacks_factor(server, organization)


def _lacks_factor(server: Server, organization: Organization) -> bool:
    hub = server.hub_session
    return organization.demands_second_factor and hub is not None and not hub.second_factor


def _must_log_in_again(server: Server, cookie: Headers) -> bool:
    """Return whether the client wants a log-in of its own each time; `cookie` is that of one at this request."""
    client = server.query_client(server.request.payload.data.get("client_id", ""))
    return client is not None and not cookie and bool(client.managed_or(False, "ForceReAuthentication"))


def _too_old(server: Server) -> bool:
    """Return whether the log-in is older than the client wants (`max_age`)."""
    longest = server.request.payload.data.get("max_age", "")
    hub = server.hub_session
    return hub is not None and SECONDS.fullmatch(longest) is not None and server.call.now - hub.began > int(longest)


def push(server: Server) -> Reply:
    """Keep an authorization request for a minute (RFC 9126)."""
    request = server.request
    try:
        client = server.authenticate_client(request, [*SECRET_METHODS, "none"])
        if request.payload.client_id != client.client_id:
            raise InvalidRequestError("Invalid 'client_id' in request.")
        if "request_uri" in request.payload.data:
            raise InvalidRequestError("A pushed request must not refer to another.")
        server.get_consent_grant(request)
    except OAuth2Error as error:
        error.redirect_uri = None  # the client itself has asked, not a browser
        answer: Reply = server.handle_error_response(request, error)
        return answer
    name = server.tenant.identifiers.hex()
    kept = {key: value for key, value in request.payload.data.items() if key != "client_secret"}
    pushed = PushedRequest(client_id=kept["client_id"], parameters=kept, expires=server.call.now + PUSHED_SECONDS)
    server.federation.pushed.put(name, pushed)
    return Reply(
        201, {"request_uri": REQUEST_URI + name, "expires_in": PUSHED_SECONDS}, [("Cache-Control", "no-store")]
    )


def _take_pushed(server: Server) -> None:
    """Replace the parameters by those that the client has pushed."""
    given = server.request.payload.data
    name = given.get("request_uri", "")
    if not name:
        return
    pushed = server.federation.pushed.get(name.removeprefix(REQUEST_URI))
    if pushed is None or pushed.expires <= server.call.now or pushed.client_id != given.get("client_id"):
        raise InvalidRequestError("Invalid 'request_uri' in request.")
    given.clear()
    given.update(pushed.parameters)


def allow_device(server: Server) -> Reply:
    """Let the logged-in user allow the device whose code was entered."""
    given, cookie = server.request.payload.data, server.log_in_at_hub()
    hub = server.hub_session
    code = given.get("user_code", "").upper()
    waiting = (device for _, device in server.federation.devices.scan() if device.user_code == code)
    found = next(waiting, None)
    if found is None or not _waits_here(server, found):
        return _refused(server, InvalidRequestError("Invalid 'user_code' in request."))
    user = server.account(hub.uid) if hub and not _must_log_in_again(server, cookie) else None
    if user is None or hub is None:
        return to_login_page(server.call)
    device = server.federation.devices.get(found.code)
    client = server.query_client(found.client_id)
    if device is not None and client is not None and device.grant is None:
        scope = client.get_allowed_scope(device.scope) or ""
        device.grant = server.open_grant(DEVICE_GRANT, client, scope, uid=user.uid, session=hub.id, began=hub.began).id
    page = server.call.settings.device_verified_url
    if client is not None:
        page = client.managed_or(page, "DeviceCodeConfig", "AfterVerificationUrl")
    return redirect(page, *cookie)


def _waits_here(server: Server, device: DeviceCode) -> bool:
    """Return whether a device waits for this app and for the client that the request names."""
    if device.issuer != server.app.issuer or device.expires <= server.call.now:
        return False
    return bool(device.client_id == server.request.payload.data.get("client_id"))
