"""Phone numbers of an account."""

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.handlers import account_identifiers, phone
from loginradius_harness.emulator.http.validation import RequestValidator
from loginradius_harness.emulator.state.accounts import Accounts
from loginradius_harness.emulator.state.message_sender import MessageSender
from loginradius_harness.faults.registry import Faults
from loginradius_harness.faults.source_patch import SourcePatch

faults = Faults("phone")

faults.replace_source(
    "registration_logs_in",
    "phone.registration_sends_an_otp",
    phone.register,
    'return {"IsPosted": True}',
    'return {"IsPosted": True, "Data": finish(call, account, provider="Phone")}',
)
faults.replace_source(
    "registration_sends_nothing",
    "phone.registration_sends_an_otp",
    phone.register,
    "_send(call, account, account.phone, CONFIRM)",
    "pass",
)


@faults.patch("taken_number_is_shared", "phone.taken_number_is_refused")
def _taken_number(patch: SourcePatch) -> None:
    patch.replace_source(phone.request_change, "raise ApiError(ErrorCode.PHONE_ALREADY_EXISTS)", "pass")
    patch.replace_source(Accounts.set_phone, "raise ApiError(ErrorCode.PHONE_ALREADY_EXISTS)", "pass")


faults.replace_source(
    "taken_number_registers",
    "phone.taken_number_is_refused",
    Accounts.require_free,
    "raise ApiError(ErrorCode.PHONE_ALREADY_EXISTS)",
    "raise ApiError(ErrorCode.EMAIL_ALREADY_EXISTS)",
)
faults.replace_source(
    "malformed_number_is_taken",
    "phone.malformed_number_is_refused",
    RequestValidator.body,
    "if not self._operation.body_validator.is_valid(body):",
    """if not self._operation.body_validator.is_valid(body) and self._refusal(
        "body", self._operation.body_validator, body
    ).code != ErrorCode.PHONE_MALFORMED:""",
    ErrorCode=ErrorCode,
)
faults.replace_source(
    "missing_provider_is_not_told",
    "phone.sms_trouble_is_named",
    MessageSender.sms_code,
    "raise ApiError(ErrorCode.SMS_PROVIDER_NOT_CONFIGURED)",
    "return tenant.identifiers.sms_id()",
)
faults.replace_source(
    "works_while_off",
    "phone.off_is_refused",
    phone._require_phone_login,
    "raise ApiError(ErrorCode.PHONE_LOGIN_DISABLED)",
    "pass",
)
faults.replace_source(
    "otp_verifies_nothing",
    "phone.otp_verifies_the_number",
    phone._confirm,
    "account.phone_verified, account.modified = True, call.now",
    "pass",
)
faults.replace_source(
    "verified_number_is_verified_again",
    "phone.verified_number_is_not_verified_again",
    phone.resend,
    "raise ApiError(ErrorCode.PHONE_ALREADY_VERIFIED)",
    "pass",
)
faults.replace_source(
    "new_number_is_active_at_once",
    "phone.new_number_waits_for_its_otp",
    phone.request_change,
    "account.pending_phone = number",
    "call.tenant.accounts.set_phone(account, number)",
)
faults.replace_source(
    "otp_changes_no_number",
    "phone.new_number_waits_for_its_otp",
    phone.verify_own,
    "call.tenant.accounts.set_phone(account, number)",
    "pass",
)
faults.replace_source(
    "removed_number_stays",
    "phone.removed_number_is_gone",
    phone.remove,
    "call.tenant.accounts.set_phone(account, None)",
    "pass",
)
faults.replace_source(
    "removed_number_still_logs_in",
    "phone.removed_number_is_gone",
    Accounts.set_phone,
    "self._by_phone.remove(phone_key(account.phone))",
    "pass",
)
faults.replace_source(
    "operator_sets_nothing",
    "phone.operator_sets_it",
    account_identifiers.update_phone_by_uid,
    "call.tenant.accounts.set_phone(account, phone)",
    "pass",
)
faults.replace_source(
    "invalidated_one_stays_verified",
    "phone.invalidated_one_is_unverified_again",
    account_identifiers.invalidate_phone_verification_by_uid,
    "account.phone_verified, account.modified = False, call.now",
    "pass",
)
faults.replace_source(
    "unverified_one_is_invalidated",
    "phone.invalidated_one_is_unverified_again",
    account_identifiers.invalidate_phone_verification_by_uid,
    "raise ApiError(ErrorCode.PHONE_INVALIDATION_NOT_VERIFIED)",
    "pass",
)
faults.replace_source(
    "resend_sends_nothing",
    "phone.resend_sends_an_otp",
    phone.resend,
    "return _posted(_send(call, account, account.phone, CONFIRM))",
    "return _posted(call.tenant.identifiers.sms_id())",
)
faults.replace_source(
    "resent_otp_is_of_another_purpose",
    "phone.resend_sends_an_otp",
    phone.resend,
    "account.phone, CONFIRM)",
    "account.phone, CHANGE)",
)
