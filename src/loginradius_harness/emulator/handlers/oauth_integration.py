"""Apps that get log-ins by OAuth, as management makes them: entries of the setting `oauth_integrations`.

Source: product-facts.md#oauth-integrations.
"""

from collections.abc import Iterable
from typing import Any

from msgspec import to_builtins
from msgspec.structs import replace

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.oauth_client import OAuthClient
from loginradius_harness.emulator.core.settings.oauth_integration import OAuthIntegration
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.http.validation import known_members
from loginradius_harness.emulator.services.administration.documents import change_settings
from loginradius_harness.emulator.services.federation.managed_clients import SECRET_DIGITS, secret_of
from loginradius_harness.emulator.services.federation.oauth_integrations import shown, written

Json = Any


@handles("oauth_integration.list")
def list_all(call: RequestContext) -> Json:
    """Return every app."""
    return {"Data": [shown(one) for one in call.settings.oauth_integrations]}


@handles("oauth_integration.get")
def get(call: RequestContext) -> Json:
    """Return an app."""
    return shown(_known(call))


@handles("oauth_integration.create")
def create(call: RequestContext) -> Json:
    """Make an app with a client of its own; the secret is shown now and not again."""
    identifiers = call.tenant.identifiers
    secret = identifiers.hex(SECRET_DIGITS)
    client = OAuthClient(client_id=identifiers.guid(), client_secret=secret, issued_at=int(call.now))
    made = OAuthIntegration(id=identifiers.guid(), client=_written(call, client))
    _put(call, [*call.settings.oauth_integrations, made])
    return {**shown(made), **secret_of(made.client)}


@handles("oauth_integration.update")
def update(call: RequestContext) -> Json:
    """Change what the request names; the rest stays (inferred)."""
    known = _known(call)
    changed = replace(known, client=_written(call, known.client))
    _replace(call, changed)
    return shown(changed)


@handles("oauth_integration.rotate_credentials")
def rotate_credentials(call: RequestContext) -> Json:
    """Give an app another secret. Raise REQUEST_INVALID for one that has none (inferred)."""
    known = _known(call)
    if not known.client.client_secret:
        raise ApiError(ErrorCode.REQUEST_INVALID)
    client = replace(known.client, client_secret=call.tenant.identifiers.hex(SECRET_DIGITS))
    _replace(call, replace(known, client=client))
    return {"ClientId": client.client_id, **secret_of(client)}


@handles("oauth_integration.delete")
def delete(call: RequestContext) -> Json:
    """Remove an app with all that its users have allowed it."""
    gone = _known(call)
    _put(call, [one for one in call.settings.oauth_integrations if one.id != gone.id])
    call.tenant.federation.end_client(gone.client.client_id)
    return {"IsDeleted": True}


def _known(call: RequestContext) -> OAuthIntegration:
    """Return the app of the path. Raise REQUEST_INVALID for an unknown one (inferred)."""
    for one in call.settings.oauth_integrations:
        if one.id == call.path["integration_id"]:
            return one
    raise ApiError(ErrorCode.REQUEST_INVALID)


def _written(call: RequestContext, client: OAuthClient) -> OAuthClient:
    """Return an app's client as the request changes it."""
    members = known_members(call.operation.body, call.body)
    return written(client, members, call.tenant.identifiers.hex(SECRET_DIGITS))


def _replace(call: RequestContext, changed: OAuthIntegration) -> None:
    _put(call, [changed if one.id == changed.id else one for one in call.settings.oauth_integrations])


def _put(call: RequestContext, integrations: Iterable[OAuthIntegration]) -> None:
    change_settings(call, {"oauth_integrations": to_builtins(list(integrations))})
