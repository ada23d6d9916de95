"""Which code refuses a request whose shape is wrong."""

from typing import Literal

import pytest

from loginradius_harness import contracts
from loginradius_harness.contracts import expected_errors
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.contracts.reference_data import codes_in

QUERY: Literal["query"] = "query"
BODY: Literal["body"] = "body"


@pytest.mark.parametrize(
    ("operation_id", "part", "steps", "fault", "code"),
    [
        ("authentication.login_by_email", BODY, ["email"], "missing", ErrorCode.VALID_EMAIL_REQUIRED),
        ("authentication.login_by_email", BODY, ["password"], "wrong", ErrorCode.PASSWORD_MISSING),
        ("authentication.login_by_email", BODY, ["securityanswer"], "wrong", ErrorCode.BODY_MALFORMED),
        ("authentication.login_by_email", QUERY, ["isVoiceOtp"], "wrong", ErrorCode.PARAMETER_MALFORMED),
        ("authentication.register_by_email", BODY, ["Email"], "missing", ErrorCode.VALID_EMAIL_REQUIRED),
        ("authentication.register_by_email", BODY, ["Email", 0, "Type"], "missing", ErrorCode.EMAIL_TYPE_MISSING),
        ("authentication.register_by_email", BODY, ["CustomFields", "colour"], "wrong", ErrorCode.CUSTOM_FIELD_INVALID),
        ("authentication.forgot_password", BODY, [], "wrong", ErrorCode.EMAIL_OR_USERNAME_REQUIRED),
        ("phone.register_by_phone", BODY, ["PhoneId"], "missing", ErrorCode.PHONE_MISSING),
        ("phone.register_by_phone", BODY, ["BirthDate"], "wrong", ErrorCode.DATE_INVALID),
        ("custom_object.create_by_token", QUERY, ["objectName"], "missing", ErrorCode.CUSTOM_OBJECT_NAME_MISSING),
        ("custom_object.create_by_token", BODY, [], "wrong", ErrorCode.CUSTOM_OBJECT_NOT_JSON),
    ],
)
def test_innermost_code_on_the_way_decides(
    operation_id: str, part: Literal["query", "body"], steps: list[str | int], fault: str, code: int
) -> None:
    assert expected_errors.code(contracts.get(operation_id), part, steps, missing=fault == "missing") == code


def test_codes_of_a_wrong_shape_are_promised() -> None:
    for operation in contracts.operations():
        named = {*codes_in(operation.query), *codes_in(operation.body)}
        assert named <= operation.codes, operation.id


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_each_method_with_a_body_has_default_codes(method: str) -> None:
    assert contracts.default_error_codes()[method].keys() == {"not_json", "not_form", "body"}
    assert set(contracts.default_error_codes()[method].values()) <= contracts.error_definitions().keys()


def test_reference_is_followed_to_the_shared_schema() -> None:
    assert expected_errors.resolved({"$ref": "values.json#/$defs/otp"})["maxLength"] == 32
    assert expected_errors.resolved({"type": "string"}) == {"type": "string"}
