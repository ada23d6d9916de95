"""The custom fields of the registration form (product-facts.md#custom-fields).

Which custom fields the tenant has is its setting `custom_fields`; which of them the form has, and how, is a document.
"""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.tenant import Tenant

Json = Any

DOCUMENT = "custom_field_form"  # name of a field -> how the form has it


def defined(tenant: Tenant) -> dict[str, Json]:
    """Return every field that has been set, on the form or not, by its name."""
    return dict(tenant.configuration.get(DOCUMENT) or {})


def active(tenant: Tenant) -> list[Json]:
    """Return the fields that the form has."""
    return [field for field in defined(tenant).values() if field.get("Checked", True)]


def put(tenant: Tenant, fields: list[Json]) -> None:
    """Set fields; others stay."""
    tenant.configuration.put(DOCUMENT, defined(tenant) | {field["Name"]: field for field in fields})


def remove(tenant: Tenant, name: str) -> None:
    """Forget how a field was set."""
    tenant.configuration.put(DOCUMENT, {key: field for key, field in defined(tenant).items() if key != name})


def display(tenant: Tenant, name: str) -> str:
    """Return the label of a field, its name where it has none."""
    return str(defined(tenant).get(name, {}).get("Display") or name)


def require(tenant: Tenant, account: Account) -> None:
    """Raise FIELD_VALIDATION_FAILED where an account lacks a required field of the form (inferred)."""
    values = account.custom_fields or {}
    required = [field["Name"] for field in active(tenant) if "required" in (field.get("Rules") or "").split("|")]
    if missing := [name for name in required if not values.get(name)]:
        errors = [{"FieldName": name, "ErrorMessage": "The field is required."} for name in missing]
        raise ApiError(ErrorCode.FIELD_VALIDATION_FAILED, Errors=errors)


def published(tenant: Tenant) -> list[Json]:
    """Return the fields of the form as front ends read them."""
    return [
        {
            "Checked": True,
            "type": field["Type"],
            "name": field["Name"],
            "display": display(tenant, field["Name"]),
            "rules": field.get("Rules") or "",
            "options": field.get("Options"),
            "permission": field["Permission"],
            "DataSource": None,
            "Parent": field.get("Parent") or "",
            "ParentDataSource": None,
        }
        for field in active(tenant)
    ]
