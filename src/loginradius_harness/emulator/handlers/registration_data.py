"""Options of the registration form, some protected by a code (product-facts.md#roles-and-records)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.tenant import RegistrationRecord

Json = Any

PAGE = 50  # records, the most that one list call gives (product-facts.md#values)


@handles("registration_data.add")
def add(call: RequestContext) -> Json:
    """Add all records of the request or, with REGISTRATION_DATA_PARENT_NOT_FOUND for an unknown parent, none."""
    records = [_new(call, sent) for sent in call.body["Data"]]
    for record in records:
        call.tenant.registration_data.put(record.id, record)
    return {"IsPosted": True}


def _new(call: RequestContext, sent: dict[str, Json]) -> RegistrationRecord:
    return RegistrationRecord(
        id=call.tenant.identifiers.hex(24),
        type=sent["type"],
        key=sent["key"],
        value=sent["value"],
        created=call.now,
        modified=call.now,
        parent_id=_parent(call, sent.get("parentid")),
        code=sent.get("code") or None,
        active=sent.get("isactive") is not False,
    )


@handles("registration_data.list")
def list_records(call: RequestContext) -> Json:
    """Return one page of a type's records, codes included."""
    return [_shown(call, record) for record in _page(call, _found(call))]


@handles("registration_data.list_public")
def list_public(call: RequestContext) -> Json:
    """Return one page of the active records, codes hidden (inferred)."""
    shown = [_shown(call, record) for record in _page(call, _found(call, only_active=True))]
    return [{**record, "Code": None} for record in shown]


@handles("registration_data.update")
def update(call: RequestContext) -> Json:
    """Update a record; omitted members keep their value (inferred), an empty parent or code removes it."""
    record, sent = _record(call, call.path["record_id"]), call.body
    parent = _parent(call, sent["ParentId"]) if "ParentId" in sent else record.parent_id
    if parent == record.id:
        raise ApiError(ErrorCode.REGISTRATION_DATA_PARENT_NOT_FOUND)
    record.type, record.active, record.parent_id = sent["Type"], sent["IsActive"], parent
    record.key, record.value = sent.get("Key", record.key), sent.get("Value", record.value)
    record.code = (sent["Code"] or None) if "Code" in sent else record.code
    record.modified = call.now
    return {"IsPosted": True, "Data": _shown(call, record)}


@handles("registration_data.delete")
def delete(call: RequestContext) -> Json:
    """Delete the record; its child records stay, without a parent (inferred)."""
    gone = _record(call, call.path["record_id"]).id
    call.tenant.registration_data.remove(gone)
    for child in [child.id for _, child in call.tenant.registration_data.scan() if child.parent_id == gone]:
        _record(call, child).parent_id = None
    return {"IsDeleted": True}


@handles("registration_data.validate_code")
def validate_code(call: RequestContext) -> Json:
    """Check the code of a record.

    Raise REGISTRATION_DATA_HAS_NO_CODE for a record without one, REGISTRATION_CODE_INCORRECT for a wrong one.
    """
    record = _record(call, call.body["recordid"])
    if record.code is None:
        raise ApiError(ErrorCode.REGISTRATION_DATA_HAS_NO_CODE)
    if record.code != call.body["code"]:
        raise ApiError(ErrorCode.REGISTRATION_CODE_INCORRECT)
    return {"IsValid": True}


@handles("registration_data.delete_by_type")
def delete_by_type(call: RequestContext) -> Json:
    """Delete every record of a type."""
    for record in _found(call):
        call.tenant.registration_data.remove(record.id)
    return {"IsDeleted": True}


def _record(call: RequestContext, record_id: str) -> RegistrationRecord:
    record = call.tenant.registration_data.get(record_id)
    if record is None:
        raise ApiError(ErrorCode.REGISTRATION_DATA_NOT_FOUND)
    return record


def _parent(call: RequestContext, record_id: str | None) -> str | None:
    if record_id and record_id not in call.tenant.registration_data:
        raise ApiError(ErrorCode.REGISTRATION_DATA_PARENT_NOT_FOUND)
    return record_id or None


def _found(call: RequestContext, *, only_active: bool = False) -> list[RegistrationRecord]:
    """Return the records of the path's type below the query's parent.

    Raise REGISTRATION_DATA_TYPE_NOT_FOUND where the type has none, REGISTRATION_DATA_CHILD_NOT_FOUND below the parent.
    """
    parent = _parent(call, call.query.get("parentid"))
    stored = [record for _, record in call.tenant.registration_data.scan() if record.type == call.path["type"]]
    usable = [record for record in stored if record.active or not only_active]
    if not usable:
        raise ApiError(ErrorCode.REGISTRATION_DATA_TYPE_NOT_FOUND)
    found = [record for record in usable if parent in (None, record.parent_id)]
    if not found:
        raise ApiError(ErrorCode.REGISTRATION_DATA_CHILD_NOT_FOUND)
    return found


def _page(call: RequestContext, records: list[RegistrationRecord]) -> list[RegistrationRecord]:
    start = call.query.get("skip", 0)
    return records[start : start + call.query.get("limit", PAGE)]


def _shown(call: RequestContext, record: RegistrationRecord) -> dict[str, Json]:
    parent = call.tenant.registration_data.get(record.parent_id) if record.parent_id else None
    return {
        "Code": record.code,
        "Id": record.id,
        "DateCreated": iso(record.created, 3),
        "DateModified": iso(record.modified, 3),
        "IsActive": record.active,
        "Type": record.type,
        "Key": record.key,
        "Value": record.value,
        "ParentId": record.parent_id,
        "ParentType": parent.type if parent is not None else None,
    }
