"""Rows of the directory: users, records of custom objects, and users with records (product-facts.md#directory)."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from loginradius_harness.emulator.core.clock import NO_DATE, iso
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.profile import own_members
from loginradius_harness.emulator.state.tenant import CustomObject, Tenant

Json = Any

_SECRET = ("Password", "PIN")  # neither hashes nor masks of them are shown (inferred)


class Row(NamedTuple):
    """One row: its key, when it was created, and what is shown of it."""

    key: str
    created: float
    shown: dict[str, Json]


def users(tenant: Tenant, _object_name: str) -> Iterator[Row]:
    """Yield a row for each user."""
    for _, account in tenant.accounts.scan():
        yield Row(account.uid, account.created, _profile(tenant, account))


def records(tenant: Tenant, object_name: str) -> Iterator[Row]:
    """Yield a row for each record of a custom object."""
    for record in _records(tenant, object_name):
        yield Row(record.id, record.created, _record(record))


def users_with_records(tenant: Tenant, object_name: str) -> Iterator[Row]:
    """Yield a row for each record, with the profile of its user (inferred)."""
    for record in _records(tenant, object_name):
        account = tenant.accounts.by_uid(record.uid)
        if account is not None:
            shown = {**_profile(tenant, account), "CustomObject": record.content, "_id": record.id}
            yield Row(record.id, account.created, shown)


SOURCES: dict[str, Callable[[Tenant, str], Iterator[Row]]] = {
    "users": users,
    "records": records,
    "users_with_records": users_with_records,
}


def _records(tenant: Tenant, object_name: str) -> Iterator[CustomObject]:
    stored = (record for _, record in tenant.custom_objects.scan())
    return (record for record in stored if record.name == object_name and not record.deleted)


def _profile(tenant: Tenant, account: Account) -> dict[str, Json]:
    profile = own_members(account, tenant.settings, managed=False)
    shown = {name: value for name, value in profile.items() if name not in _SECRET}
    if shown["LastLoginDate"] == NO_DATE:
        shown["LastLoginDate"] = f"{NO_DATE}.000Z"
    return {**shown, "AppName": tenant.settings.app_name}


def _record(record: CustomObject) -> dict[str, Json]:
    return {
        "_id": record.id,
        "Uid": record.uid,
        "IsActive": True,
        "IsDeleted": False,
        "DateCreated": iso(record.created),
        "DateModified": iso(record.modified),
        "CustomObject": record.content,
    }
