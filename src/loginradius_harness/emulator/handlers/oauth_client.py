"""Clients of OAuth and OpenID Connect, which management makes (product-facts.md#oauth-clients).

They are those of the setting `oauth_clients`; a client that registered itself manages itself alone (inferred).
"""

import re
from typing import Any

from msgspec import to_builtins
from msgspec.structs import replace

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.oauth_client import OAuthClient
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.http.validation import known_members
from loginradius_harness.emulator.services.administration.documents import change_settings
from loginradius_harness.emulator.services.federation.managed_clients import SECRET_DIGITS, secret_of, shown, written

Json = Any

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,98}[A-Za-z0-9])?")  # it stands in paths (inferred)
_PATHS = ("connections-metadata", "credentials")


@handles("oauth_client.list")
def list_all(call: RequestContext) -> Json:
    """Return every client."""
    return {"Data": [shown(client) for client in call.settings.oauth_clients]}


@handles("oauth_client.get")
def get(call: RequestContext) -> Json:
    """Return a client."""
    return shown(_known(call))


@handles("oauth_client.create")
def create(call: RequestContext) -> Json:
    """Make a client; its secret is shown now and not again.

    Raise REQUEST_INVALID for a name that a client has, or that none can have (inferred).
    """
    name, clients = call.body["AppName"], call.settings.oauth_clients
    taken = {*_PATHS, *(client.name.lower() for client in clients)}
    if not _NAME.fullmatch(name) or name.lower() in taken:
        raise ApiError(ErrorCode.REQUEST_INVALID)
    client = _written(call, OAuthClient(client_id=call.tenant.identifiers.guid(), issued_at=int(call.now)))
    _put(call, [*clients, client])
    return {**shown(client), **secret_of(client)}


@handles("oauth_client.update")
def update(call: RequestContext) -> Json:
    """Change what the request names; the rest stays (inferred)."""
    client = _written(call, _known(call))
    _replace(call, client)
    return shown(client)


@handles("oauth_client.reset_secret")
def reset_secret(call: RequestContext) -> Json:
    """Give a client another secret. Raise REQUEST_INVALID for one that has none (inferred)."""
    client = _known(call)
    if not client.client_secret:
        raise ApiError(ErrorCode.REQUEST_INVALID)
    client = replace(client, client_secret=call.tenant.identifiers.hex(SECRET_DIGITS))
    _replace(call, client)
    return {"ClientId": client.client_id, **secret_of(client)}


@handles("oauth_client.delete")
def delete(call: RequestContext) -> Json:
    """Remove a client with all that it was allowed."""
    gone = _known(call)
    _put(call, [client for client in call.settings.oauth_clients if client.client_id != gone.client_id])
    call.tenant.federation.end_client(gone.client_id)
    return {"IsDeleted": True}


@handles("oauth_client.list_connections_metadata")
def list_connections_metadata(call: RequestContext) -> Json:
    """Return the providers that the tenant's users log in with (inferred)."""
    settings = call.settings
    kinds = {"social": settings.social_providers, "jwt": settings.custom_jwt_providers}
    return {"Data": [{"Name": name, "Type": kind} for kind, names in kinds.items() for name in names]}


def _known(call: RequestContext) -> OAuthClient:
    """Return the client of the path. Raise REQUEST_INVALID for an unknown one (inferred)."""
    name = call.path["oauth_client_name"].lower()
    for client in call.settings.oauth_clients:
        if client.name.lower() == name:
            return client
    raise ApiError(ErrorCode.REQUEST_INVALID)


def _written(call: RequestContext, client: OAuthClient) -> OAuthClient:
    """Return a client as the request changes it."""
    members = known_members(call.operation.body, call.body)
    members["LastModifiedDate"] = iso(call.now)
    return written(client, members, call.tenant.identifiers.hex(SECRET_DIGITS))


def _replace(call: RequestContext, changed: OAuthClient) -> None:
    clients = call.settings.oauth_clients
    _put(call, [changed if client.client_id == changed.client_id else client for client in clients])


def _put(call: RequestContext, clients: list[OAuthClient]) -> None:
    change_settings(call, {"oauth_clients": to_builtins(clients)})
