"""Records of custom objects: any JSON object, stored for a user under a name (product-facts.md#roles-and-records)."""

import re
from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.tenant import CustomObject

Json = Any

_RECORD_ID = re.compile(r"[0-9a-f]{24}")


@handles("custom_object.create_by_token", "custom_object.create_by_uid")
def create(call: RequestContext) -> Json:
    """Create a record.

    Raise CUSTOM_OBJECT_LIMIT_EXCEEDED where the user has as many as the tenant allows.
    """
    account, name = _owner(call), configured_name(call, "objectName")
    live = [record for record in _records(call, account, name) if not record.deleted]
    if len(live) >= call.settings.custom_object_limit:
        raise ApiError(ErrorCode.CUSTOM_OBJECT_LIMIT_EXCEEDED)
    record = CustomObject(
        id=call.tenant.identifiers.hex(24),
        name=name,
        uid=account.uid,
        content=call.sent,
        created=call.now,
        modified=call.now,
    )
    call.tenant.custom_objects.put(record.id, record)
    call.tenant.webhooks.fire("CreateCustomObject", account)
    return _shown(record)


@handles("custom_object.list_by_token", "custom_object.list_by_uid")
def list_records(call: RequestContext) -> Json:
    """Return the user's records of one object."""
    records = _records(call, _owner(call), configured_name(call, "objectName"))
    return {"data": [_shown(record) for record in records], "Count": len(records)}


@handles("custom_object.get_by_record_id_and_token", "custom_object.get_by_record_id_and_uid")
def get(call: RequestContext) -> Json:
    """Return one record."""
    return _shown(_record(call, _owner(call)))


@handles("custom_object.update_by_token", "custom_object.update_by_uid")
def update(call: RequestContext) -> Json:
    """Update a record: `replace` replaces it, `partialreplace` merges the first level of members."""
    account = _owner(call)
    record = _record(call, account)
    # An SDK may leave the parameter out; a plain PUT replaces (inferred).
    merges = call.query.get("updateType", "replace").lower() == "partialreplace"
    record.content = {**record.content, **call.sent} if merges else call.sent
    record.modified = call.now
    call.tenant.webhooks.fire("UpdateCustomObject", account)
    return _shown(record)


@handles("custom_object.delete_by_token", "custom_object.delete_by_record_id_and_uid")
def delete(call: RequestContext) -> Json:
    """Delete the record."""
    account = _owner(call)
    record = _record(call, account)
    if call.settings.deleted_objects_listed:
        record.deleted, record.modified = True, call.now
    else:
        call.tenant.custom_objects.remove(record.id)
    call.tenant.webhooks.fire("DeleteCustomObject", account)
    return {"IsDeleted": True}


def _owner(call: RequestContext) -> Account:
    """Return the user of the path, or the one of the access token."""
    uid = call.path.get("uid")
    return call.tenant.managed_account(uid) if uid else call.account


def configured_name(call: RequestContext, parameter: str) -> str:
    """Return the configured object that a query parameter names.

    Raise CUSTOM_OBJECTS_NOT_CONFIGURED where the tenant has none, CUSTOM_OBJECT_NAME_INVALID for another name.
    """
    name: str = call.query[parameter]
    settings = call.settings
    if not settings.custom_objects and not settings.any_custom_object:
        raise ApiError(ErrorCode.CUSTOM_OBJECTS_NOT_CONFIGURED)
    if name not in settings.custom_objects and not settings.any_custom_object:
        raise ApiError(ErrorCode.CUSTOM_OBJECT_NAME_INVALID)
    return name


def _records(call: RequestContext, account: Account, name: str) -> list[CustomObject]:
    stored = call.tenant.custom_objects.scan()
    return [record for _, record in stored if record.uid == account.uid and record.name == name]


def _record(call: RequestContext, account: Account) -> CustomObject:
    """Return the record of the path.

    Raise CUSTOM_OBJECT_RECORD_NOT_FOUND for a malformed id, CUSTOM_OBJECT_NOT_FOUND for one that the user does not
    have.
    """
    name, record_id = configured_name(call, "objectName"), call.path["object_record_id"]
    if not _RECORD_ID.fullmatch(record_id):
        raise ApiError(ErrorCode.CUSTOM_OBJECT_RECORD_NOT_FOUND)
    record = call.tenant.custom_objects.get(record_id)
    if record is None or record.uid != account.uid or record.name != name or record.deleted:
        raise ApiError(ErrorCode.CUSTOM_OBJECT_NOT_FOUND)
    return record


def _shown(record: CustomObject) -> Json:
    return {
        "Id": record.id,
        "IsActive": True,
        "DateCreated": iso(record.created),
        "DateModified": iso(record.modified),
        "IsDeleted": record.deleted,
        "Uid": record.uid,
        "CustomObject": record.content,
    }
