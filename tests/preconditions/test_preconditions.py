"""What contract examples name can be prepared."""

import json

import pytest

from loginradius_harness import contracts
from loginradius_harness.contracts import Operation, reference_data
from loginradius_harness.preconditions.registry import Preconditions, names_in, precondition, preconditions
from loginradius_harness.tenants import TenantProvider

WORDS = json.loads((reference_data.ROOT / "preconditions.json").read_text())
HELPERS = {"session", "challenge", "authenticator", "question_id", "other.question_id", "person.question_id"}


def test_every_name_in_words_has_a_preparation() -> None:
    parts = {"context.role", "context.permission", "role.permission"}
    assert set(WORDS) - set(preconditions()) - parts == set()


def test_every_preparation_is_in_words() -> None:
    assert set(preconditions()) - set(WORDS) - HELPERS == set()


def test_every_need_has_a_preparation() -> None:
    owners = {need.split(".")[0] for known in preconditions().values() for need in known.needs - set(preconditions())}
    assert owners - set(preconditions()) == set()


def test_name_is_prepared_in_one_place() -> None:
    with pytest.raises(ValueError, match=r"token is prepared by loginradius_harness\.preconditions\.tokens and by "):
        precondition("token")(lambda _: None)


@pytest.mark.parametrize("operation", contracts.operations(), ids=lambda operation: operation.id)
def test_documented_example_succeeds(operation: Operation, tenants: TenantProvider) -> None:
    context = tenants.for_preset(operation.preset)
    with Preconditions(context.journey) as prepared:
        context.client.call(operation.id, **prepared.prepare(operation)).must_succeed()


def test_only_what_is_named_is_prepared(tenants: TenantProvider) -> None:
    context = tenants.create()
    control = context.control
    assert control is not None
    Preconditions(context.journey).prepare(contracts.get("configuration.get_configurations"))
    assert control.journal()["count"] == 0
    Preconditions(context.journey).prepare(contracts.get("authentication.login_by_email"))
    assert control.journal()["by_operation"] == {"account.create_account": 1}
    context.close()


def test_whole_placeholder_keeps_its_type_and_a_part_becomes_text(tenants: TenantProvider) -> None:
    prepared = Preconditions(tenants.for_preset().journey)
    prepared.put("number", 7)
    assert prepared.fill({"{number}": ["{number}", "n{number}", True, None]}) == {7: [7, "n7", True, None]}


def test_value_is_the_same_within_a_case_and_another_in_the_next(tenants: TenantProvider) -> None:
    journey = tenants.for_preset().journey
    one, other = Preconditions(journey), Preconditions(journey)
    assert one.value("fresh.email") == one.value("fresh.email") != other.value("fresh.email")


def test_person_has_what_the_case_mentions(tenants: TenantProvider) -> None:
    journey = tenants.for_preset().journey
    plain, named = Preconditions(journey), Preconditions(journey)
    named.want("person.username")
    assert journey.accounts.read(plain.value("person.uid"))["UserName"] is None
    assert journey.accounts.read(named.value("person.uid"))["UserName"] == named.value("person.username")


def test_unknown_name_is_named(tenants: TenantProvider) -> None:
    with pytest.raises(KeyError, match=r"nothing prepares \{nonsense\}"):
        Preconditions(tenants.for_preset().journey).value("nonsense.member")


def test_names_are_found_in_keys_values_and_given() -> None:
    example = {"preconditions": ["totp"], "body": {"{a.b}": ["x {c}", {"k": "{d_e}"}]}, "query": {"n": 1}}
    assert set(names_in(example)) == {"totp", "a.b", "c", "d_e"}
