"""Bulk upsert of users from another system."""

from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Ask, Member

ADA = {"Email": [{"Type": "Primary", "Value": "ada@example.com"}]}


def upsert(ask: Ask, *profiles: dict[str, Any]) -> Any:
    return ask("user_migration.upsert", body={"Profiles": list(profiles)}).data["Profile"]


def test_second_upsert_changes_the_account_of_the_first(ask: Ask, tenant: Tenant) -> None:
    assert upsert(ask, ADA | {"City": "London"}) == {"RecordInserted": 1, "RecordUpdated": 0, "Failed": []}
    assert upsert(ask, ADA | {"Company": "Engines"}) == {"RecordInserted": 0, "RecordUpdated": 1, "Failed": []}
    account = tenant.accounts.by_email("ada@example.com")
    assert account is not None
    assert (account.fields["City"], account.fields["Company"]) == ("London", "Engines")
    assert account.emails[0].verified


def test_user_is_known_by_uid_phone_and_user_name(ask: Ask, tenant: Tenant, person: Member) -> None:
    upsert(ask, {"PhoneId": "+14155550100", "UserName": "ada", "FirstName": "Ada"})
    for known in ({"Uid": person.uid}, {"PhoneId": "+14155550100"}, {"UserName": "ada"}):
        assert upsert(ask, known | {"FirstName": "Grace"})["RecordUpdated"] == 1
    assert {account.fields["FirstName"] for _, account in tenant.accounts.scan()} == {"Grace"}


@pytest.mark.parametrize(
    ("profile", "code"),
    [
        ({"FirstName": "Nobody"}, ErrorCode.VALID_EMAIL_REQUIRED),
        (ADA | {"PasswordHash": "in no form of a hash"}, ErrorCode.FIELD_VALIDATION_FAILED),
        (ADA | {"BirthDate": "yesterday"}, ErrorCode.DATE_INVALID),
    ],
)
def test_failure_names_line_and_code(ask: Ask, profile: dict[str, Any], code: int) -> None:
    taken = upsert(ask, {"PhoneId": "+14155550100"}, profile)
    assert taken["RecordInserted"] == 1
    assert [(entry["Line"], entry["ErrorCode"]) for entry in taken["Failed"]] == [(2, code)]
