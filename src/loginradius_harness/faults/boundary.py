"""Limits of input: one too many, one too few, empty, very large, unusual characters."""

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.handlers import account, custom_object, role
from loginradius_harness.emulator.http import asgi, sott
from loginradius_harness.emulator.http.validation import RequestValidator, _spelled
from loginradius_harness.emulator.server.app import RequestCycle
from loginradius_harness.emulator.services import pin
from loginradius_harness.emulator.state import profile
from loginradius_harness.faults.registry import Faults

faults = Faults("boundary")

READS = """    try:
        return _decode(raw)"""


def breaks_on(name: str, condition: str) -> None:
    """Answer with a server error where the body meets a condition, an expression over its bytes `raw`."""
    faults.replace_source(
        name,
        "errors.bad_input_never_breaks_the_server",
        asgi.parse_body,
        READS,
        f"    if {condition}:\n        raise ApiError(ErrorCode.INTERNAL_ERROR)\n{READS}",
        ErrorCode=ErrorCode,
    )


breaks_on("control_character_breaks_the_server", r'b"\\u0000" in raw or b"\\u0007" in raw or b"\\u001f" in raw')
breaks_on("deep_nesting_breaks_the_server", 'raw.count(b"[") > 100 or raw.count(b"{") > 100')
breaks_on("huge_value_breaks_the_server", "len(raw) > 50_000")
breaks_on(
    "repeated_key_breaks_the_server",
    """any(raw.lower().count(key) > 1 for key in (b'"email":', b'"password":', b'"firstname":'))""",
)
breaks_on("emoji_breaks_the_server", r'max(raw) >= 0xF0 or b"\\ud83" in raw')
faults.replace_source(
    "blank_name_breaks_the_server",
    "errors.bad_input_never_breaks_the_server",
    profile.merged,
    "refuse_markup(value)",
    'refuse_markup(value)\n        if value == " ":\n            raise ApiError(ErrorCode.INTERNAL_ERROR)',
)
faults.replace_source(
    "large_body_is_read",
    "errors.bad_input_never_breaks_the_server",
    RequestCycle._read,
    "raise ApiError(ErrorCode.BODY_MALFORMED) from None",
    "raise ApiError(ErrorCode.INTERNAL_ERROR) from None",
)
faults.replace_source(
    "empty_parameter_is_a_value",
    "wire.empty_parameter_is_absent",
    RequestValidator.query,
    "known is not None and (stripped := text.strip())",
    "known is not None and (stripped := text.strip()) is not None",
)
faults.replace_source(
    "keys_are_not_trimmed",
    "wire.keys_are_trimmed",
    _spelled,
    "name.strip().lower()",
    "name.lower()",
)
faults.replace_source(
    "number_in_body_is_read_as_text",
    "errors.bad_body_is_refused",
    RequestValidator.body,
    "if not self._operation.body_validator.is_valid(body):",
    """if isinstance(body, dict):
        body = {name: str(value) if type(value) is int else value for name, value in body.items()}
    if not self._operation.body_validator.is_valid(body):""",
)
faults.replace_source(
    "missing_member_is_taken_for_empty",
    "errors.bad_body_is_refused",
    RequestValidator.body,
    "if not self._operation.body_validator.is_valid(body):",
    """for name in self._operation.body.get("required", ()):
        body = {name: "", **body} if isinstance(body, dict) else body
    if not self._operation.body_validator.is_valid(body):""",
)
faults.replace_source(
    "number_in_query_may_be_a_word",
    "errors.are_those_of_the_operation",
    RequestValidator.query,
    "if not self._operation.query_validator.is_valid(read):",
    """numbers = {name for name, part in self._query.values() if part.get("type") == "integer"}
    read = {name: value for name, value in read.items() if name not in numbers or isinstance(value, int)}
    if not self._operation.query_validator.is_valid(read):""",
)
faults.replace_source(
    "pin_may_be_one_longer",
    "pin.set_pin_by_pin_auth_token",
    pin.set_pin,
    "if not low <= len(pin) <= high:",
    "if not low <= len(pin) <= high + 1:",
)
faults.replace_source(
    "sixteen_custom_fields_are_kept",
    "profile.unknown_custom_field_is_refused",
    profile._custom_fields,
    "len(result) > MAX_CUSTOM_FIELDS",
    "len(result) > MAX_CUSTOM_FIELDS + 1",
)
faults.replace_source(
    "uid_of_another_form_is_looked_up",
    "account.get_account_profile_by_uid",
    account.managed,
    "raise ApiError(ErrorCode.UID_INVALID)",
    "pass",
)
faults.replace_source(
    "record_id_of_another_form_is_looked_up",
    "custom_object.get_by_record_id_and_uid",
    custom_object._record,
    "raise ApiError(ErrorCode.CUSTOM_OBJECT_RECORD_NOT_FOUND)",
    "raise ApiError(ErrorCode.PARAMETER_MALFORMED)",
)
faults.replace_source(
    "role_twice_in_one_call_is_taken",
    "roles.taken_name_is_refused",
    role.create_roles,
    "len(names) < len(roles) or ",
    "",
)
faults.replace_source(
    "one_object_more_than_the_limit",
    "custom_objects.number_is_limited",
    custom_object.create,
    ">= call.settings.custom_object_limit:",
    "> call.settings.custom_object_limit:",
)
faults.replace_source(
    "negative_window_is_made",
    "sott.generated_one_works",
    sott.make,
    "end = start + minutes * 60",
    "end = start - minutes * 60",
)
