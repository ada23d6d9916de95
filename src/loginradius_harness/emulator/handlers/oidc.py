"""OpenID Connect of a tenant's apps; OAuth apps share what has no id token.

The libraries that answer are loaded with the first request.

Source: product-facts.md#federation.
"""

from typing import TYPE_CHECKING, Any

from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.reply import Reply
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.federation.apps import App, app_of
from loginradius_harness.emulator.services.federation.hub import cookie_of

if TYPE_CHECKING:
    from loginradius_harness.emulator.services.federation.server import Server

Json = Any

UNKNOWN_APP = {"error": "invalid_request", "error_description": "The tenant has no app of this name."}


def _app(call: RequestContext) -> App | Reply:
    return app_of(call) or Reply(400, UNKNOWN_APP)


def server_of(call: RequestContext) -> "Server | Reply":
    """Return the authorization server of the path's app, or the refusal of an unknown one."""
    from loginradius_harness.emulator.services.federation import endpoints, grants  # noqa: PLC0415  # 150 ms
    from loginradius_harness.emulator.services.federation.server import Server  # noqa: PLC0415  # 150 ms

    app = _app(call)
    if isinstance(app, Reply):
        return app
    server = Server(call, app)
    grants.register(server)
    endpoints.register(server)
    return server


@handles("oidc.get_discovery")
def get_discovery(call: RequestContext) -> Reply:
    """Return the provider's metadata."""
    app = _app(call)
    return app if isinstance(app, Reply) else Reply(200, app.discovery())


@handles("oidc.get_server_metadata", "oauth.get_server_metadata")
def get_server_metadata(call: RequestContext) -> Reply:
    """Return the authorization server's metadata."""
    app = _app(call)
    return app if isinstance(app, Reply) else Reply(200, app.metadata())


@handles("oidc.get_jwks", "oauth_m2m.get_jwks")
def get_jwks(call: RequestContext) -> Reply:
    """Return the public keys."""
    from loginradius_harness.emulator.services.federation import signing  # noqa: PLC0415  # 150 ms

    app = _app(call)
    return app if isinstance(app, Reply) else Reply(200, signing.public_keys(call.tenant))


@handles("oidc.authorize", "oauth.authorize")
def authorize(call: RequestContext) -> Reply:
    """Lead to the log-in page, or back to the client with a code or an error."""
    from loginradius_harness.emulator.services.federation import authorization  # noqa: PLC0415  # 150 ms

    server = server_of(call)
    if isinstance(server, Reply):
        return server
    if "user_code" in call.query and "response_type" not in call.query:
        return authorization.allow_device(server)
    return authorization.authorize(server)


@handles("oidc.authorize_device")
def authorize_device(call: RequestContext) -> Reply:
    """Let the user allow a device."""
    from loginradius_harness.emulator.services.federation import authorization  # noqa: PLC0415  # 150 ms

    server = server_of(call)
    return server if isinstance(server, Reply) else authorization.allow_device(server)


@handles("oidc.token", "oauth.token", "oauth_m2m.token")
def token(call: RequestContext) -> Reply:
    """Exchange a grant for tokens."""
    server = server_of(call)
    return server if isinstance(server, Reply) else server.create_token_response(server.request)


@handles("oidc.get_userinfo", "oidc.get_userinfo_by_post")
def get_userinfo(call: RequestContext) -> Reply:
    """Return the claims that an access token gives."""
    from loginradius_harness.emulator.services.federation import userinfo  # noqa: PLC0415  # 150 ms

    server = server_of(call)
    return server if isinstance(server, Reply) else userinfo.answer(server)


@handles("oidc.introspect", "oauth.introspect", "oauth_m2m.introspect")
def introspect(call: RequestContext) -> Reply:
    """Tell a client about one of its tokens."""
    return _endpoint(call, "introspection")


@handles("oidc.revoke", "oauth.revoke", "oauth_m2m.revoke")
def revoke(call: RequestContext) -> Reply:
    """End a token."""
    return _endpoint(call, "revocation")


@handles("oidc.request_device_code", "oauth.request_device_code")
def request_device_code(call: RequestContext) -> Reply:
    """Give a device its codes."""
    return _endpoint(call, "device_authorization")


@handles("oidc.push_authorization_request", "oauth.push_authorization_request")
def push_authorization_request(call: RequestContext) -> Reply:
    """Keep an authorization request."""
    from loginradius_harness.emulator.services.federation import authorization  # noqa: PLC0415  # 150 ms

    server = server_of(call)
    return server if isinstance(server, Reply) else authorization.push(server)


@handles("oidc.register_client")
def register_client(call: RequestContext) -> Reply:
    """Register a client that asks for it."""
    return _endpoint(call, "client_registration")


@handles("oidc.get_client", "oidc.update_client", "oidc.delete_client")
def manage_client(call: RequestContext) -> Reply:
    """Let a client read, change or remove itself."""
    return _endpoint(call, "client_configuration")


@handles("oidc.end_session")
def end_session(call: RequestContext) -> Reply:
    """End the browser's log-in."""
    reply = _endpoint(call, "end_session")
    reply.headers.append(("Set-Cookie", cookie_of(None)))
    return reply


def _endpoint(call: RequestContext, name: str) -> Reply:
    server = server_of(call)
    if isinstance(server, Reply):
        return server
    reply: Reply | None = server.create_endpoint_response(name, server.request)
    return reply or Reply(200, {})
