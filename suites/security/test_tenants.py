"""Row 57: what belongs to one tenant, seen from another."""

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
from loginradius_harness.contracts import Operation, operations
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
SHORTEST_MARK = 8  # shorter values are not a tenant's own: flags, event names, question texts

KEYED = [pytest.param(operation, id=operation.id) for operation in operations() if "apikey" in operation.auth]


@dataclass(frozen=True)
class Neighbour:
    """Another tenant of the same product."""

    scene: TenantContext

    @property
    def credentials(self) -> dict[str, Secret | None]:
        """Its key and secret, to be used in place of a victim's."""
        target = self.scene.target
        return {"apikey": target.api_key, "apisecret": target.api_secret}


@pytest.fixture(scope="module")
def neighbours() -> Iterator[dict[str, Neighbour]]:
    """By what they offer; each is made when it is first asked for."""
    made: dict[str, Neighbour] = {}
    yield made
    for neighbour in made.values():
        neighbour.scene.close()


@pytest.fixture
def neighbour(
    request: pytest.FixtureRequest, strict_tenants: StrictTenants, neighbours: dict[str, Neighbour]
) -> Neighbour:
    """A tenant that offers what the test's own offers."""
    operation: Operation | None = getattr(request.node, "callspec", None) and request.node.callspec.params.get(
        "operation"
    )
    offering = operation.preset if operation else "strict-security"
    if offering not in neighbours:
        neighbours[offering] = Neighbour(strict_tenants.create(offering))
    return neighbours[offering]


@pytest.mark.parametrize("operation", KEYED)
@pytest.mark.security(57, *STANDARDS)
@pytest.mark.rule(
    "isolation.uid_of_other_tenant_is_unknown", "isolation.link_of_other_tenant_is_refused",
    "isolation.refresh_token_of_other_tenant_is_refused", "isolation.records_of_other_tenant_are_unknown",
)  # fmt: skip
def test_another_tenant_sees_and_changes_nothing(neighbour: Neighbour, prepared_request: PreparedRequest) -> None:
    reply = prepared_request.send(credentials=neighbour.credentials)
    sent = "\n".join(texts({**prepared_request.request, "token": None})).lower()
    answered = "\n".join(texts(reply.data)).lower()
    assert [mark for mark in marks(prepared_request) if mark in answered and mark not in sent] == []
    prepared_request.send().must_succeed()


def marks(aim: PreparedRequest) -> set[str]:
    """Values that the operation's tenant has made, or that were made on it, for this request."""
    values = [aim.given.value(name) for name in aim.names if not name.startswith("fresh.")]
    known = [value for value in values if isinstance(value, str)]
    if "person" in aim.given.wanted:
        person: Person = aim.given.value("person")
        known += [person.uid, person.id, person.email]
    shared = aim.scene.target.custom_object
    return {value.lower() for value in known if len(value) >= SHORTEST_MARK and value != shared} - same_everywhere(aim)


def same_everywhere(aim: PreparedRequest) -> set[str]:
    """Ids that all tenants of an emulator have alike."""
    questions = aim.scene.journey.configuration["SecurityQuestions"]["Questions"]
    return {question["QuestionId"].lower() for question in questions}


@pytest.mark.parametrize("operation", [case for case in USER_CALLS if "apikey" in case.values[0].auth])
@pytest.mark.security(57, *STANDARDS)
@pytest.mark.rule("isolation.token_of_other_tenant_is_refused")
def test_token_is_refused_with_the_key_of_another_tenant(
    neighbour: Neighbour, prepared_request: PreparedRequest
) -> None:
    assert not prepared_request.send(credentials=neighbour.credentials).ok


@pytest.mark.security(57, "ASVS 5.0 8.4.1")
@pytest.mark.rule("isolation.secret_of_other_tenant_is_refused")
def test_secret_works_with_its_own_key_only(journey: Journey, neighbour: Neighbour) -> None:
    secret = neighbour.scene.target.api_secret
    journey.client.call("role.list_roles", credentials={"apisecret": secret}).must_be_refused(WRONG_SECRET)


@pytest.mark.security(57, "ASVS 5.0 8.4.1")
@pytest.mark.rule("sott.of_other_tenant_is_refused")
def test_sott_works_for_its_own_tenant_only(journey: Journey, neighbour: Neighbour) -> None:
    foreign = neighbour.scene.client.call("sott.generate_sott").must_succeed().data["Sott"]
    body = {"Email": [{"Type": "Primary", "Value": journey.new_person().email}], "Password": new_password()}
    target, secret = neighbour.scene.target, journey.client.target.api_secret
    assert secret is not None
    misnamed = sott.generate(target.api_key, secret, *sott.window(journey.client.clock.now()))
    for wrong in (foreign, misnamed):
        reply = journey.client.call("authentication.register_by_email", body=body, credentials={"sott": wrong})
        reply.must_be_refused(WRONG_SOTT)


@pytest.mark.security(57, "ASVS 5.0 8.4.1")
@pytest.mark.rule("isolation.address_serves_each_tenant")
def test_one_email_can_register_on_each_tenant(journey: Journey, person: Person, neighbour: Neighbour) -> None:
    other = neighbour.scene.journey
    namesake = other.accounts.create(person, Password=new_password())
    assert namesake.uid != person.uid
    assert not attempt_login(other, namesake, person.password).ok
    log_in(journey, person)


@pytest.mark.security(57, "ASVS 5.0 8.4.1")
@pytest.mark.rule("isolation.settings_are_the_tenants_own")
def test_setting_applies_to_one_tenant(journey: Journey, neighbour: Neighbour) -> None:
    control = neighbour.scene.control
    if control is None:
        pytest.skip("needs a second tenant whose settings can be changed: an emulator")
    before = _configuration(journey)
    control.patch_settings({"app_name": "neighbour"})
    assert _configuration(journey) == before
    assert _configuration(neighbour.scene.journey)["AppName"] == "neighbour"


def _configuration(journey: Journey) -> Any:
    reply: ApiResponse = journey.client.call("configuration.get_configurations")
    return reply.must_succeed().data


@pytest.mark.security(57, *STANDARDS)
@pytest.mark.rule("isolation.records_of_other_tenant_are_unknown")
def test_role_webhook_or_record_of_another_tenant_is_unknown(journey: Journey, neighbour: Neighbour) -> None:
    there, uid = neighbour.scene.journey, journey.verified_person().uid
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
