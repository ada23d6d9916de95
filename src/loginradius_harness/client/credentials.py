"""Where a request carries each credential (product-facts.md#credentials)."""

from collections.abc import Mapping

from loginradius_harness.client.secrets import Secret
from loginradius_harness.contracts import Operation, credentials

Given = str | Secret | None

_LEGACY = "/api/v2/"
# The only call of the legacy API that accepts the key under its newer name.
_NEWER_NAME = "native_social.by_google_auth_code"
_REST_HOOKS = "/api/v2/resthook/"  # whose clients name them with an underscore


def places(operation: Operation, values: Mapping[str, Given]) -> tuple[dict[str, str], dict[str, str]]:
    """Return query parameters and headers that carry the operation's credentials. None leaves a credential out."""
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
    """Return the parameter name: the first one for the identity API, the second or third for the legacy API."""
    if operation.path.startswith(_REST_HOOKS):
        return names[2]
    legacy = operation.path.startswith(_LEGACY) and operation.id != _NEWER_NAME
    return names[1] if legacy and len(names) > 1 else names[0]
