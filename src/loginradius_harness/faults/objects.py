"""Custom objects and registration data."""

from loginradius_harness.emulator.handlers import custom_object, registration_data
from loginradius_harness.faults.registry import Faults

faults = Faults("objects")

faults.replace_source(
    "new_one_is_empty",
    "custom_objects.created_one_is_returned",
    custom_object.create,
    "content=call.sent",
    "content={}",
)
faults.replace_source(
    "new_one_is_not_kept",
    "custom_objects.created_one_is_returned",
    custom_object.create,
    "call.tenant.custom_objects.put(record.id, record)",
    "pass",
)
faults.replace_source(
    "count_is_one_off",
    "custom_objects.list_holds_own_objects",
    custom_object.list_records,
    '"Count": len(records)',
    '"Count": len(records) + 1',
)
faults.replace_source(
    "list_holds_other_names",
    "custom_objects.list_holds_own_objects",
    custom_object._records,
    " and record.name == name",
    "",
)
faults.replace_source(
    "list_holds_everybodys",
    "custom_objects.list_holds_own_objects",
    custom_object._records,
    "record.uid == account.uid and ",
    "",
)
faults.replace_source(
    "replace_merges",
    "custom_objects.replace_drops_old_members",
    custom_object.update,
    "if merges else call.sent",
    "",
)
faults.replace_source(
    "partial_replace_replaces",
    "custom_objects.partial_replace_merges",
    custom_object.update,
    "{**record.content, **call.sent} if merges else call.sent",
    "call.sent",
)
faults.replace_source(
    "deleted_one_stays",
    "custom_objects.deleted_one_is_gone",
    custom_object.delete,
    "call.tenant.custom_objects.remove(record.id)",
    "pass",
)
faults.replace_source(
    "unknown_id_is_another_record",
    "custom_objects.unknown_names_are_refused",
    custom_object._record,
    "call.tenant.custom_objects.get(record_id)",
    "call.tenant.custom_objects.get(record_id) or next(iter(_records(call, account, name)), None)",
)
faults.replace_source(
    "number_is_not_limited",
    "custom_objects.number_is_limited",
    custom_object.create,
    "raise ApiError(ErrorCode.CUSTOM_OBJECT_LIMIT_EXCEEDED)",
    "pass",
)
faults.replace_source(
    "change_date_stays",
    "custom_objects.change_date_moves",
    custom_object.update,
    "record.modified = call.now",
    "pass",
)
faults.replace_source(
    "unconfigured_ones_work",
    "custom_objects.feature_off_is_refused",
    custom_object.configured_name,
    "raise ApiError(ErrorCode.CUSTOM_OBJECTS_NOT_CONFIGURED)",
    "return name",
)

faults = Faults("registration_data")

faults.replace_source(
    "type_keeps_all_but_one",
    "registration_data.type_is_deleted_whole",
    registration_data.delete_by_type,
    "in _found(call):",
    "in _found(call)[:1]:",
)

faults.replace_source(
    "added_one_has_no_parent",
    "registration_data.added_record_is_listed",
    registration_data._new,
    'parent_id=_parent(call, sent.get("parentid"))',
    "parent_id=None",
)
faults.replace_source(
    "list_ignores_the_parent",
    "registration_data.list_is_filtered_by_parent",
    registration_data._found,
    "parent in (None, record.parent_id)",
    "True",
)
faults.replace_source(
    "skip_is_one_off",
    "registration_data.list_is_paged",
    registration_data._page,
    'start = call.query.get("skip", 0)',
    'start = call.query.get("skip", 0) and call.query["skip"] - 1',
)
faults.replace_source(
    "page_is_a_hundred",
    "registration_data.page_has_at_most_50",
    registration_data._page,
    'call.query.get("limit", PAGE)',
    "2 * PAGE",
)
faults.replace_source(
    "update_is_not_kept",
    "registration_data.updated_record_shows_it",
    registration_data.update,
    'record.key, record.value = sent.get("Key", record.key), sent.get("Value", record.value)',
    "pass",
)
faults.replace_source(
    "deleted_one_stays",
    "registration_data.deleted_record_is_gone",
    registration_data.delete,
    "call.tenant.registration_data.remove(gone)",
    "pass",
)
faults.replace_source(
    "unknown_parent_is_taken",
    "registration_data.unknown_records_are_named",
    registration_data._parent,
    "raise ApiError(ErrorCode.REGISTRATION_DATA_PARENT_NOT_FOUND)",
    "pass",
)
faults.replace_source(
    "any_code_is_right",
    "registration_data.codes_are_checked",
    registration_data.validate_code,
    "raise ApiError(ErrorCode.REGISTRATION_CODE_INCORRECT)",
    "pass",
)
faults.replace_source(
    "record_without_code_takes_any",
    "registration_data.codes_are_checked",
    registration_data.validate_code,
    "raise ApiError(ErrorCode.REGISTRATION_DATA_HAS_NO_CODE)",
    'return {"IsValid": True}',
)
faults.replace_source(
    "codes_are_public",
    "registration_data.codes_are_hidden_from_the_public",
    registration_data.list_public,
    '{**record, "Code": None}',
    "record",
)
faults.replace_source(
    "inactive_ones_are_public",
    "registration_data.added_record_is_listed",
    registration_data.list_public,
    "only_active=True",
    "only_active=False",
)
