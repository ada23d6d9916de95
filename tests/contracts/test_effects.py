"""A successful call creates and sends what its contract says, and nothing else: shown by the emulator's state."""

from typing import Any

import pytest

from loginradius_harness import contracts
from loginradius_harness.contracts import Operation
from loginradius_harness.preconditions.registry import Preconditions
from loginradius_harness.tenants import TenantProvider

Json = Any

BY_SETTING = {"passwordless_login.by_email"}  # creates an account where the tenant lets unknown addresses in
MESSAGES = {"mail", "sms"}  # a post at a social provider is no message to a person


@pytest.mark.parametrize("operation", contracts.operations(), ids=lambda operation: operation.id)
def test_operation_creates_and_sends_what_its_contract_says(operation: Operation, tenants: TenantProvider) -> None:
    tenant = tenants.for_preset(operation.preset)
    control = tenant.control
    assert control is not None
    with Preconditions(tenant.journey) as given:
        request = given.prepare(operation)
        before = control.snapshot()
        tenant.client.call(operation.id, **request).must_succeed()
        after = control.snapshot()
    declared = set() if operation.id in BY_SETTING else {operation.creates} - {None}
    assert _created(before, after) == declared
    assert _sent(before, after) == set(operation.sends)


def test_unknown_address_gets_an_account_where_the_tenant_lets_it_in(tenants: TenantProvider) -> None:
    operation = contracts.get("passwordless_login.by_email")
    tenant = tenants.create(operation.preset)
    control = tenant.control
    assert control is not None
    control.patch_settings({"no_registration_passwordless": True})
    before = control.snapshot()
    tenant.client.call(operation.id, query={"email": "unknown@example.com"}).must_succeed()
    assert _created(before, control.snapshot()) == {operation.creates} == {"account"}
    tenant.close()


def _created(before: Json, after: Json) -> set[str]:
    """Return the kinds of which there is something new; a new account's own identifiers do not count."""
    old, new = _keys(before), _keys(after)
    found = {kind for kind, keys in new.items() if keys - old[kind]}
    return found - {"identifier"} if "account" in found else found


def _keys(state: Json) -> dict[str, set[Json]]:
    """Kind -> what tells each of it apart. An account is known by its profile id, which no call changes."""
    stores = state["stores"]
    accounts, hooks = stores["accounts.by_uid"].values(), stores["webhooks.hooks"]
    return {
        "account": {account["id"] for account in accounts},
        "identifier": {name for account in accounts for name in _identifiers(account)},
        "role": set(stores["roles"]),
        "role_context": {
            f"{own['id']} {context['context']}" for own in accounts for context in own.get("contexts") or ()
        },
        "custom_object": set(stores["custom_objects"]),
        "registration_record": set(stores["registration_data"]),
        "organization": set(stores["organizations.by_id"]),
        "organization_connection": {
            connection["id"] for one in stores["organizations.by_id"].values() for connection in one["connections"]
        },
        "invitation": set(stores["organizations.invitations"]),
        "organization_role": set(stores["organizations.roles"]),
        "permission": set(stores["organizations.permissions"]),
        "custom_field": set(state["settings"]["custom_fields"]),
        "email_template": {key for key in stores["templates.made"] if key.startswith("mail ")},
        "sms_template": {key for key in stores["templates.made"] if key.startswith("sms ")},
        "consent_form": set(stores["consent_forms"]),
        "consent_option": set(stores["consent_options"]),
        "security_question": set(state["settings"]["security_questions"]),
        "jwt_integration": {app["name"] for app in state["settings"]["jwt_apps"]},
        "workflow": set(stores["workflows"]),
        "saml_integration": set(stores["federation.saml_apps"]),
        "jwt_provider": set(state["settings"]["custom_jwt_providers"]),
        "oauth_provider": set(stores["configuration"].get("oauth_provider") or ()),
        "saml_provider": set(stores["configuration"].get("saml_provider") or ()),
        "oauth_client": set(stores["federation.clients"]),
        "managed_oauth_client": {client["client_id"] for client in state["settings"]["oauth_clients"]},
        "oauth_integration": {integration["id"] for integration in state["settings"]["oauth_integrations"]},
        "webhook": {key for key, hook in hooks.items() if hook.get("name")},
        "legacy_webhook": {key for key, hook in hooks.items() if not hook.get("name") and not hook.get("rest")},
        "resthook": {key for key, hook in hooks.items() if hook.get("rest")},
    }


def _identifiers(account: Json) -> set[str]:
    single = {account.get(name) for name in ("phone", "pending_phone", "username")}
    return ({email["value"] for email in account.get("emails", ())} | single) - {None}


def _sent(before: Json, after: Json) -> set[str]:
    newest = max((message["id"] for message in before["messages"]), default=0)
    return {message["channel"] for message in after["messages"] if message["id"] > newest} & MESSAGES
