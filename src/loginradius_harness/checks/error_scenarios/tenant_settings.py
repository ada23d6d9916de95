"""What the tenant's configuration refuses: features that are off, restrictions, agreements.

Source: product-facts.md#tenant-configuration.
"""

from typing import Any

from loginradius_harness.checks.error_scenarios import error_scenario, no_setup, operations_matching, without_token
from loginradius_harness.checks.generation.prepared_request import PreparedRequest

Json = Any

# Log-ins that follow a reset or a verification, where the tenant wants them.
AFTERWARDS = {"login_on_password_reset": True, "login_on_email_verification": True}

SWITCHES: tuple[tuple[int, str, dict[str, Json]], ...] = (
    (901, "key switched off", {"api_key_disabled": True}),
    (999, "no custom objects", {"custom_objects": [], "any_custom_object": False}),
    (1002, "no room for objects", {"custom_object_limit": 0}),
    (1034, "no verification flow", {"email_verification": "disabled"}),
    (1051, "no social registration", {"social_registration": False}),
    (1054, "no linking of accounts", {"account_linking": False}),
    (1059, "passwordless off", {"passwordless": False}),
    (1064, "object not set up", {"custom_objects": ["other"], "any_custom_object": False}),
    (1071, "no SMS provider", {"sms_provider": False}),
    (1074, "phone login off", {"phone_login": False}),
    (1077, "phone login on", {"phone_login": True, "email_login_with_phone_login": False}),
    (1085, "no room for webhooks", {"webhook_limit": 0}),
    (1095, "no security questions", {"security_questions": {}}),
    (1097, "MFA off", {"mfa": "disabled"}),
    (1098, "no factor on offer", {"mfa": "required", "mfa_sms": False, "mfa_email": False,
                                  "mfa_authenticator": False, "mfa_security_question": False}),
    (1135, "smart login off", {"smart_login": False}),
    (1146, "one touch off", {"one_touch": False}),
    (1160, "no log-in without callback", {"no_callback_social": False}),
    (1163, "too young", {"minimum_age": 18}),
    (1176, "MFA on", {"mfa": "required"}),
    (1183, "user-name login on", {"username_login": True}),
    (1184, "user-name login on", {"username_login": True}),
    (1190, "registration off", {"registration_disabled": True}),
    (1191, "step-up off", {"step_up": False}),
    (1195, "no policy", {"privacy_policy_version": ""}),
    (1196, "policy to accept", {"privacy_policy_version": "2.0"}),
    (1206, "caller unwelcome", {"blocked_ips": ["127.0.0.1"]}),
    (1223, "no provider", {"social_providers": [], "custom_jwt_providers": []}),
    (1224, "no consent form", {"consent_options": []}),
    (1226, "consent missing", {"consent": True, "consent_strict": True, "consent_form_version": 9} | AFTERWARDS),
    (1227, "consent off", {"consent": False}),
    (1233, "PIN off", {"pin": False}),
    (1237, "verification by code off", {"otp_email_verification": False}),
    (1238, "user-name login off", {"username_login": False}),
    (1243, "PIN missing", {"pin": True, "pin_required": True} | AFTERWARDS),
    (1244, "PIN off", {"pin": False}),
    (1256, "mailed factor off", {"mfa_email": False}),
    (1257, "answers factor off", {"mfa_security_question": False}),
    (1260, "more answers wanted", {"security_question_count": 3}),
    (1277, "SMS factor off", {"mfa_sms": False}),
    (1279, "app factor off", {"mfa_authenticator": False}),
)  # fmt: skip
for _code, _says, _settings in SWITCHES:
    error_scenario(_code, _says, after=_settings)(no_setup)

POLICY = {"privacy_policy_version": "2.0", "privacy_policy_mode": "Strict"}
error_scenario(1194, "policy not accepted", after=POLICY | AFTERWARDS, where=without_token)(no_setup)
error_scenario(
    1234, "PIN to set", after={"pin": True, "pin_at_registration": True}, where=operations_matching("*.register_by_*")
)(no_setup)
error_scenario(
    1183, "addresses shared", after={"duplicate_emails": True}, where=operations_matching("*.forgot_password")
)(no_setup)
error_scenario(
    1121, "last factor", after={"mfa": "required"}, where=operations_matching("mfa.reset_*_by_access_token")
)(no_setup)


@error_scenario(909, "feature not in the plan")
def feature_not_in_the_plan(ready: PreparedRequest) -> None:
    """The operation's group is switched off."""
    ready.set_tenant({"disabled_features": [ready.operation.group]})


# Who may join is asked where somebody can: at registration, and at flows that take strangers in.
UNWELCOME = {"blocked_email_domains": ["example.com"]}
error_scenario(1247, "domain unwelcome", after=UNWELCOME)(no_setup)


@error_scenario(1056, "address unwelcome", where=operations_matching("*.register_by_* one_touch_login.by_email*"))
def address_unwelcome(ready: PreparedRequest) -> None:
    """The new person's."""
    ready.set_tenant({"blocked_email_domains": [ready.given.value("fresh.email")]})


def _stranger(ready: PreparedRequest) -> dict[str, Json]:
    """A passwordless tenant takes in whoever has an address."""
    ready.set_tenant({"no_registration_passwordless": True})
    return ready.having("query", email=ready.given.value("fresh.email"))


PASSWORDLESS = operations_matching("passwordless_login.by_email")
error_scenario(1163, "too young", after={"minimum_age": 18}, where=PASSWORDLESS)(_stranger)
error_scenario(1190, "registration off", after={"registration_disabled": True}, where=PASSWORDLESS)(_stranger)
error_scenario(1247, "domain unwelcome", after=UNWELCOME, where=PASSWORDLESS)(_stranger)

PROTECTED = (
    "PostForgotPasswordByEmail PostForgotPasswordByPhone PutChangePassword PostLoginByEmailAndPassword"
    " PostLoginByUserNameAndPassword PostLoginByPhoneAndPassword PutUpdateProfile"
)
LISTED = "*.login_by_* *.forgot_password authentication.change_password authentication.update_profile"
error_scenario(982, "captcha demanded", after={"bot_protection": PROTECTED.split()}, where=operations_matching(LISTED))(
    no_setup
)
