"""Error codes come in families: an operation that can refuse for one reason can refuse for those that go with it."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from loginradius_harness import contracts
from loginradius_harness.contracts import Operation
from loginradius_harness.contracts.codes import ErrorCode

TOGETHER = (  # either all of them or none
    (
        ErrorCode.ADDITIONAL_API_SECRET_NOT_ALLOWED,
        ErrorCode.IP_ADDRESS_NOT_ALLOWED,
        ErrorCode.SIGNATURE_INCORRECT,
        ErrorCode.SIGNATURE_OR_API_SECRET_MISSING,
        ErrorCode.SIGNATURE_EXPIRY_MISSING,
        ErrorCode.SIGNATURE_EXPIRY_MALFORMED,
        ErrorCode.SIGNATURE_EXPIRED,
    ),  # a call with the tenant's secret can be signed and fenced in
    (
        ErrorCode.SUSPICIOUS_LOGIN_BLOCKED,
        ErrorCode.SUSPICIOUS_LOGIN_SECURITY_ANSWER_REQUIRED,
        ErrorCode.SUSPICIOUS_LOGIN_EMAIL_OTP_SENT,
        ErrorCode.SUSPICIOUS_LOGIN_SMS_OTP_SENT,
        ErrorCode.LOGIN_FROM_NEW_BROWSER,
        ErrorCode.LOGIN_FROM_NEW_CITY,
        ErrorCode.LOGIN_FROM_NEW_COUNTRY,
        ErrorCode.LOGIN_FROM_NEW_IP_ADDRESS,
        ErrorCode.PASSWORD_LOGIN_DISABLED,
        ErrorCode.LOGIN_FROM_NEW_DEVICE,
    ),  # what may become of a log-in that looks risky
    (
        ErrorCode.ACCOUNT_LOCKED_UNTIL_CAPTCHA,
        ErrorCode.ACCOUNT_LOCKED_UNTIL_SECURITY_ANSWER,
    ),  # an account is unlocked by a captcha or by an answer, as the tenant likes
    (
        ErrorCode.SOCIAL_LOGIN_EMAIL_NOT_VERIFIED,
        ErrorCode.SOCIAL_LOGIN_EMAIL_OF_ANOTHER_ACCOUNT,
        ErrorCode.SOCIAL_REGISTRATION_DISABLED,
    ),  # where a social log-in makes an account
    (
        ErrorCode.EMAIL_OTP_INCORRECT,
        ErrorCode.EMAIL_OTP_ALREADY_USED,
        ErrorCode.EMAIL_OTP_EXPIRED,
    ),  # a mailed code: wrong, used, too old
    (ErrorCode.OTP_INCORRECT, ErrorCode.OTP_ALREADY_USED, ErrorCode.OTP_EXPIRED),  # a code by SMS: wrong, used, too old
    (
        ErrorCode.SECOND_FACTOR_TOKEN_INVALID,
        ErrorCode.SECOND_FACTOR_TOKEN_EXPIRED,
    ),  # the token between the two factors: wrong, too old
    (
        ErrorCode.PIN_SESSION_TOKEN_INVALID,
        ErrorCode.PIN_SESSION_TOKEN_EXPIRED,
    ),  # a token that sets the first PIN: wrong, too old
    (ErrorCode.SOTT_MISSING, ErrorCode.SOTT_INVALID),  # a SOTT: missing, wrong
    (ErrorCode.OTP_NOT_SENT, ErrorCode.SMS_SENDING_LIMIT_EXCEEDED),  # an SMS is not sent: trouble, or too many of them
    (
        ErrorCode.SMS_FACTOR_DISABLED,
        ErrorCode.SMS_OTP_FACTOR_DISABLED,
    ),  # the SMS factor is off, under its old and its new code
    (
        ErrorCode.EMAIL_DUPLICATED,
        ErrorCode.PRIMARY_EMAIL_DUPLICATED,
    ),  # the addresses of a request contradict each other
    (
        ErrorCode.CUSTOM_OBJECTS_NOT_CONFIGURED,
        ErrorCode.CUSTOM_OBJECT_NAME_INVALID,
    ),  # custom objects are off, or of another name
    (
        ErrorCode.CUSTOM_OBJECT_RECORD_NOT_FOUND,
        ErrorCode.CUSTOM_OBJECT_NOT_FOUND,
    ),  # there is no such record, or no such object
    (
        ErrorCode.REGISTRATION_CODE_INCORRECT,
        ErrorCode.REGISTRATION_CODE_REQUIRED,
    ),  # a registration code is wrong, or missing
    (ErrorCode.PASSKEYS_DISABLED, ErrorCode.PASSKEYS_MISCONFIGURED),  # passkeys are off, or set up wrongly
    (ErrorCode.JWT_IDENTIFIER_MISSING, ErrorCode.JWT_INVALID),  # a signed token without a subject, or signed by another
)
FOLLOWS = {  # an operation that can refuse with the key can refuse with each of these as well
    ErrorCode.CREDENTIALS_INCORRECT: (
        ErrorCode.CAPTCHA_MISSING_OR_INCORRECT,
        ErrorCode.PASSWORD_MISSING,
        ErrorCode.SECURITY_QUESTION_ID_INVALID,
        ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT,
        ErrorCode.ACCOUNT_LOCKED_UNTIL_CAPTCHA,
        ErrorCode.ACCOUNT_LOCKED_TEMPORARILY,
    ),  # whoever checks a password counts the failures and may ask for more
    ErrorCode.BREACHED_PASSWORD_USED_AGAIN: (
        ErrorCode.CREDENTIALS_INCORRECT,
        ErrorCode.PASSWORD_BREACHED,
    ),  # the breached password was used again
    ErrorCode.PASSWORD_BREACHED: (ErrorCode.ACCOUNT_NOT_FOUND, ErrorCode.ACCOUNT_LOGIN_NOT_ALLOWED),
    ErrorCode.ACCOUNT_LOGIN_NOT_ALLOWED: (
        ErrorCode.CONSENT_REQUIRED,
        ErrorCode.PIN_SETUP_REQUIRED,
        ErrorCode.SESSION_LIMIT_EXCEEDED,
    ),  # whoever is let in meets consent, PIN and the limit of sessions
    ErrorCode.PIN_SETUP_REQUIRED: (ErrorCode.ACCOUNT_LOGIN_DISABLED, ErrorCode.PRIVACY_POLICY_NOT_ACCEPTED),
    ErrorCode.SESSION_LIMIT_EXCEEDED: (ErrorCode.ACCOUNT_BLOCKED,),
    ErrorCode.ACCOUNT_LOGIN_DISABLED: (ErrorCode.ACCOUNT_BLOCKED,),  # who may not log in may be blocked altogether
    ErrorCode.MFA_LOGIN_REQUIRED: (ErrorCode.ACCOUNT_LOGIN_DISABLED,),
    ErrorCode.ACCOUNT_HAS_NO_PIN: (ErrorCode.ACCOUNT_LOGIN_DISABLED,),
    ErrorCode.CAPTCHA_MISSING_OR_INCORRECT: (ErrorCode.ACCOUNT_BLOCKED,),
    ErrorCode.ACCOUNT_LOCKED_UNTIL_CAPTCHA: (ErrorCode.ACCOUNT_LOCKED_TEMPORARILY,),
    ErrorCode.SECOND_FACTOR_TOKEN_INVALID: (
        ErrorCode.ACCOUNT_NOT_FOUND,
        ErrorCode.ACCOUNT_LOCKED_DURING_MFA,
    ),  # between the two factors, guesses are counted
    ErrorCode.ACCOUNT_LOCKED_DURING_MFA: (ErrorCode.ACCOUNT_BLOCKED, ErrorCode.MFA_DISABLED),
    ErrorCode.ACCOUNT_HAS_NO_SECOND_FACTOR: (ErrorCode.MFA_DISABLED,),  # no factor is there, or none can be
    ErrorCode.SECOND_FACTOR_REMOVAL_INVALID: (ErrorCode.ACCOUNT_HAS_NO_SECOND_FACTOR,),
    ErrorCode.BACKUP_CODES_NOT_CONFIGURED: (ErrorCode.ACCOUNT_HAS_NO_SECOND_FACTOR,),
    ErrorCode.AUTHENTICATOR_CODE_INCORRECT: (ErrorCode.AUTHENTICATOR_NOT_CONFIGURED,),
    ErrorCode.AUTHENTICATOR_FACTOR_DISABLED: (ErrorCode.AUTHENTICATOR_CODE_INCORRECT,),
    ErrorCode.SECURITY_QUESTION_FACTOR_NOT_VERIFIED: (ErrorCode.SECURITY_QUESTION_FACTOR_DISABLED,),
    ErrorCode.PASSWORD_TOO_WEAK: (
        ErrorCode.FIELD_VALIDATION_FAILED,
    ),  # a new password: known to others, weak, or of the wrong length
    ErrorCode.NEW_PASSWORD_BREACHED: (ErrorCode.PASSWORD_TOO_WEAK,),
    ErrorCode.SOCIAL_LOGIN_EMAIL_NOT_VERIFIED: (
        ErrorCode.SOCIAL_LOGIN_EMAIL_ALREADY_REGISTERED,
        ErrorCode.ACCOUNT_LINKING_DISABLED,
        ErrorCode.EMAIL_DOMAIN_NOT_ALLOWED,
    ),
    ErrorCode.EMAIL_DOMAIN_NOT_ALLOWED: (
        ErrorCode.EMAIL_NOT_ALLOWED,
        ErrorCode.REGISTRATION_DISABLED,
    ),  # where accounts are made, addresses may be fenced out and registration may be off
    ErrorCode.PROVIDER_ENDPOINT_NOT_SUPPORTED: (ErrorCode.PROVIDER_ERROR,),
    ErrorCode.ACCOUNT_LINKING_DISABLED: (ErrorCode.ACCOUNT_BLOCKED, ErrorCode.PROVIDER_ERROR),
    ErrorCode.VOICE_OTP_NOT_CONFIGURED: (ErrorCode.OTP_NOT_SENT,),  # a code by voice call is sent as one by SMS is
    ErrorCode.OTP_NOT_SENT: (ErrorCode.SMS_PROVIDER_NOT_CONFIGURED,),
    ErrorCode.SMS_PROVIDER_NOT_CONFIGURED: (ErrorCode.SMS_PROVIDER_LIMIT_EXCEEDED,),
    ErrorCode.EMAIL_OTP_INVALID: (ErrorCode.EMAIL_OTP_INCORRECT,),
    ErrorCode.OTP_EXPIRED_OR_USED: (ErrorCode.OTP_INCORRECT,),
    ErrorCode.CUSTOM_OBJECT_RECORD_NOT_FOUND: (ErrorCode.CUSTOM_OBJECTS_NOT_CONFIGURED,),
    ErrorCode.ROLE_NOT_FOUND: (ErrorCode.ADDITIONAL_API_SECRET_NOT_ALLOWED,),
    ErrorCode.ACCOUNT_HAS_NO_SECURITY_ANSWER: (ErrorCode.SECURITY_QUESTIONS_DISABLED,),
    ErrorCode.CONSENT_FORM_NOT_CONFIGURED: (ErrorCode.CONSENT_DISABLED,),
    ErrorCode.REGISTRATION_CODE_INCORRECT: (ErrorCode.REGISTRATION_DATA_NOT_FOUND,),
    ErrorCode.PHONE_LOGIN_DISABLED: (ErrorCode.ACCOUNT_NOT_FOUND,),
    ErrorCode.PASSWORDLESS_LOGIN_DISABLED: (ErrorCode.ACCOUNT_NOT_FOUND,),
    ErrorCode.SMART_LOGIN_DISABLED: (ErrorCode.ACCOUNT_NOT_FOUND,),
    ErrorCode.VERIFICATION_LINK_INVALID: (ErrorCode.LINK_EXPIRED,),
    ErrorCode.ACCESS_TOKEN_EXPIRED: (ErrorCode.ACCESS_TOKEN_INVALID,),
    ErrorCode.MORE_SECURITY_ANSWERS_REQUIRED: (ErrorCode.SECURITY_QUESTION_ID_INVALID,),
    ErrorCode.CUSTOM_FIELD_INVALID: (
        ErrorCode.DATE_INVALID,
        ErrorCode.USERNAME_ALREADY_EXISTS,
        ErrorCode.VALID_EMAIL_REQUIRED,
        ErrorCode.SECURITY_QUESTIONS_DISABLED,
        ErrorCode.ADDRESS_TYPE_DUPLICATED,
        ErrorCode.PHONE_TYPE_DUPLICATED,
        ErrorCode.ADDRESS_TYPE_MISSING,
        ErrorCode.UID_LENGTH_OR_CHARACTERS_INVALID,
        ErrorCode.EMAIL_TYPE_MISSING,
        ErrorCode.USERNAME_LENGTH_OR_CHARACTERS_INVALID,
        ErrorCode.PHONE_TYPE_MISSING,
        ErrorCode.MARKUP_NOT_ALLOWED,
        ErrorCode.PIN_REQUIRED,
    ),  # whoever writes a profile
}
ALIKE = {  # operations that do one thing in several ways refuse for the same reasons
    "[!h]*.register_by_*": (  # the high concurrency API knows a user name and a password alone
        ErrorCode.ENDPOINT_NOT_IN_PLAN, ErrorCode.EMAIL_ALREADY_EXISTS, ErrorCode.TENANT_NOT_FOUND,
        ErrorCode.EMAIL_NOT_VERIFIED, ErrorCode.EMAIL_OF_SOCIAL_ACCOUNT, ErrorCode.PHONE_ALREADY_EXISTS,
        ErrorCode.SMS_PROVIDER_NOT_CONFIGURED, ErrorCode.PASSWORD_MISSING, ErrorCode.SECURITY_ANSWER_INCORRECT,
        ErrorCode.PHONE_MALFORMED, ErrorCode.EMAIL_SENDING_LIMIT_EXCEEDED, ErrorCode.REGISTRATION_DATA_INVALID,
        ErrorCode.AGE_BELOW_MINIMUM, ErrorCode.PRIVACY_POLICY_ACCEPTANCE_REQUIRED, ErrorCode.CLOUD_API_ERROR,
        ErrorCode.CONSENT_REQUIRED, ErrorCode.EMAIL_DOMAIN_NOT_ALLOWED, ErrorCode.NEW_PASSWORD_BREACHED,
    ),
    "authentication.register_by_*": (ErrorCode.CUSTOM_FIELD_INVALID, ErrorCode.PHONE_MISSING,
        ErrorCode.SECURITY_QUESTION_ID_INVALID, ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT,
        ErrorCode.VERIFICATION_URL_NOT_ALLOWED),
    "*[!yl].login*": (ErrorCode.ACCOUNT_NOT_FOUND, ErrorCode.CAPTCHA_MISSING_OR_INCORRECT,
        ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT, ErrorCode.PRIVACY_POLICY_NOT_ACCEPTED,
        ErrorCode.CONSENT_REQUIRED, ErrorCode.SESSION_LIMIT_EXCEEDED),
    "[!hs]*.login_by_*": (ErrorCode.BREACHED_PASSWORD_USED_AGAIN,),
    "*.login_by_email": (ErrorCode.EMAIL_NOT_VERIFIED, ErrorCode.PHONE_LOGIN_REQUIRED,
        ErrorCode.EMAIL_SENDING_LIMIT_EXCEEDED, ErrorCode.USERNAME_LOGIN_REQUIRED),
    "*.login_by_phone": (ErrorCode.PHONE_NOT_VERIFIED, ErrorCode.PHONE_LOGIN_DISABLED,
        ErrorCode.SMS_PROVIDER_LIMIT_EXCEEDED, ErrorCode.USERNAME_LOGIN_REQUIRED),
    "[!h]*.login_by_username": (ErrorCode.EMAIL_NOT_VERIFIED, ErrorCode.USERNAME_LOGIN_DISABLED),
    "*.by_username": (ErrorCode.ACCOUNT_HAS_NO_EMAIL_PROFILE, ErrorCode.EMAIL_SENDING_LIMIT_EXCEEDED,
        ErrorCode.VERIFICATION_URL_NOT_ALLOWED),
    "*_login.ping": (ErrorCode.ACCOUNT_NOT_FOUND, ErrorCode.SMART_LOGIN_LINK_ALREADY_USED,
        ErrorCode.ACCOUNT_LOGIN_NOT_ALLOWED),
    "native_social.*": (ErrorCode.AGE_BELOW_MINIMUM, ErrorCode.PROVIDER_NOT_CONFIGURED,
        ErrorCode.SOCIAL_LOGIN_EMAIL_NOT_VERIFIED, ErrorCode.ACCOUNT_LOGIN_NOT_ALLOWED),
    "authentication.link_social_*": (ErrorCode.ACCOUNT_NOT_LINKABLE, ErrorCode.ACCOUNT_ALREADY_LINKED,
        ErrorCode.ACCOUNT_LINKING_DISABLED),
    "one_touch_login.*": (ErrorCode.ONE_TOUCH_LOGIN_DISABLED, ErrorCode.MFA_LOGIN_REQUIRED),
    "one_touch_login.by_email*": (ErrorCode.EMAIL_SENDING_LIMIT_EXCEEDED, ErrorCode.CLIENT_GUID_ALREADY_USED,
        ErrorCode.AGE_BELOW_MINIMUM, ErrorCode.MARKUP_NOT_ALLOWED, ErrorCode.EMAIL_DOMAIN_NOT_ALLOWED,
        ErrorCode.VERIFICATION_URL_NOT_ALLOWED),
    "one_touch_login.by_phone*": (ErrorCode.AGE_BELOW_MINIMUM, ErrorCode.REGISTRATION_DISABLED,
        ErrorCode.MARKUP_NOT_ALLOWED),
    "passwordless_login.*": (ErrorCode.PASSWORDLESS_LOGIN_DISABLED, ErrorCode.MFA_LOGIN_REQUIRED),
    "passwordless_login.verify_*": (ErrorCode.ACCOUNT_LOGIN_NOT_ALLOWED,),
    "smart_login.*": (ErrorCode.SMART_LOGIN_DISABLED, ErrorCode.MFA_LOGIN_REQUIRED),
    "mfa.login_by_*": (ErrorCode.SECOND_FACTOR_NOT_CONFIGURED, ErrorCode.ACCOUNT_HAS_NO_SECOND_FACTOR,
        ErrorCode.EMAIL_SENDING_LIMIT_EXCEEDED),
    "mfa.validate_*": (ErrorCode.CONSENT_REQUIRED, ErrorCode.PIN_SETUP_REQUIRED, ErrorCode.SESSION_LIMIT_EXCEEDED),
    "mfa.*answers*": (ErrorCode.MFA_DISABLED, ErrorCode.SECURITY_QUESTION_FACTOR_DISABLED,
        ErrorCode.MORE_SECURITY_ANSWERS_REQUIRED),
    "mfa.*update_phone*": (ErrorCode.MFA_DISABLED, ErrorCode.PHONE_ALREADY_SECOND_FACTOR,
        ErrorCode.VOICE_OTP_NOT_CONFIGURED),
    "phone.resend_otp*": (ErrorCode.ACCOUNT_BLOCKED, ErrorCode.PHONE_ALREADY_VERIFIED,
        ErrorCode.VOICE_OTP_NOT_CONFIGURED, ErrorCode.ACCOUNT_HAS_NO_PHONE),
    "phone.verify_*": (ErrorCode.OTP_EXPIRED_OR_USED, ErrorCode.TOKEN_INVALID_OR_PHONE_ALREADY_VERIFIED),
    "*.reset_password_by_*": (ErrorCode.ENDPOINT_NOT_IN_PLAN, ErrorCode.TENANT_NOT_FOUND,
        ErrorCode.NEW_PASSWORD_NOT_ALLOWED, ErrorCode.SECURITY_ANSWER_INCORRECT,
        ErrorCode.RESOURCE_DISABLED_FOR_V2_TENANT, ErrorCode.NEW_PASSWORD_BREACHED),
    "*.reset_password_by_otp*": (ErrorCode.ACCOUNT_HAS_NO_EMAIL_PROFILE, ErrorCode.SECURITY_QUESTION_ID_INVALID,
        ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT, ErrorCode.CONSENT_REQUIRED, ErrorCode.PIN_SETUP_REQUIRED,
        ErrorCode.SESSION_LIMIT_EXCEEDED),
    "authentication.*password_by_*": (ErrorCode.PASSWORD_BREACHED,),
    "*.reset_pin_by_*": (ErrorCode.FIELD_VALIDATION_FAILED, ErrorCode.PIN_NOT_CONFIGURED, ErrorCode.ACCOUNT_HAS_NO_PIN),
    "pin.*phone*": (ErrorCode.PHONE_NOT_VERIFIED, ErrorCode.PHONE_LOGIN_DISABLED),
    "pin.*security_answer": (ErrorCode.ACCOUNT_HAS_NO_SECURITY_ANSWER, ErrorCode.SECURITY_ANSWER_INCORRECT),
    "pin.forgot_*": (ErrorCode.PIN_NOT_CONFIGURED, ErrorCode.ACCOUNT_HAS_NO_PIN),
    "reauthentication.by_*": (ErrorCode.REAUTHENTICATION_DISABLED,),
    "*backup_code*": (ErrorCode.BACKUP_CODES_NOT_CONFIGURED,),
    "*security_answer*": (ErrorCode.SECURITY_QUESTION_ID_INVALID,),
    "account.*_by_uid*": (ErrorCode.UID_INVALID,),
    "account.*_by_email": (ErrorCode.EMAIL_NOT_FOUND,),
    "mfa.*_by_uid": (ErrorCode.UID_INVALID,),
    "passkey.*": (ErrorCode.PASSKEYS_DISABLED,),
    "passkey.*_by_uid": (ErrorCode.UID_INVALID,),
    "pin.[!l]*": (ErrorCode.PIN_NOT_CONFIGURED,),
    "pin.forgot_by_[eu]*": (ErrorCode.EMAIL_SENDING_LIMIT_EXCEEDED,),
    "*_login.by_email*": (ErrorCode.EMAIL_SENDING_LIMIT_EXCEEDED,),
    "risk_based.*": (ErrorCode.MFA_LOGIN_REQUIRED,),
    "custom_object.create_*": (ErrorCode.CUSTOM_OBJECT_LIMIT_EXCEEDED,),
    "account.generate_*": (ErrorCode.PASSWORDLESS_LOGIN_DISABLED, ErrorCode.EMAIL_UID_OR_PHONE_REQUIRED,
        ErrorCode.SMART_LOGIN_DISABLED, ErrorCode.ONE_TOUCH_LOGIN_DISABLED, ErrorCode.PIN_LOGIN_DISABLED,
        ErrorCode.EMAIL_DOMAIN_NOT_ALLOWED),
    "consent.submit_by_*": (ErrorCode.CONSENT_FORM_NOT_CONFIGURED, ErrorCode.CONSENT_FORM_INVALID),
    "registration_data.list*": (ErrorCode.REGISTRATION_DATA_PARENT_NOT_FOUND,
        ErrorCode.REGISTRATION_DATA_CHILD_NOT_FOUND),
    "webhook*.*": (ErrorCode.ENDPOINT_NOT_IN_PLAN,),
}  # fmt: skip


def gaps(operation: Operation) -> Iterator[str]:
    """Yield what is missing from the codes of an operation."""
    scopes = {ErrorCode.ADDITIONAL_API_SECRET_NOT_ALLOWED} if "machine_token" in operation.auth else set()
    about_fields = {ErrorCode.CUSTOM_FIELD_INVALID} if operation.group == "custom_field" else set()  # not of a profile
    codes = operation.codes - scopes - about_fields  # a token of a machine has scopes too, and signs nothing
    for family in TOGETHER:
        missing = set(family) - codes
        if missing != set(family):
            yield from _told(missing, "the others of their family")
    for code, others in FOLLOWS.items():
        if code in codes:
            yield from _told(set(others) - codes, code.name)
    for pattern, wanted in ALIKE.items():
        if fnmatchcase(operation.id, pattern):
            yield from _told(set(wanted) - codes, pattern)
    if "{context_name}" in operation.path:
        yield from _told({ErrorCode.ROLE_CONTEXT_NAME_INVALID} - codes, "a role context in the path")
    if _is_signed(operation):
        yield from _told({ErrorCode.SIGNATURE_MISSING} - codes, "a call that a tenant may demand to be signed")


def _is_signed(operation: Operation) -> bool:
    """Return whether an operation is a call with the secret under management; those of webhooks are never signed."""
    with_secret = "/manage/" in operation.path and "machine_token" not in operation.auth
    return with_secret and not operation.path.startswith("/v2/manage/webhooks")


def _told(missing: set[ErrorCode], beside: str) -> Iterator[str]:
    if missing:
        yield f"{', '.join(code.name for code in sorted(missing))} missing beside {beside}"


def test_codes_that_go_together_are_listed_together() -> None:
    found = {operation.id: list(gaps(operation)) for operation in contracts.operations()}
    assert {name: missing for name, missing in found.items() if missing} == {}


def test_only_calls_with_the_secret_under_management_are_signed() -> None:
    for operation in contracts.operations():
        assert _is_signed(operation) or ErrorCode.SIGNATURE_MISSING not in operation.codes, operation.id


def test_every_family_is_met() -> None:
    listed = {code for operation in contracts.operations() for code in operation.codes}
    named = {code for family in (*TOGETHER, FOLLOWS, *FOLLOWS.values(), *ALIKE.values()) for code in family}
    assert named - listed == set()
