"""Custom fields that management creates, beside those of the settings."""

from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Ask, Manage, Member

pytestmark = pytest.mark.preset("administration", custom_fields=["shoe_size"])


@pytest.fixture
def manage(manage: Manage) -> Manage:
    """`manage(name, **request)`: call an operation of this family as a machine."""
    return lambda name, **request: manage(f"custom_field.{name}", **request)


def field(name: str, **members: Any) -> dict[str, Any]:
    return {"Type": "string", "Name": name, "Permission": "w", **members}


def form(ask: Ask) -> list[str]:
    """Return the names of all fields of the public registration form."""
    return [shown["name"] for shown in ask("configuration.get_configurations").data["RegistrationFormSchema"]]


def test_field_of_the_settings_is_listed_like_the_others(manage: Manage, tenant: Tenant) -> None:
    assert manage("create", body={"CustomField": "hat"}).data == {"Key": "hat", "Display": "hat"}
    assert manage("list_names").data == {"Data": ["shoe_size", "hat"]}
    assert manage("delete", path={"cfname": "shoe_size"}).data == {"IsDeleted": True}
    assert tenant.settings.custom_fields == ["hat"]


@pytest.mark.parametrize("name", ["", "_a", "a-", "a b", "ä", "a" * 61])
def test_name_of_another_form_is_refused(manage: Manage, name: str) -> None:
    assert manage("create", body={"CustomField": name}).code == ErrorCode.CUSTOM_FIELD_INVALID


def test_fields_of_the_form_keep_their_order_and_all_that_was_set(ask: Ask, manage: Manage) -> None:
    manage("create", body={"CustomField": "hat"})
    options = [{"Value": "7", "Text": "Seven"}]
    sent = [field("hat", Options=options, Parent="shoe_size"), field("shoe_size", Display="Shoe size")]
    assert manage("set", body={"Data": sent}).data["Data"] == [
        {"Key": "hat", "Display": "hat"},
        {"Key": "shoe_size", "Display": "Shoe size"},
    ]
    assert form(ask)[-2:] == ["hat", "shoe_size"]
    hat = ask("configuration.get_configurations").data["RegistrationFormSchema"][-2]
    assert (hat["options"], hat["Parent"], hat["rules"]) == (options, "shoe_size", "")


def test_nothing_is_set_where_one_field_is_unknown(manage: Manage) -> None:
    refused = manage("set", body={"Data": [field("shoe_size"), field("hat")]})
    assert refused.code == ErrorCode.CUSTOM_FIELD_INVALID
    assert manage("list_active").data == {"Data": []}


def test_new_value_of_a_deleted_field_is_refused(ask: Ask, manage: Manage, person: Member) -> None:
    manage("create", body={"CustomField": "hat"})
    path = {"uid": person.uid}
    ask("account.update_account_by_uid", path=path, body={"CustomFields": {"hat": "7"}})
    manage("delete", path={"cfname": "hat"})
    kept = ask("account.update_account_by_uid", path=path, body={"CustomFields": {"hat": "7", "shoe_size": "44"}})
    assert kept.data["CustomFields"] == {"hat": "7", "shoe_size": "44"}
    refused = ask("account.update_account_by_uid", path=path, body={"CustomFields": {"hat": "8"}})
    assert refused.code == ErrorCode.CUSTOM_FIELD_INVALID


def test_management_creates_accounts_without_required_fields(ask: Ask, manage: Manage) -> None:
    manage("set", body={"Data": [field("shoe_size", Rules="required")]})
    body = {"Email": [{"Type": "Primary", "Value": "eve@example.com"}], "Password": "correct horse 7"}
    assert ask("account.create_account", body=body).status == 200
