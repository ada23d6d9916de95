"""What the tenant's configuration refuses: disabled features, restrictions, agreements.

Source: product-facts.md#tenant-configuration.
"""

from typing import Any

from loginradius_harness.checks.error_scenarios import error_scenario, no_setup, operations_matching, without_token
from loginradius_harness.checks.generation.prepared_request import PreparedRequest
from loginradius_harness.contracts.codes import ErrorCode

Json = Any

# Logins that follow a reset or a verification, where configured.
AFTERWARDS = {"login_on_password_reset": True, "login_on_email_verification": True}

SWITCHES: tuple[tuple[int, str, dict[str, Json]], ...] = (
    (ErrorCode.API_KEY_NOT_ALLOWED, "key switched off", {"api_key_disabled": True}),
    (ErrorCode.CUSTOM_OBJECTS_NOT_CONFIGURED, "no custom objects", {"custom_objects": [], "any_custom_object": False}),
    (ErrorCode.CUSTOM_OBJECT_LIMIT_EXCEEDED, "no room for objects", {"custom_object_limit": 0}),
    (ErrorCode.EMAIL_VERIFICATION_DISABLED, "no verification flow", {"email_verification": "disabled"}),
    (ErrorCode.SOCIAL_REGISTRATION_DISABLED, "no social registration", {"social_registration": False}),
    (ErrorCode.ACCOUNT_LINKING_DISABLED, "no linking of accounts", {"account_linking": False}),
    (ErrorCode.PASSWORDLESS_LOGIN_DISABLED, "passwordless off", {"passwordless": False}),
    (ErrorCode.CUSTOM_OBJECT_NAME_INVALID, "object not set up",
        {"custom_objects": ["other"], "any_custom_object": False}),
    (ErrorCode.SMS_PROVIDER_NOT_CONFIGURED, "no SMS provider", {"sms_provider": False}),
    (ErrorCode.PHONE_LOGIN_DISABLED, "phone login off", {"phone_login": False}),
    (ErrorCode.PHONE_LOGIN_REQUIRED, "phone login on", {"phone_login": True, "email_login_with_phone_login": False}),
    (ErrorCode.WEBHOOK_LIMIT_EXCEEDED, "no room for webhooks", {"webhook_limit": 0}),
    (ErrorCode.SECURITY_QUESTIONS_DISABLED, "no security questions", {"security_questions": {}}),
    (ErrorCode.MFA_DISABLED, "MFA off", {"mfa": "disabled"}),
    (ErrorCode.SECOND_FACTOR_NOT_CONFIGURED, "no factor on offer",
        {"mfa": "required", "mfa_sms": False, "mfa_email": False,
                                  "mfa_authenticator": False, "mfa_security_question": False}),
    (ErrorCode.SMART_LOGIN_DISABLED, "smart login off", {"smart_login": False}),
    (ErrorCode.ONE_TOUCH_LOGIN_DISABLED, "one touch off", {"one_touch": False}),
    (ErrorCode.SOCIAL_LOGIN_WITHOUT_CALLBACK_DISABLED, "no log-in without callback", {"no_callback_social": False}),
    (ErrorCode.AGE_BELOW_MINIMUM, "too young", {"minimum_age": 18}),
    (ErrorCode.MFA_LOGIN_REQUIRED, "MFA on", {"mfa": "required"}),
    (ErrorCode.USERNAME_LOGIN_REQUIRED, "addresses shared", {"duplicate_emails": True}),
    (ErrorCode.SECURITY_QUESTIONS_BY_USERNAME_REQUIRED, "addresses shared", {"duplicate_emails": True}),
    (ErrorCode.REGISTRATION_DISABLED, "registration off", {"registration_disabled": True}),
    (ErrorCode.REAUTHENTICATION_DISABLED, "step-up off", {"step_up": False}),
    (ErrorCode.PRIVACY_POLICY_NOT_CONFIGURED, "no policy", {"privacy_policy_version": ""}),
    (ErrorCode.PRIVACY_POLICY_ACCEPTANCE_REQUIRED, "policy to accept", {"privacy_policy_version": "2.0"}),
    (ErrorCode.IP_ADDRESS_NOT_ALLOWED, "IP address not allowed", {"blocked_ips": ["127.0.0.1"]}),
    (ErrorCode.PROVIDER_NOT_CONFIGURED, "no provider", {"social_providers": [], "custom_jwt_providers": []}),
    (ErrorCode.CONSENT_REQUIRED, "consent missing",
        {"consent": True, "consent_strict": True, "consent_form_version": 9} | AFTERWARDS),
    (ErrorCode.CONSENT_DISABLED, "consent off", {"consent": False}),
    (ErrorCode.PIN_NOT_CONFIGURED, "PIN off", {"pin": False}),
    (ErrorCode.EMAIL_OTP_VERIFICATION_DISABLED, "verification by code off", {"otp_email_verification": False}),
    (ErrorCode.USERNAME_LOGIN_DISABLED, "user-name login off", {"username_login": False}),
    (ErrorCode.PIN_SETUP_REQUIRED, "PIN missing", {"pin": True, "pin_required": True} | AFTERWARDS),
    (ErrorCode.PIN_LOGIN_DISABLED, "PIN off", {"pin": False}),
    (ErrorCode.EMAIL_OTP_FACTOR_DISABLED, "mailed factor off", {"mfa_email": False}),
    (ErrorCode.SECURITY_QUESTION_FACTOR_DISABLED, "answers factor off", {"mfa_security_question": False}),
    (ErrorCode.MORE_SECURITY_ANSWERS_REQUIRED, "more answers wanted", {"security_question_count": 3}),
    (ErrorCode.SMS_OTP_FACTOR_DISABLED, "SMS factor off", {"mfa_sms": False}),
    (ErrorCode.AUTHENTICATOR_FACTOR_DISABLED, "app factor off", {"mfa_authenticator": False}),
)  # fmt: skip
for _code, _description, _settings in SWITCHES:
    error_scenario(_code, _description, after=_settings)(no_setup)

error_scenario(
    ErrorCode.CONSENT_FORM_NOT_CONFIGURED,
    "no consent form",
    after={"consent_options": []},
    where=operations_matching("consent.*"),
)(no_setup)
POLICY = {"privacy_policy_version": "2.0", "privacy_policy_mode": "Strict"}
error_scenario(
    ErrorCode.PRIVACY_POLICY_NOT_ACCEPTED, "policy not accepted", after=POLICY | AFTERWARDS, where=without_token
)(no_setup)
error_scenario(
    ErrorCode.PIN_REQUIRED,
    "PIN to set",
    after={"pin": True, "pin_at_registration": True},
    where=operations_matching("*.register_by_* passkey.register_finish"),
)(no_setup)
error_scenario(
    ErrorCode.SECOND_FACTOR_REMOVAL_INVALID,
    "last factor",
    after={"mfa": "required"},
    where=operations_matching(
        "mfa.reset_authenticator_by_access_token mfa.reset_[es]*_by_access_token"  # a passkey has its own
    ),
)(no_setup)


@error_scenario(ErrorCode.ENDPOINT_NOT_IN_PLAN, "feature not in the plan")
def feature_not_in_the_plan(prepared: PreparedRequest) -> None:
    """Disable the operation's group."""
    prepared.change_settings({"disabled_features": [prepared.operation.group]})


# Registration restrictions apply at registration, and in flows that register unknown users.
BLOCKED_DOMAIN = {"blocked_email_domains": ["example.com"]}
error_scenario(ErrorCode.EMAIL_DOMAIN_NOT_ALLOWED, "domain not allowed", after=BLOCKED_DOMAIN)(no_setup)


@error_scenario(
    ErrorCode.EMAIL_NOT_ALLOWED,
    "address not allowed",
    where=operations_matching("*.register_by_* passkey.register_finish one_touch_login.by_email*"),
)
def address_not_allowed(prepared: PreparedRequest) -> None:
    """Block the new person's address."""
    prepared.change_settings({"blocked_email_domains": [prepared.preconditions.value("fresh.email")]})


def _unknown_email(prepared: PreparedRequest) -> dict[str, Json]:
    """Use an unknown address, which passwordless login registers."""
    prepared.change_settings({"no_registration_passwordless": True})
    return prepared.overriding("query", email=prepared.preconditions.value("fresh.email"))


PASSWORDLESS = operations_matching("passwordless_login.by_email")
error_scenario(ErrorCode.AGE_BELOW_MINIMUM, "too young", after={"minimum_age": 18}, where=PASSWORDLESS)(_unknown_email)
error_scenario(
    ErrorCode.REGISTRATION_DISABLED, "registration off", after={"registration_disabled": True}, where=PASSWORDLESS
)(_unknown_email)
error_scenario(ErrorCode.EMAIL_DOMAIN_NOT_ALLOWED, "domain not allowed", after=BLOCKED_DOMAIN, where=PASSWORDLESS)(
    _unknown_email
)

PROTECTED = (
    "PostForgotPasswordByEmail PostForgotPasswordByPhone PutChangePassword PostLoginByEmailAndPassword"
    " PostLoginByUserNameAndPassword PostLoginByPhoneAndPassword PutUpdateProfile"
)
LISTED = "*.login_by_* *.forgot_password authentication.change_password authentication.update_profile"
error_scenario(
    ErrorCode.CAPTCHA_MISSING_OR_INCORRECT,
    "captcha demanded",
    after={"bot_protection": PROTECTED.split()},
    where=operations_matching(LISTED),
)(no_setup)
