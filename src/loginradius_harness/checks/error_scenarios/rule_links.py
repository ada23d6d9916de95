"""Link rules that state no more than an error to the scenario that triggers the error."""

import re

from loginradius_harness import contracts

REFUSALS = (
    "consent.bad_answers_are_refused",
    "consent.empty_log_is_refused",
    "consent.feature_off_is_refused",
    "credentials.disabled_key_is_refused",
    "credentials.refused_caller_address",
    "custom_objects.feature_off_is_refused",
    "custom_objects.number_is_limited",
    "deletion.of_unknown_account_is_refused",
    "emails.adding_has_conditions",
    "emails.own_address_is_not_added_again",
    "limits.token_generation_is_limited",
    "login.phone_login_refuses_email_when_exclusive",
    "login.risky_login_is_blocked",
    "management.unknown_token_types_are_refused",
    "mfa.answer_refusals_are_named",
    "mfa.backup_codes_are_shown_once",
    "mfa.factor_switched_off_is_refused",
    "mfa.number_refusals_are_named",
    "one_touch.wrong_captcha_is_refused",
    "organizations.names_are_taken_once",
    "organizations.off_is_refused",
    "organizations.unknown_ones_are_refused",
    "password.needs_an_email_identity",
    "passkeys.account_must_have_one",
    "passkeys.factor_must_be_there",
    "passkeys.foreign_reset_url_is_refused",
    "passkeys.off_is_refused",
    "passkeys.unknown_id_is_refused",
    "passwordless.off_is_refused",
    "passwordless.phone_must_be_verified",
    "phone.off_is_refused",
    "phone.sms_trouble_is_named",
    "phone.verified_number_is_not_verified_again",
    "pin.account_without_pin_is_refused",
    "pin.off_is_refused",
    "pin.required_at_registration",
    "privacy_policy.needless_calls_are_refused",
    "profile.one_entry_of_a_type",
    "profile.unknown_custom_field_is_refused",
    "profile.user_answers_enabled_questions_only",
    "recovery.account_without_password_is_refused",
    "recovery.answers_missing_or_off_are_refused",
    "recovery.locked_account_is_refused_by_otp",
    "recovery.login_on_reset_meets_policies",
    "recovery.questions_by_user_name_only",
    "recovery.sms_needs_verified_phone",
    "registration.addresses_are_told_apart",
    "registration_data.unknown_records_are_named",
    "roles.context_of_unknown_role_is_refused",
    "roles.taken_name_is_refused",
    "social.identity_is_linked_once",
    "social.linking_off_is_refused",
    "social.new_accounts_off_are_refused",
    "social.unconfigured_provider_is_refused",
    "social.unlink_has_conditions",
    "step_up.off_is_refused",
    "verification.otp_form_has_conditions",
    "webhooks.refusals_are_named",
    "webhooks.unknown_event_is_refused",
)


def rules_proved_by(operation: str, code: int) -> list[str]:
    """Return the rules of an operation whose statement names the code."""
    known = map(contracts.rule, REFUSALS)
    return [rule.id for rule in known if operation in rule.operations and re.search(rf"\b{code}\b", rule.statement)]
