"""Row 57: isolation between tenants."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from loginradius_harness.checks.generation.prepared_request import PreparedRequest
from loginradius_harness.checks.security.endpoints import USER_CALLS
from loginradius_harness.checks.security.information_leaks import texts
from loginradius_harness.checks.security.login_attempts import attempt_login, log_in
from loginradius_harness.checks.security.strict_tenants import StrictTenants
from loginradius_harness.client import sott
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.secrets import Secret
from loginradius_harness.contracts import Operation, api_operations
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person, new_password
from loginradius_harness.tenants import TenantContext

STANDARDS = ("ASVS 5.0 8.4.1", "API1:2023")
WRONG_TOKEN, WRONG_SECRET, UNKNOWN, WRONG_REFRESH, WRONG_SOTT = (
    ErrorCode.ACCESS_TOKEN_INVALID,
    ErrorCode.API_SECRET_MISMATCH,
    ErrorCode.ACCOUNT_NOT_FOUND,
    ErrorCode.REFRESH_TOKEN_INVALID,
    ErrorCode.SOTT_INVALID,
)
UNKNOWN_RECORD = (
    ErrorCode.CUSTOM_OBJECT_RECORD_NOT_FOUND,
    ErrorCode.CUSTOM_OBJECT_NOT_FOUND,
    ErrorCode.WEBHOOK_NOT_SUBSCRIBED,
)
SHORTEST_MARK = 8  # shorter values do not identify a tenant: flags, event names, question texts

KEYED = [pytest.param(operation, id=operation.id) for operation in api_operations() if "apikey" in operation.auth]
MANAGED = [
    pytest.param(operation, id=operation.id) for operation in api_operations() if "machine_token" in operation.auth
]


@dataclass(frozen=True)
class OtherTenant:
    """Another tenant of the same product."""

    tenant: TenantContext

    @property
    def credentials(self) -> dict[str, Secret | None]:
        """Return its key and secret, to be used instead of the victim's."""
        target = self.tenant.target
        return {"apikey": target.api_key, "apisecret": target.api_secret}


@pytest.fixture(scope="module")
def other_tenants() -> Iterator[dict[str, OtherTenant]]:
    """Keep other tenants by preset; each is created when first needed."""
    made: dict[str, OtherTenant] = {}
    yield made
    for other_tenant in made.values():
        other_tenant.tenant.close()


@pytest.fixture
def other_tenant(
    request: pytest.FixtureRequest, strict_tenants: StrictTenants, other_tenants: dict[str, OtherTenant]
) -> OtherTenant:
    """Return another tenant with the same preset."""
    operation: Operation | None = getattr(request.node, "callspec", None) and request.node.callspec.params.get(
        "operation"
    )
    preset = operation.preset if operation else "strict-security"
    if preset not in other_tenants:
        other_tenants[preset] = OtherTenant(strict_tenants.create(preset))
    return other_tenants[preset]


@pytest.mark.parametrize("operation", KEYED)
@pytest.mark.security(57, *STANDARDS)
@pytest.mark.rule(
    "isolation.uid_of_other_tenant_is_unknown", "isolation.link_of_other_tenant_is_refused",
    "isolation.refresh_token_of_other_tenant_is_refused", "isolation.records_of_other_tenant_are_unknown",
)  # fmt: skip
def test_another_tenant_sees_and_changes_nothing(other_tenant: OtherTenant, prepared_request: PreparedRequest) -> None:
    reply = prepared_request.send(credentials=other_tenant.credentials)
    sent = "\n".join(texts({**prepared_request.request, "token": None})).lower()
    answered = "\n".join(texts(reply.data)).lower()
    assert [mark for mark in marks(prepared_request) if mark in answered and mark not in sent] == []
    prepared_request.send().must_succeed()


def marks(prepared: PreparedRequest) -> set[str]:
    """Return the values that the operation's tenant created for this request."""
    values = [prepared.preconditions.value(name) for name in prepared.names if not name.startswith("fresh.")]
    known = [value for value in values if isinstance(value, str)]
    if "person" in prepared.preconditions.wanted:
        person: Person = prepared.preconditions.value("person")
        known += [person.uid, person.id, person.email]
    shared = prepared.tenant.target.custom_object
    return {value.lower() for value in known if len(value) >= SHORTEST_MARK and value != shared} - same_everywhere(
        prepared
    )


def same_everywhere(prepared: PreparedRequest) -> set[str]:
    """Return ids that all tenants of an emulator share."""
    questions = prepared.tenant.journey.configuration["SecurityQuestions"]["Questions"]
    return {question["QuestionId"].lower() for question in questions}


@pytest.mark.parametrize("operation", [case for case in USER_CALLS if "apikey" in case.values[0].auth])
@pytest.mark.security(57, *STANDARDS)
@pytest.mark.rule("isolation.token_of_other_tenant_is_refused")
def test_token_is_refused_with_the_key_of_another_tenant(
    other_tenant: OtherTenant, prepared_request: PreparedRequest
) -> None:
    assert not prepared_request.send(credentials=other_tenant.credentials).ok


@pytest.mark.parametrize("operation", MANAGED)
@pytest.mark.security(57, *STANDARDS)
@pytest.mark.rule("isolation.machine_token_of_other_tenant_is_refused")
def test_machine_token_of_another_tenant_manages_nothing(
    other_tenant: OtherTenant, prepared_request: PreparedRequest
) -> None:
    foreign = other_tenant.tenant.journey.federation.machine_token().must_succeed().data["access_token"]
    prepared_request.send(credentials={"machine_token": foreign}).must_be_refused(WRONG_TOKEN)


@pytest.mark.security(57, "ASVS 5.0 8.4.1")
@pytest.mark.rule("isolation.secret_of_other_tenant_is_refused")
def test_secret_works_with_its_own_key_only(journey: Journey, other_tenant: OtherTenant) -> None:
    secret = other_tenant.tenant.target.api_secret
    journey.client.call("role.list_roles", credentials={"apisecret": secret}).must_be_refused(WRONG_SECRET)


@pytest.mark.security(57, *STANDARDS)
@pytest.mark.rule("isolation.records_of_other_tenant_are_unknown")
def test_status_of_another_tenant_has_no_statistics(journey: Journey, other_tenant: OtherTenant) -> None:
    session = journey.social.log_in("facebook", journey.social.new_user("facebook"))
    posted = journey.client.call("social_data.post_trackable_status", token=session.token, body={"status": "Hello"})
    query = {"postid": posted.must_succeed().data["Id"]}
    journey.client.call("social_data.get_trackable_status", query=query).must_succeed()
    secret = other_tenant.tenant.target.api_secret
    reply = journey.client.call("social_data.get_trackable_status", query=query, credentials={"apisecret": secret})
    reply.must_be_refused(ErrorCode.STATUS_ID_INVALID)


@pytest.mark.security(57, "ASVS 5.0 8.4.1")
@pytest.mark.rule("sott.of_other_tenant_is_refused")
def test_sott_works_for_its_own_tenant_only(journey: Journey, other_tenant: OtherTenant) -> None:
    foreign = other_tenant.tenant.client.call("sott.generate_sott").must_succeed().data["Sott"]
    body = {"Email": [{"Type": "Primary", "Value": journey.new_person().email}], "Password": new_password()}
    target, secret = other_tenant.tenant.target, journey.client.target.api_secret
    assert secret is not None
    misnamed = sott.generate(target.api_key, secret, *sott.window(journey.client.clock.now()))
    for wrong in (foreign, misnamed):
        reply = journey.client.call("authentication.register_by_email", body=body, credentials={"sott": wrong})
        reply.must_be_refused(WRONG_SOTT)


@pytest.mark.security(57, "ASVS 5.0 8.4.1")
@pytest.mark.rule("isolation.address_serves_each_tenant")
def test_one_email_can_register_on_each_tenant(journey: Journey, person: Person, other_tenant: OtherTenant) -> None:
    other = other_tenant.tenant.journey
    namesake = other.accounts.create(person, Password=new_password())
    assert namesake.uid != person.uid
    assert not attempt_login(other, namesake, person.password).ok
    log_in(journey, person)


@pytest.mark.security(57, "ASVS 5.0 8.4.1")
@pytest.mark.rule("isolation.settings_are_the_tenants_own")
def test_setting_applies_to_one_tenant(journey: Journey, other_tenant: OtherTenant) -> None:
    control = other_tenant.tenant.control
    if control is None:
        pytest.skip("needs a second tenant whose settings can be changed: an emulator")
    before = _configuration(journey)
    control.patch_settings({"app_name": "neighbour"})
    assert _configuration(journey) == before
    assert _configuration(other_tenant.tenant.journey)["AppName"] == "neighbour"


def _configuration(journey: Journey) -> Any:
    reply: ApiResponse = journey.client.call("configuration.get_configurations")
    return reply.must_succeed().data


@pytest.mark.security(57, *STANDARDS)
@pytest.mark.rule("isolation.records_of_other_tenant_are_unknown")
def test_role_webhook_or_record_of_another_tenant_is_unknown(journey: Journey, other_tenant: OtherTenant) -> None:
    there, uid = other_tenant.tenant.journey, journey.verified_person().uid
    body = {"Event": "Login", "TargetUrl": "https://hooks.example.com/feed", "Name": "lrh-foreign"}
    hook = there.client.call("webhook.create_subscription", body=body).must_succeed().data["Id"]
    role = {"role": there.roles.create("read")}
    record = {
        "object_record_id": there.custom_objects.create(there.verified_person().uid, {"size": 1})["Id"],
        "uid": uid,
    }
    named, ask = {"objectName": journey.client.target.custom_object}, journey.client.call
    ask("role.add_role_permissions", path=role, body={"permissions": ["write"]}).must_be_refused(
        ErrorCode.ROLE_NOT_FOUND
    )
    ask("webhook.get_subscription", path={"hook_id": hook}).must_be_refused(*UNKNOWN_RECORD)
    ask("custom_object.get_by_record_id_and_uid", path=record, query=named).must_be_refused(*UNKNOWN_RECORD)
