"""A shared tenant is spared what is not ours."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from loginradius_harness import contracts
from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import InfrastructureError
from loginradius_harness.client.request import Call
from loginradius_harness.contracts import Operation
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.people import new_person
from loginradius_harness.target.shared_tenant.created_resources import ResourceLog
from loginradius_harness.target.shared_tenant.guard import CREATES, OperationNotAllowed, SharedTenantGuard
from loginradius_harness.target.shared_tenant.resource_names import names_of
from tests.scripted_tenant import ScriptedTenant, refusal

STRANGER = "ada@real.example"
ALL = frozenset({"destroy", "tenant"})


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[ResourceLog]:
    ledger = ResourceLog.begin(tmp_path)
    yield ledger
    for entry in list(ledger.entries.values()):
        ledger.remove(entry)
    ledger.close()


def call(operation_id: str, **parts: Any) -> Call:
    parts = {"path": {}, "query": {}, "body": None, "token": None, "replaced": {}, "headers": {}, **parts}
    return Call(contracts.get(operation_id), **parts)


def test_every_creating_operation_exists() -> None:
    assert set(CREATES) - {operation.id for operation in contracts.operations()} == set()


def test_creation_is_in_the_ledger_before_it_is_sent(
    make_client: Callable[..., Client], tenant: ScriptedTenant, ledger: ResourceLog
) -> None:
    client, person = make_client(), new_person()
    client.before_call.append(SharedTenantGuard(ledger).check_allowed)
    tenant.will_answer(*[httpx.ConnectError("down")] * 3)
    body = {"Email": [{"Type": "Primary", "Value": person.email}], "PhoneId": person.phone, "Password": "p"}
    with pytest.raises(InfrastructureError):
        client.call("account.create_account", body=body, check=False)
    (entry,) = ledger.entries.values()
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
        call("webhook.delete_subscription", path={"hook_id": "64c1"}),
        call("webhook_legacy.unsubscribe", body={"targeturl": "https://crm.example.com/hook", "event": "Login"}),
    ],
    ids=lambda forbidden: forbidden.operation.id,
)
def test_what_is_not_ours_is_not_touched(ledger: ResourceLog, forbidden: Call) -> None:
    with pytest.raises(OperationNotAllowed, match="would touch what this run has not created"):
        SharedTenantGuard(ledger, ALL).check_allowed(forbidden)
    assert not ledger.entries


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
def test_what_nobody_has_may_be_sent(ledger: ResourceLog, harmless: Call) -> None:
    SharedTenantGuard(ledger).check_allowed(harmless)


@pytest.mark.parametrize(
    ("operation", "path", "effect"),
    [("account.delete_account_by_uid", {"uid": "lrh-1"}, "destroy"), ("role.delete_role", {"role": "lrh-1"}, "tenant")],
)
def test_what_others_feel_needs_leave(ledger: ResourceLog, operation: str, path: dict[str, str], effect: str) -> None:
    with pytest.raises(OperationNotAllowed, match=f"allow it with --allow {effect}"):
        SharedTenantGuard(ledger).check_allowed(call(operation, path=path))
    SharedTenantGuard(ledger, frozenset({effect})).check_allowed(call(operation, path=path))


def witnessed(
    client: Client, tenant: ScriptedTenant, ledger: ResourceLog, operation: str, answer: httpx.Response
) -> None:
    """What the guard learns from one answered call."""
    client.after_call.append(SharedTenantGuard(ledger).record_ids)
    tenant.will_answer(answer)
    client.call(operation, query={"email": STRANGER}, body={"email": "lrh-1-1@example.com"}, check=False)


def test_uid_of_what_we_made_is_ours(client: Client, tenant: ScriptedTenant, ledger: ResourceLog) -> None:
    answer = httpx.Response(200, json={"Data": {"Profile": {"Uid": "0a" * 16, "ID": "0b" * 16}}})
    witnessed(client, tenant, ledger, "authentication.login_by_email", answer)
    assert ledger.owns("0a" * 16)
    assert ledger.owns("0b" * 16)


def test_uid_of_a_stranger_that_we_read_is_not_ours(
    client: Client, tenant: ScriptedTenant, ledger: ResourceLog
) -> None:
    answer = httpx.Response(200, json={"Uid": "0a" * 16})
    witnessed(client, tenant, ledger, "account.get_account_profile_by_email", answer)
    assert not ledger.owns("0a" * 16)


def test_refusal_teaches_nothing(client: Client, tenant: ScriptedTenant, ledger: ResourceLog) -> None:
    witnessed(
        client,
        tenant,
        ledger,
        "authentication.login_by_email",
        refusal(ErrorCode.CREDENTIALS_INCORRECT, 401, Data={"Uid": "0a" * 16}),
    )
    assert not ledger.owns("0a" * 16)


@pytest.mark.parametrize("operation", contracts.operations(), ids=lambda operation: operation.id)
def test_account_named_in_an_example_is_seen(operation: Operation) -> None:
    """The names of every example are found, whatever the operation calls them."""
    example = _with_strangers(dict(operation.example))
    parts = {part: example[part] for part in ("path", "query", "body") if part in example}
    planted = {value for value in _texts(parts) if value in STRANGERS.values()}
    assert planted <= names_of(call(operation.id, **parts))


STRANGERS = {
    "{person.email}": STRANGER, "{person.uid}": "0f" * 16, "{person.phone}": "+442071838750",
    "{person.username}": "ada", "{unverified.email}": STRANGER, "{unverified.phone}": "+442071838750",
    "{role}": "Administrator", "{hook_id}": "64c1f0", "{hook_url}": "https://crm.example.com/hook",
    "{registration_record}": "64c1f1",
}  # fmt: skip
_HARMLESS = {"recordid"}  # validate_code looks a record up, and changes nothing


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
