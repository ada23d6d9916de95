"""Each alias of an operation is answered as the operation is."""

import httpx
import pytest

from loginradius_harness import contracts
from loginradius_harness.contracts.aliases import Alias, read_aliases
from loginradius_harness.contracts.reference_data import ROOT
from loginradius_harness.preconditions.registry import Json, Preconditions
from loginradius_harness.tenants import TenantContext, TenantProvider

ALIASES = [alias for alias in read_aliases(ROOT) if contracts.get(alias.operation).protocol != "oauth"]


def send(context: TenantContext, alias: Alias, example: dict[str, Json]) -> httpx.Response:
    """Send an operation's example as the clients do that use the alias."""
    operation, target = contracts.get(alias.operation), context.target
    query = {**example.get("query", {}), "apikey": target.api_key.reveal()}
    if "apisecret" in operation.auth and target.api_secret:
        query["apisecret"] = target.api_secret.reveal()
    former = {name: old for old, name in alias.renames.items()}
    body = {former.get(name, name): value for name, value in (example.get("body") or {}).items()}
    body = {name: value for name, value in body.items() if name not in alias.adds}
    query |= {name: body.pop(name) for name in alias.from_query}
    headers = {"Authorization": f"Bearer {example['token']}"} if "token" in example else {}
    moved = {name: query.pop(name) for name in alias.from_path}
    url = target.api_url + alias.path.format_map({**example.get("path", {}), **moved, "type": "any"})
    return httpx.request(alias.method, url, params=query, json=body or None, headers=headers)


@pytest.mark.parametrize("alias", ALIASES, ids=lambda alias: f"{alias.method} {alias.path} {alias.operation}")
def test_alias_is_answered_as_its_operation(alias: Alias, tenants: TenantProvider) -> None:
    operation = contracts.get(alias.operation)
    context = tenants.for_preset(operation.preset)
    with Preconditions(context.journey) as prepared:
        response = send(context, alias, prepared.prepare(operation))
    assert response.status_code == 200, response.text
    assert operation.check(200, response.json()) == ()
