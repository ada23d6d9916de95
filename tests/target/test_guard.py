"""The guard of a shared tenant stops requests that would change what the run has not created."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from loginradius_harness import contracts
from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import InfrastructureError
from loginradius_harness.client.request import Call
from loginradius_harness.client.secrets import Secret
from loginradius_harness.contracts import Operation
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.people import new_person
from loginradius_harness.target.shared_tenant.created_resources import ResourceLog
from loginradius_harness.target.shared_tenant.guard import REMOVED_AS, OperationNotAllowed, SharedTenantGuard
from loginradius_harness.target.shared_tenant.resource_names import names_of
from loginradius_harness.target.target import Target
from tests.scripted_tenant import KEY, ScriptedTenant, refusal

STRANGER = "ada@real.example"
ALL = frozenset({"destroy", "tenant"})


@pytest.fixture
def resources(tmp_path: Path) -> Iterator[ResourceLog]:
    resources = ResourceLog.begin(tmp_path)
    yield resources
    for entry in list(resources.entries.values()):
        resources.remove(entry)
    resources.close()


def guard(
    resources: ResourceLog, target: Target | None = None, allow: frozenset[str] = frozenset()
) -> SharedTenantGuard:
    target = target or Target(name="shared", api_key=Secret(KEY), api_secret=None)
    return SharedTenantGuard(target, resources, allow)


def call(operation_id: str, **parts: Any) -> Call:
    parts = {"path": {}, "query": {}, "body": None, "token": None, "replaced": {}, "headers": {}, **parts}
    return Call(contracts.get(operation_id), **parts)


def test_everything_that_operations_create_is_removed_or_goes_with_its_owner() -> None:
    created = {operation.creates for operation in contracts.operations()} - {None}
    with_owner = {"role_context", "custom_object", "oauth_client", "invitation", "organization_connection"}
    assert created - set(REMOVED_AS) == with_owner


def test_creation_is_logged_before_it_is_sent(
    make_client: Callable[..., Client], tenant: ScriptedTenant, resources: ResourceLog
) -> None:
    client, person = make_client(), new_person()
    client.sender.before_request.append(guard(resources, client.target).check_request)
    tenant.will_answer(*[httpx.ConnectError("down")] * 3)
    body = {"Email": [{"Type": "Primary", "Value": person.email}], "PhoneId": person.phone, "Password": "p"}
    with pytest.raises(InfrastructureError):
        client.call("account.create_account", body=body, check=False)
    (entry,) = resources.entries.values()
    assert (entry.kind, set(entry.names)) == ("account", {person.email, person.phone})


@pytest.mark.parametrize(
    "forbidden",
    [
        call("authentication.login_by_email", body={"email": STRANGER, "password": "p"}),
        call("account.create_account", body={"Email": [{"Type": "Primary", "Value": STRANGER}]}),
        call("account.update_account_by_uid", path={"uid": "0f" * 16}, body={"FirstName": "x"}),
        call("account.delete_account_by_email", query={"EMAIL": STRANGER}),
        call("phone.resend_otp", body={"phone": "+442071838750"}),
        call("role.delete_role", path={"role": "Administrator"}),
        call("role.assign_roles_by_uid", path={"uid": "lrh-1"}, body={"roles": ["Administrator"]}),
        call("registration_data.add", body={"Data": [{"type": "Countries"}]}),
        call("organization.create", body={"Name": "Customers"}),
        call("organization.delete", path={"org_id": "org_64c1"}),
        call("organization_domain.verify", path={"org_id": "lrh-1", "domain_id": "domain_64c1"}),
        call("organization_role.assign_by_uid", path={"uid": "lrh-1"}, body={"RoleIds": ["role_64c1"]}),
        call("organization_invitation.delete", path={"invitation_id": "inv_64c1"}),
        call("tenant_role.delete", path={"role_id": "role_64c1"}),
        call("permission.delete", path={"permission_id": "permission_64c1"}),
        call("custom_field.create", body={"CustomField": "shoe_size"}),
        call("custom_field.set", body={"Data": [{"Type": "text", "Name": "shoe_size", "Permission": "w"}]}),
        call("custom_field.delete", path={"cfname": "shoe_size"}),
        call("email_template.update", path={"templatetype": "welcome"}, body={"TemplateName": "default"}),
        call("sms_template.delete", path={"templatetype": "welcome"}, body={"Name": "default"}),
        call("consent_form.create", body={"Events": ["Login"], "ConsentOptions": [{"ConsentOptionId": "terms"}]}),
        call("consent_form.create_option", body={"Title": "Terms"}),
        call("consent_form.delete", path={"version": "2"}),
        call("consent_form.delete_option", path={"option_id": "terms"}),
        call("social_provider.delete", path={"provider": "google"}),
        call("social_provider.update", path={"provider": "google"}, body={"IsActive": False}),
        call("social_provider.set_status", body={"Data": [{"ProviderName": "google", "IsActive": False}]}),
        call("social_provider.set_order", body={"Data": ["google"]}),
        call("jwt_integration.create", body={"AppName": "portal", "Algo": "HS256", "Secret": "s"}),
        call("jwt_integration.update", path={"jwt_app": "portal"}, body={"NotAfterDifference": 60}),
        call("jwt_integration.delete", path={"jwt_app": "portal"}),
        call("workflow.create", body={"Name": "log-in", "Data": {}}),
        call("workflow.update", path={"workflow_id": "64c1"}, body={"State": "ARCHIVE"}),
        call("workflow.delete", path={"workflow_id": "64c1"}),
        call("workflow.restore_version", path={"workflow_id": "64c1", "version": "64c2"}),
        call("workflow.delete_version", path={"workflow_id": "64c1", "version": "64c2"}),
        call("saml_integration.create", body={"AppName": "portal"}),
        call("saml_integration.update", path={"saml_app": "portal"}, body={"NotOnOrAfter": 5}),
        call("saml_integration.delete", path={"saml_app": "portal"}),
        call("saml_integration.renew_certificate", path={"saml_app": "portal"}),
        call("jwt_provider.create", body={"AppName": "portal", "Algo": "HS256", "Mapping": {}}),
        call("jwt_provider.update", path={"jwt_app": "portal"}, body={"ClockSkew": 0}),
        call("jwt_provider.delete", path={"jwt_app": "portal"}),
        call("oauth_provider.create", body={"ProviderName": "portal"}),
        call("oauth_provider.update", body={"ProviderName": "portal"}),
        call("oauth_provider.delete", body={"ProviderName": "portal"}),
        call("saml_provider.create", body={"Provider": "portal", "DataMap": {}}),
        call("saml_provider.update", path={"saml_provider": "portal"}, body={"Provider": "portal", "DataMap": {}}),
        call("saml_provider.renew_certificate", path={"saml_provider": "portal"}),
        call("saml_provider.delete", path={"saml_provider": "portal"}),
        call("oauth_client.create", body={"AppName": "Shop", "TokenAuthMethod": "none"}),
        call("oauth_client.update", path={"oauth_client_name": "Shop"}, body={"GrantTypes": []}),
        call("oauth_client.reset_secret", path={"oauth_client_name": "Shop"}),
        call("oauth_client.delete", path={"oauth_client_name": "Shop"}),
        call("oauth_integration.create", body={"DisplayName": "Shop", "RedirectURIs": [], "GrantTypes": []}),
        call("oauth_integration.update", path={"integration_id": "5f1c"}, body={"GrantTypes": []}),
        call("oauth_integration.rotate_credentials", path={"integration_id": "5f1c"}),
        call("oauth_integration.delete", path={"integration_id": "5f1c"}),
        call("webhook.delete_subscription", path={"hook_id": "64c1"}),
        call("webhook_legacy.unsubscribe", body={"targeturl": "https://crm.example.com/hook", "event": "Login"}),
    ],
    ids=lambda forbidden: forbidden.operation.id,
)
def test_change_of_foreign_data_is_refused(resources: ResourceLog, forbidden: Call) -> None:
    with pytest.raises(OperationNotAllowed, match=r"has not created: test it on an emulator, .*shared = false"):
        guard(resources, allow=ALL).check(forbidden)
    assert not resources.entries


@pytest.mark.parametrize(
    "harmless",
    [
        call("account.get_account_profile_by_email", query={"email": STRANGER}),
        call("authentication.login_by_email", body={"email": "no address", "password": "p"}),
        call("phone.resend_otp", body={"phone": "12"}),
        call("authentication.login_by_email", body=b"not JSON"),
        call("authentication.add_email", body={"email": "lrh-1-1@example.com", "type": "Secondary"}),
    ],
    ids=["reading", "no address", "no number", "no JSON", "the type of an address"],
)
def test_request_without_a_possible_name_is_allowed(resources: ResourceLog, harmless: Call) -> None:
    guard(resources).check(harmless)


@pytest.mark.parametrize(
    ("operation", "path", "effect"),
    [("account.delete_account_by_uid", {"uid": "lrh-1"}, "destroy"), ("role.delete_role", {"role": "lrh-1"}, "tenant")],
)
def test_effect_on_all_users_needs_permission(
    resources: ResourceLog, operation: str, path: dict[str, str], effect: str
) -> None:
    with pytest.raises(OperationNotAllowed, match=f"allow it with --allow {effect}"):
        guard(resources).check(call(operation, path=path))
    guard(resources, allow=frozenset({effect})).check(call(operation, path=path))


def test_each_subscription_is_logged_once(resources: ResourceLog) -> None:
    own = guard(resources, allow=ALL)
    url = "https://hooks.example.com/lrh-1"
    for event in ("Login", "Register", "Login"):
        own.check(call("webhook_legacy.subscribe", body={"targeturl": url, "Event": event}))
    assert [entry.names for entry in resources.entries.values()] == [(url, "Login"), (url, "Register")]


@pytest.mark.parametrize(
    "defective",
    [
        call("webhook_legacy.subscribe", body={"targeturl": "https://hooks.example.com/lrh-1"}),
        call("webhook_legacy.subscribe", body={"targeturl": "https://hooks.example.com/lrh-1", "event": 1}),
        call("webhook_legacy.subscribe", body={"event": "Login"}),
        call("role.create_roles", body={"roles": [{"permissions": {"edit": True}}, {"name": None}]}),
        call("role.create_roles", body={"roles": [[], None]}),
        call("account.create_account", body={"Email": [{"Value": 1}, "a"]}),
    ],
    ids=lambda defective: str(defective.body),
)
def test_defective_creation_has_nothing_to_log(resources: ResourceLog, defective: Call) -> None:
    guard(resources, allow=ALL).check(defective)
    assert not resources.entries


RAW = [  # method, path, body
    ("POST", "/v2/manage/webhooks", {"TargetUrl": "https://crm.example.com/hook", "Event": "Login"}),
    ("POST", "/IDENTITY/V2/MANAGE/ACCOUNT", {"Email": [{"Type": "Primary", "Value": STRANGER}]}),
    ("PUT", "/identity/v2/auth/login/nowhere", {"email": STRANGER}),
]


@pytest.mark.parametrize("raw", RAW, ids=lambda raw: raw[1])
def test_request_that_was_built_by_hand_is_guarded(
    client: Client, tenant: ScriptedTenant, resources: ResourceLog, raw: tuple[str, str, dict[str, Any]]
) -> None:
    method, path, body = raw
    client.sender.before_request.append(guard(resources, client.target).check_request)
    with pytest.raises(OperationNotAllowed):
        client.sender.send(httpx.Request(method, client.target.api_url + path, json=body), repeatable=False)
    assert tenant.requests == []


def test_request_below_a_base_path_is_guarded(make_client: Callable[..., Client], resources: ResourceLog) -> None:
    client = make_client(api_url="https://gateway.example.com/lr")
    client.sender.before_request.append(guard(resources, client.target).check_request)
    url = f"{client.target.api_url}/identity/v2/manage/account?email={STRANGER}"
    with pytest.raises(OperationNotAllowed, match=r"account\.delete_account_by_email"):
        client.sender.send(httpx.Request("DELETE", url), repeatable=False)


def learned_from(
    client: Client, tenant: ScriptedTenant, resources: ResourceLog, operation: str, answer: httpx.Response
) -> None:
    """Let the guard see the response of one call."""
    client.sender.after_response.append(guard(resources, client.target).record_ids)
    tenant.will_answer(answer)
    client.call(operation, query={"email": STRANGER}, body={"email": "lrh-1-1@example.com"}, check=False)


def test_uid_of_a_created_account_is_own(client: Client, tenant: ScriptedTenant, resources: ResourceLog) -> None:
    answer = httpx.Response(200, json={"Data": {"Profile": {"Uid": "0a" * 16, "ID": "0b" * 16}}})
    learned_from(client, tenant, resources, "authentication.login_by_email", answer)
    assert resources.owns("0a" * 16)
    assert resources.owns("0b" * 16)


def test_uid_that_was_only_read_is_not_own(client: Client, tenant: ScriptedTenant, resources: ResourceLog) -> None:
    answer = httpx.Response(200, json={"Uid": "0a" * 16})
    learned_from(client, tenant, resources, "account.get_account_profile_by_email", answer)
    assert not resources.owns("0a" * 16)


def test_error_response_adds_no_id(client: Client, tenant: ScriptedTenant, resources: ResourceLog) -> None:
    learned_from(
        client,
        tenant,
        resources,
        "authentication.login_by_email",
        refusal(ErrorCode.CREDENTIALS_INCORRECT, 401, Data={"Uid": "0a" * 16}),
    )
    assert not resources.owns("0a" * 16)


@pytest.mark.parametrize("operation", contracts.operations(), ids=lambda operation: operation.id)
def test_account_named_in_an_example_is_found(operation: Operation) -> None:
    """The names of every example are found, whatever the members are called."""
    example = _with_strangers(dict(operation.example))
    parts = {part: example[part] for part in ("path", "query", "body") if part in example}
    planted = {value for value in _texts(parts) if value in STRANGERS.values()}
    assert planted <= names_of(call(operation.id, **parts))


STRANGERS = {
    "{person.email}": STRANGER, "{person.uid}": "0f" * 16, "{person.phone}": "+442071838750",
    "{person.username}": "ada", "{unverified.email}": STRANGER, "{unverified.phone}": "+442071838750",
    "{role}": "Administrator", "{hook_id}": "64c1f0", "{hook_url}": "https://crm.example.com/hook",
    "{registration_record}": "64c1f1", "{organization}": "org_64c1", "{member.organization}": "org_64c1",
    "{domain_id}": "domain_64c1", "{tenant_role}": "role_64c1", "{organization_role}": "role_64c1",
}  # fmt: skip
_HARMLESS = {"recordid", "value"}  # validate_code looks a record up, a query reads: neither changes anything


def _with_strangers(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_strangers(item) for key, item in value.items() if key not in _HARMLESS}
    if isinstance(value, list):
        return [_with_strangers(item) for item in value]
    return STRANGERS.get(value, value) if isinstance(value, str) else value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value


def test_settings_are_read_before_they_are_changed(resources: ResourceLog) -> None:
    body = {"MaxPasswordHistory": 3}
    with pytest.raises(OperationNotAllowed, match="has not read"):
        guard(resources, allow=ALL).check(call("password_policy.update", body=body))


def test_settings_before_the_first_change_are_logged(
    make_client: Callable[..., Client], tenant: ScriptedTenant, resources: ResourceLog
) -> None:
    client = make_client()
    watching = guard(resources, client.target, ALL)
    client.sender.before_request.append(watching.check_request)
    client.sender.after_response.append(watching.record_ids)
    for history in (1, 2, 3):
        tenant.will_answer(
            *(httpx.Response(200, json={"MaxPasswordHistory": number}) for number in (history, history + 1))
        )
        client.call("password_policy.get", token="t")
        client.call("password_policy.update", token="t", body={"MaxPasswordHistory": history + 1})
    assert [entry.names for entry in resources.entries.values()] == [("password_policy", '{"MaxPasswordHistory": 1}')]
