"""Where each credential of a request travels (product-facts.md#credentials)."""

from collections.abc import Mapping

from loginradius_harness.client.secrets import Secret
from loginradius_harness.contracts import Operation, credentials

Given = str | Secret | None

_LEGACY = "/api/v2/"
# Of the legacy family only this call takes the key under its newer name.
_NEWER_NAME = "native_social.by_google_auth_code"


def places(operation: Operation, values: Mapping[str, Given]) -> tuple[dict[str, str], dict[str, str]]:
    """Query parameters and headers that carry the operation's credentials; one that is None is left out."""
    query: dict[str, str] = {}
    headers: dict[str, str] = {}
    for name in operation.auth:
        value = values.get(name)
        if value is None:
            continue
        text = value.reveal() if isinstance(value, Secret) else value
        credential = credentials()[name]
        if name == "apikey" or operation.path.startswith(_LEGACY):
            query[_query_name(operation, credential.query)] = text
        else:
            headers[credential.header] = f"{credential.scheme} {text}" if credential.scheme else text
    return query, headers


def _query_name(operation: Operation, names: tuple[str, ...]) -> str:
    """Names are listed for the identity family first, then for the legacy one."""
    legacy = operation.path.startswith(_LEGACY) and operation.id != _NEWER_NAME
    return names[1] if legacy and len(names) > 1 else names[0]
