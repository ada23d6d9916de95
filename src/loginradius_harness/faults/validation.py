"""Responses whose members, types or values differ from their contracts."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.faults.registry import Faults

Json = Any

faults = Faults("shape")


def without(name: str, operation: str, *path: str) -> None:
    """Remove a member."""

    @faults.alter_response(name, operation)
    def drop(data: Json, _call: RequestContext) -> Json:
        *above, last = path
        _inside(data, above).pop(last, None)
        return data


def with_value(name: str, operation: str, value: Json, *path: str) -> None:
    """Replace the value of a member."""

    @faults.alter_response(name, operation)
    def put(data: Json, _call: RequestContext) -> Json:
        *above, last = path
        _inside(data, above)[last] = value
        return data


def _inside(data: Json, path: list[str]) -> Json:
    for step in path:
        data = data[0][step] if isinstance(data, list) else data[step]
    return data[0] if isinstance(data, list) else data


without("login_has_no_expiry", "authentication.login_by_email", "expires_in")
without("login_has_no_profile", "authentication.login_by_email", "Profile")
without("profile_has_no_uid", "authentication.get_profile", "Uid")
without("profile_lacks_a_counter", "authentication.get_profile", "NoOfLogins")
without("managed_profile_lacks_email_verified", "account.get_account_profile_by_uid", "EmailVerified")
without("registration_says_nothing", "authentication.register_by_email", "IsPosted")
without("settings_lack_the_backup_of_a_secret", "mfa.get_settings", "ManualEntryCode")
without("challenge_has_no_expiry", "mfa.login_by_email", "expires_in")
without("role_has_no_permissions", "role.add_role_permissions", "Permissions")
without("object_has_no_owner", "custom_object.create_by_token", "Uid")
without("configuration_lacks_the_lockout", "configuration.get_configurations", "LoginLockedConfiguration")
without("session_has_no_address", "social.get_active_session", "data", "Ip")
without("sott_has_no_expiry", "sott.generate_sott", "ExpiryTime")
without("backup_codes_are_missing", "mfa.get_backup_codes_by_access_token", "BackUpCodes")
without("list_has_no_count", "role.list_roles", "Count")
without("webhook_has_no_id", "webhook.create_subscription", "Id")
with_value("posted_is_a_text", "authentication.forgot_password", "true", "IsPosted")
with_value("exists_is_a_number", "authentication.check_email_availability", 1, "IsExist")
with_value("deleted_is_null", "account.delete_account_by_uid", None, "IsDeleted")
with_value("logins_are_a_text", "authentication.get_profile", "1", "NoOfLogins")
with_value("verified_is_a_text", "authentication.get_profile", "false", "EmailVerified")
with_value("email_is_a_text", "authentication.get_profile", "a@example.com", "Email")
with_value("uid_has_dashes", "authentication.get_profile", "00000000-0000-4000-8000-000000000000", "Uid")
with_value("date_is_a_number", "authentication.validate_access_token", 1_700_000_000, "expires_in")
with_value("date_has_no_zone", "authentication.validate_access_token", "2030-01-02T03:04:05", "expires_in")
with_value("token_is_null", "authentication.login_by_email", None, "access_token")
with_value("token_has_another_form", "authentication.login_by_email", "abc", "access_token")
with_value("factors_are_texts", "mfa.get_settings", "no", "IsAuthenticatorVerified")
with_value("count_is_a_text", "role.list_roles", "2", "Count")
with_value("roles_are_null", "role.get_roles_by_uid", None, "Roles")
with_value("object_is_a_text", "custom_object.get_by_record_id_and_token", "{}", "CustomObject")
with_value("object_id_is_short", "custom_object.create_by_uid", "abc123", "Id")
with_value("minutes_are_a_number", "configuration.get_server_time", 10, "Sott", "TimeDifference")
with_value("flow_is_an_unknown_word", "configuration.get_configurations", "always", "EmailVerificationFlow")
with_value("provider_is_an_object", "authentication.get_access_token_info", {"Name": "Email"}, "provider")
with_value("backup_codes_are_numbers", "mfa.get_backup_codes_by_access_token", [12345], "BackUpCodes")
with_value("questions_are_texts", "authentication.get_security_questions_by_access_token", None, "QuestionId")
with_value("consents_are_null", "consent.update_profile", None, "Consents")
with_value("validity_is_a_text", "reauthentication.check_mfa", "true", "IsValid")
with_value("webhook_event_is_null", "webhook.get_subscription", None, "Event")
with_value("hash_is_empty", "account.get_password_hash_by_uid", "", "PasswordHash")
with_value("data_is_a_text", "phone.resend_otp", "sent", "Data")


@faults.alter_response("deletion_is_spelled_otherwise", "account.delete_account_by_email")
def _spelled_otherwise(data: Json, _call: RequestContext) -> Json:
    return {name[:1].lower() + name[1:]: value for name, value in data.items()}


@faults.alter_response("profile_is_wrapped", "authentication.get_profile")
def _wrapped(data: Json, _call: RequestContext) -> Json:
    return {"Data": data}


@faults.alter_response("list_is_not_wrapped", "role.list_roles")
def _not_wrapped(data: Json, _call: RequestContext) -> Json:
    return data["data"]


@faults.alter_response("answer_is_empty", "authentication.validate_access_token")
def _empty(_data: Json, _call: RequestContext) -> Json:
    return {}


@faults.alter_response("answer_is_null", "authentication.get_access_token_info")
def _null(_data: Json, _call: RequestContext) -> Json:
    return None


@faults.alter_response("refused_is_said_as_success", "authentication.send_welcome_email")
def _said_as_success(_data: Json, _call: RequestContext) -> Json:
    return {"ErrorCode": ErrorCode.ACCOUNT_NOT_FOUND, "Message": "not found"}
