"""Status codes, error codes and the error envelope."""

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http import asgi
from loginradius_harness.emulator.http.validation import RequestValidator
from loginradius_harness.emulator.server import app
from loginradius_harness.faults.registry import Faults

faults = Faults("status")

STATUS = "return contracts.error_definitions()[self.code].status"
status = vars(ApiError)["status"].fget


def answers(name: str, violates: str, code: int, number: int) -> None:
    """Return one error code with a status other than that of the error table."""
    new = f"return {number} if self.code == {code} else contracts.error_definitions()[self.code].status"
    faults.replace_source(name, violates, status, STATUS, new)


answers("unknown_user_is_404", "errors.status_follows_code", ErrorCode.ACCOUNT_NOT_FOUND, 404)
answers("wrong_password_is_403", "errors.status_follows_code", ErrorCode.CREDENTIALS_INCORRECT, 403)
answers("taken_address_is_409", "errors.status_follows_code", ErrorCode.EMAIL_ALREADY_EXISTS, 409)
answers("missing_key_is_403", "errors.status_follows_code", ErrorCode.API_KEY_MISSING, 403)
answers("used_link_is_410", "errors.status_follows_code", ErrorCode.LINK_ALREADY_USED, 410)
answers("expired_token_is_401", "errors.only_six_codes_are_401", ErrorCode.ACCESS_TOKEN_EXPIRED, 401)
answers("unknown_token_is_401", "errors.only_six_codes_are_401", ErrorCode.ACCESS_TOKEN_INVALID, 401)
answers("wrong_otp_is_401", "errors.only_six_codes_are_401", ErrorCode.EMAIL_OTP_INCORRECT, 401)
answers("refusal_is_a_success", "errors.status_follows_code", ErrorCode.VERIFICATION_TOKEN_INVALID, 200)
faults.replace_source(
    "code_is_a_text",
    "errors.have_one_envelope",
    ApiError.envelope,
    '"ErrorCode": self.code',
    '"ErrorCode": str(self.code)',
)
faults.replace_source(
    "message_has_another_name",
    "errors.have_one_envelope",
    ApiError.envelope,
    '"Message": meaning',
    '"message": meaning',
)
faults.replace_source(
    "success_is_201",
    "wire.success_is_200",
    app.RequestCycle.answer,
    "status, code, headers = 200,",
    'status, code, headers = 201 if self._method == "POST" else 200,',
)
faults.replace_source(
    "unreadable_body_has_one_code",
    "errors.bad_json_is_refused",
    asgi.parse_body,
    'raise ApiError(codes["not_json"]) from None',
    "raise ApiError(ErrorCode.POST_BODY_NOT_JSON) from None",
    ErrorCode=ErrorCode,
)
faults.replace_source(
    "unreadable_body_is_no_body",
    "errors.bad_json_is_refused",
    asgi.parse_body,
    'raise ApiError(codes["not_json"]) from None',
    "return {}",
)
faults.replace_source(
    "wrong_shape_is_a_server_error",
    "errors.bad_body_is_refused",
    RequestValidator.body,
    'raise self._refusal("body", self._operation.body_validator, body)',
    "raise ApiError(ErrorCode.INTERNAL_ERROR)",
    ErrorCode=ErrorCode,
)
faults.replace_source(
    "wrong_shape_has_one_code",
    "errors.are_those_of_the_operation",
    RequestValidator.body,
    'raise self._refusal("body", self._operation.body_validator, body)',
    "raise ApiError(ErrorCode.PARAMETER_MALFORMED)",
    ErrorCode=ErrorCode,
)
faults.replace_source(
    "wrong_query_has_another_code",
    "errors.are_those_of_the_operation",
    RequestValidator.query,
    'raise self._refusal("query", self._operation.query_validator, read)',
    "raise ApiError(ErrorCode.BODY_MALFORMED)",
    ErrorCode=ErrorCode,
)
faults.replace_source(
    "other_content_is_read",
    "wire.other_content_is_refused",
    asgi.parse_body,
    'raise ApiError(codes["content_type"])',
    "pass",
)
faults.replace_source(
    "forms_are_not_read",
    "wire.forms_are_read",
    asgi.parse_body,
    "if media_type == FORM_TYPE:",
    "if False:",
)
faults.replace_source(
    "unknown_path_is_400",
    "wire.unknown_path_is_404",
    app.RequestCycle._unknown_route,
    "PlainHttpError(404,",
    "PlainHttpError(400,",
)
faults.replace_source(
    "unknown_method_is_404",
    "wire.unknown_method_is_405",
    app.RequestCycle._unknown_route,
    "PlainHttpError(405,",
    "PlainHttpError(404,",
)
faults.replace_source(
    "defect_has_an_envelope_of_its_own",
    "errors.have_one_envelope",
    ApiError.envelope,
    '"Description": self.description or meaning',
    '"Detail": self.description or meaning',
)
