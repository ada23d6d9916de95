"""Custom fields of the tenant, and those that the registration form has (product-facts.md#custom-fields)."""

from collections.abc import Iterable
from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.administration import custom_fields
from loginradius_harness.emulator.services.administration.documents import change_settings
from loginradius_harness.emulator.state.profile import MAX_CUSTOM_FIELDS

Json = Any


@handles("custom_field.list")
def list_all(call: RequestContext) -> Json:
    """Return every field."""
    return _listed(call, call.settings.custom_fields)


@handles("custom_field.list_active")
def list_active(call: RequestContext) -> Json:
    """Return the fields that the registration form has."""
    return _listed(call, (field["Name"] for field in custom_fields.active(call.tenant)))


@handles("custom_field.list_names")
def list_names(call: RequestContext) -> Json:
    """Return the name of every field."""
    return {"Data": list(call.settings.custom_fields)}


@handles("custom_field.get_limit")
def get_limit(_call: RequestContext) -> Json:
    """Return how many fields the tenant can have."""
    return {"CustomFieldLimit": MAX_CUSTOM_FIELDS}


@handles("custom_field.create")
def create(call: RequestContext) -> Json:
    """Add a field. Raise CUSTOM_FIELD_INVALID for a taken name, and beyond the limit (inferred)."""
    name, known = call.body["CustomField"], call.settings.custom_fields
    if name in known or len(known) >= MAX_CUSTOM_FIELDS:
        raise ApiError(ErrorCode.CUSTOM_FIELD_INVALID)
    change_settings(call, {"custom_fields": [*known, name]})
    return _shown(call, name)


@handles("custom_field.set")
def set_fields(call: RequestContext) -> Json:
    """Put fields on the registration form or take them off; return those of the request."""
    fields = call.body["Data"]
    for field in fields:
        _require(call, field["Name"])
    custom_fields.put(call.tenant, fields)
    return _listed(call, (field["Name"] for field in fields))


@handles("custom_field.delete")
def delete(call: RequestContext) -> Json:
    """Delete a field, also from the registration form."""
    gone = call.path["cfname"]
    _require(call, gone)
    change_settings(call, {"custom_fields": [name for name in call.settings.custom_fields if name != gone]})
    custom_fields.remove(call.tenant, gone)
    return {"IsDeleted": True}


def _require(call: RequestContext, name: str) -> None:
    """Raise CUSTOM_FIELD_INVALID for a field that the tenant does not have (inferred)."""
    if name not in call.settings.custom_fields:
        raise ApiError(ErrorCode.CUSTOM_FIELD_INVALID)


def _listed(call: RequestContext, names: Iterable[str]) -> Json:
    return {"Data": [_shown(call, name) for name in names]}


def _shown(call: RequestContext, name: str) -> Json:
    return {"Key": name, "Display": custom_fields.display(call.tenant, name)}
