"""Which code refuses a request whose shape is wrong."""

from typing import Literal

import pytest

from loginradius_harness import contracts
from loginradius_harness.contracts import expected_errors
from loginradius_harness.contracts.reference_data import codes_in

QUERY: Literal["query"] = "query"
BODY: Literal["body"] = "body"


@pytest.mark.parametrize(
    ("operation_id", "part", "steps", "fault", "code"),
    [
        ("authentication.login_by_email", BODY, ["email"], "missing", 1038),
        ("authentication.login_by_email", BODY, ["password"], "wrong", 1089),
        ("authentication.login_by_email", BODY, ["securityanswer"], "wrong", 1090),
        ("authentication.login_by_email", QUERY, ["isVoiceOtp"], "wrong", 908),
        ("authentication.register_by_email", BODY, ["Email"], "missing", 1038),
        ("authentication.register_by_email", BODY, ["Email", 0, "Type"], "missing", 1201),
        ("authentication.register_by_email", BODY, ["CustomFields", "colour"], "wrong", 993),
        ("authentication.forgot_password", BODY, [], "wrong", 1141),
        ("phone.register_by_phone", BODY, ["PhoneId"], "missing", 1076),
        ("phone.register_by_phone", BODY, ["BirthDate"], "wrong", 968),
        ("custom_object.create_by_token", QUERY, ["objectName"], "missing", 1036),
        ("custom_object.create_by_token", BODY, [], "wrong", 1035),
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
