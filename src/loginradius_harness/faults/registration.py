"""Registration."""

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.handlers import authentication
from loginradius_harness.emulator.handlers.phone import check_availability
from loginradius_harness.emulator.http import auth
from loginradius_harness.emulator.http.validation import RequestValidator
from loginradius_harness.emulator.services import password_policy, registration
from loginradius_harness.emulator.state import profile
from loginradius_harness.emulator.state.accounts import Accounts
from loginradius_harness.faults.registry import Faults

faults = Faults("registration")

SENDS = "send_verification(call, account, account.emails[0])"
WRITE = "profile.write(account, body, call.now, known=call.settings.custom_fields)"

faults.replace_source(
    "required_flow_logs_in",
    "registration.required_flow_answers_no_token",
    registration.complete_registration,
    'logs_in=flow != "required"',
    "logs_in=True",
)
faults.replace_source(
    "other_flows_do_not_log_in",
    "registration.unforced_flow_answers_a_session",
    registration.complete_registration,
    'logs_in=flow != "required"',
    "logs_in=False",
)
faults.replace_source(
    "optional_flow_verifies",
    "registration.optional_flow_leaves_email_unverified",
    registration.complete_registration,
    SENDS,
    f'{SENDS}\n        account.emails[0].verified = flow == "optional"',
)
faults.replace_source(
    "new_address_counts_as_verified",
    "registration.required_flow_leaves_address_unverified",
    registration._emails,
    'value=item["Value"])',
    'value=item["Value"], verified=True)',
)
faults.replace_source(
    "first_login_is_not_counted",
    "registration.session_counts_as_first_login",
    registration.complete_registration,
    "return posted_session(",
    "account.logins -= 1\n    return posted_session(",
)
faults.replace_source(
    "disabled_flow_verifies_too",
    "registration.disabled_flow_only_welcomes",
    registration.complete_registration,
    "welcome(call, account)",
    f"welcome(call, account)\n        {SENDS}",
)
faults.replace_source(
    "mail_is_sent_twice",
    "registration.verification_mail_is_sent",
    registration.complete_registration,
    SENDS,
    f"{SENDS}\n        {SENDS}",
)
faults.replace_source(
    "mail_is_not_sent",
    "registration.verification_mail_is_sent",
    registration.complete_registration,
    SENDS,
    "pass",
)
faults.replace_source(
    "suppressed_mail_is_sent",
    "registration.suppressed_message_is_not_sent",
    registration.complete_registration,
    '!= "preventverificationemail"',
    '!= "prevent"',
)
faults.replace_source(
    "suppressed_mail_verifies",
    "registration.suppressed_mail_leaves_account_unverified",
    registration.complete_registration,
    SENDS,
    f"{SENDS}\n    else:\n        account.emails[0].verified = True",
)
faults.replace_source(
    "taken_address_is_shared",
    "registration.address_in_use_is_refused",
    Accounts.require_free,
    "raise ApiError(ErrorCode.EMAIL_ALREADY_EXISTS)",
    "pass",
)
faults.replace_source(
    "unverified_address_is_free",
    "registration.address_in_use_is_refused",
    Accounts.require_free,
    "email.value.lower() in self._by_email for email in account.emails",
    "(owner := self.by_email(email.value)) is not None and owner.email_verified for email in account.emails",
)
faults.replace_source(
    "address_in_other_case_is_free",
    "registration.address_in_other_case_is_taken",
    Accounts.require_free,
    "email.value.lower() in self._by_email",
    "email.value in self._by_email",
)
faults.replace_source(
    "user_name_is_shared",
    "registration.user_name_is_unique",
    Accounts.require_free,
    "raise ApiError(ErrorCode.USERNAME_ALREADY_EXISTS)",
    "pass",
)
faults.replace_source(
    "malformed_user_name_is_taken",
    "registration.malformed_user_name_is_refused",
    RequestValidator.body,
    "if not self._operation.body_validator.is_valid(body):",
    """if not self._operation.body_validator.is_valid(body) and self._refusal(
        "body", self._operation.body_validator, body
    ).code != ErrorCode.USERNAME_LENGTH_OR_CHARACTERS_INVALID:""",
    ErrorCode=ErrorCode,
)
faults.replace_source(
    "malformed_address_is_taken",
    "registration.email_must_be_well_formed",
    RequestValidator.body,
    "if not self._operation.body_validator.is_valid(body):",
    """if not self._operation.body_validator.is_valid(body) and self._refusal(
        "body", self._operation.body_validator, body
    ).code != ErrorCode.VALID_EMAIL_REQUIRED:""",
    ErrorCode=ErrorCode,
)
faults.replace_source(
    "address_may_come_twice",
    "registration.addresses_are_told_apart",
    registration._emails,
    "raise ApiError(ErrorCode.EMAIL_DUPLICATED)",
    "pass",
)
faults.replace_source(
    "works_while_off",
    "registration.can_be_switched_off",
    registration.check_allowed_domain,
    "raise ApiError(ErrorCode.REGISTRATION_DISABLED)",
    "pass",
)
faults.replace_source(
    "age_does_not_matter",
    "registration.age_limit_is_applied",
    registration._require_age,
    "raise ApiError(ErrorCode.AGE_BELOW_MINIMUM)",
    "pass",
)
faults.replace_source(
    "age_is_counted_by_years_alone",
    "registration.age_limit_is_applied",
    profile.years,
    " - ((today.month, today.day) < (born.month, born.day))",
    "",
)
faults.replace_source(
    "disallowed_domain_registers",
    "registration.restrictions_are_applied",
    registration._refuse_address,
    "raise ApiError(ErrorCode.EMAIL_DOMAIN_NOT_ALLOWED)",
    "pass",
)
faults.replace_source(
    "disallowed_address_registers",
    "registration.restrictions_are_applied",
    registration._refuse_address,
    "raise ApiError(ErrorCode.EMAIL_NOT_ALLOWED)",
    "pass",
)
faults.replace_source(
    "captcha_form_needs_a_sott",
    "registration.captcha_form_needs_no_sott",
    authentication.register_by_captcha,
    "return registration.complete_registration(",
    "check_sott(call)\n    return registration.complete_registration(",
    check_sott=auth.check_sott,
)
faults.replace_source(
    "any_captcha_is_right",
    "registration.captcha_form_refuses_wrong_answer",
    authentication.register_by_captcha,
    "raise ApiError(ErrorCode.CAPTCHA_MISSING_OR_INCORRECT)",
    "pass",
)
faults.replace_source(
    "referer_is_forgotten",
    "registration.referer_is_kept_as_source",
    registration.draft,
    'call.header("referer") or "API"',
    '"API"',
)


def obeys(member: str, assignment: str) -> None:
    """Accept a member that only the server may set from a registration."""
    faults.replace_source(
        f"newcomer_sets_{member}",
        "registration.privileged_members_are_ignored",
        registration._enrol,
        WRITE,
        f"{WRITE}\n    {assignment}",
    )


obeys("NoOfLogins", 'account.logins = body.get("NoOfLogins", 0)')
obeys("Roles", 'account.roles = body.get("Roles")')
obeys("IsActive", 'account.active = body.get("IsActive", True)')
obeys("Uid", 'account.uid = body.get("Uid") or account.uid')
obeys(
    "EmailVerified",
    'for email in account.emails:\n        email.verified = email.verified or body.get("EmailVerified", False)',
)
faults.replace_source(
    "failed_fields_are_not_listed",
    "registration.failed_fields_are_listed",
    password_policy._check_form,
    "raise ApiError(\n            ErrorCode.FIELD_VALIDATION_FAILED,\n            Errors",
    "raise ApiError(ErrorCode.FIELD_VALIDATION_FAILED) if messages else ApiError(ErrorCode.FIELD_VALIDATION_FAILED,"
    " Errors",
)
faults.replace_source(
    "security_answers_are_forgotten",
    "registration.security_answers_are_stored",
    registration._enrol,
    'account.security_answers = stored_answers(call, body.get("SecurityQuestionAnswer"))',
    "pass",
)
faults.replace_source(
    "address_in_use_is_called_free",
    "registration.lookups_are_truthful",
    authentication.check_email_availability,
    "is not None",
    "is None",
)
faults.replace_source(
    "unverified_address_is_called_free",
    "registration.lookups_are_truthful",
    authentication.check_email_availability,
    'call.tenant.accounts.by_email(call.query["email"]) is not None',
    'any(one.email_verified for one in call.tenant.accounts.all_by_email(call.query["email"]))',
)
faults.replace_source(
    "user_name_in_use_is_called_free",
    "registration.lookups_are_truthful",
    authentication.check_username_availability,
    "is not None",
    "is None",
)
faults.replace_source(
    "number_in_use_is_called_free",
    "registration.lookups_are_truthful",
    check_availability,
    "is not None",
    "is None",
)
faults.replace_source(
    "number_beside_address_is_lost",
    "registration.email_and_phone_register_together",
    registration.draft,
    '"phone": body.get("PhoneId")',
    '"phone": None if body.get("Email") else body.get("PhoneId")',
)
