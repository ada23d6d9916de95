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


LOGIN, MALFORMED = "authentication.login_by_email", ErrorCode.BODY_MALFORMED


@pytest.mark.parametrize(
    ("operation_id", "codes", "grade"),
    [
        ("authentication.login_by_email", [ErrorCode.CREDENTIALS_INCORRECT], "documented"),  # the vendor's list
        ("authentication.verify_email", [ErrorCode.LINK_ALREADY_USED], "documented"),  # a rule
        ("role.list_roles", [ErrorCode.API_KEY_MISSING], "documented"),  # a credential
        ("role.list_roles", [ErrorCode.PARAMETER_MALFORMED], "inferred"),
        ("role.list_roles", [ErrorCode.PARAMETER_MALFORMED, ErrorCode.API_KEY_MISSING], "documented"),
        ("custom_object.create_by_token", [ErrorCode.CUSTOM_OBJECT_NOT_JSON], "inferred"),
    ],
)
def test_grade_of_a_code_is_that_of_its_best_source(operation_id: str, codes: list[int], grade: str) -> None:
    assert expected_errors.grade(contracts.get(operation_id), codes) == grade


@pytest.mark.parametrize(
    ("code", "strict", "kind"),
    [
        (ErrorCode.CREDENTIALS_INCORRECT, False, "broken"),
        (ErrorCode.PARAMETER_MALFORMED, False, "hint"),
        (ErrorCode.PARAMETER_MALFORMED, True, "broken"),
    ],
)
def test_other_documented_refusal_is_as_grave_as_the_code_is_known(*, code: int, strict: bool, kind: str) -> None:
    found = expected_errors.refusal_violation(contracts.get(LOGIN), [code], 400, MALFORMED, strict=strict)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(("status", "got"), [(200, None), (500, ErrorCode.INTERNAL_ERROR), (400, 77), (404, None)])
def test_answer_that_is_no_documented_refusal_is_broken(status: int, got: int | None) -> None:
    operation = contracts.get("role.list_roles")
    found = expected_errors.refusal_violation(operation, [ErrorCode.PARAMETER_MALFORMED], status, got, strict=False)
    assert found is not None
    assert found.kind == "broken"


@pytest.mark.parametrize(
    ("status", "got", "strict", "kind", "grade"),
    [
        (400, MALFORMED, False, "hint", "inferred"),
        (400, MALFORMED, True, "broken", "inferred"),
        (500, ErrorCode.INTERNAL_ERROR, False, "broken", "documented"),
        (400, 77, False, "broken", "documented"),
        (404, None, False, "broken", "documented"),
    ],
)
def test_refusal_of_a_valid_request_is_a_hint_where_it_is_documented(
    *, status: int, got: int | None, strict: bool, kind: str, grade: str
) -> None:
    found = expected_errors.acceptance_violation(contracts.get(LOGIN), "may be", "success", status, got, strict=strict)
    assert (found.kind, found.grade) == (kind, grade)
    assert found.source


def test_expected_code_is_no_violation() -> None:
    operation = contracts.get("role.list_roles")
    code = ErrorCode.PARAMETER_MALFORMED
    assert expected_errors.refusal_violation(operation, [code], 403, code, strict=True) is None


INFERRED = {"machine_token"}  # no source states a code


def test_documented_ways_of_a_credential_have_codes() -> None:
    for credential in contracts.credentials().values():
        assert set(credential.documented) <= credential.codes.keys(), credential.name
        assert "missing" in credential.documented or not credential.codes or credential.name in INFERRED
