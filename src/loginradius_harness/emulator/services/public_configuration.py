"""The tenant's public configuration as `/ciam/appinfo` shows it, rendered from the settings.

Source: product-facts.md#appinfo.
"""

from typing import Any

from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.core.settings import Settings

Json = Any

CAPTCHA_APIS = (
    "PostForgotPasswordByEmail",
    "PostForgotPasswordByPhone",
    "PutChangePassword",
    "PostLoginByEmailAndPassword",
    "PostLoginByUserNameAndPassword",
    "PostLoginByPhoneAndPassword",
    "PutUpdateProfile",
)
FORM = (  # name, label, type, rules; {min} and {max} are the password's bounds
    ("firstname", "First Name", "string", ""),
    ("lastname", "Last Name", "string", ""),
    ("emailid", "Email Id", "string", "valid_email|required"),
    ("password", "Password", "password", "min_length[{min}]|max_length[{max}]|required"),
    ("confirmpassword", "Confirm Password", "password", "matches[password]|required"),
)


def render(
    settings: Settings, key: str, providers: list[str], passkeys: Json, custom_fields: list[Json]
) -> dict[str, Json]:
    """Everything that a front end may know.

    `key` is the tenant's API key, `providers` are the social ones that it offers, `passkeys` are the settings of
    passkeys, `custom_fields` those of the form.
    """
    return {
        "AppName": settings.app_name,
        "IsHttps": True,
        "IsCustomerRegistration": True,
        "ApiVersion": {"v1": False, "v2": True},
        "SocialSchema": {"Providers": [_provider(settings, key, name) for name in providers]},
        "RegistrationFormSchema": [*(_field(settings, *field) for field in FORM), *custom_fields],
        "SecurityQuestions": _questions(settings),
        "EmailVerificationFlow": settings.email_verification,
        **_switches(settings),
        "V2RecaptchaSiteKey": "",
        "QQTencentCaptchaKey": "",
        "LoginLockedConfiguration": {
            "LoginLockedType": settings.lockout_type,
            "MaximumFailedLoginAttempts": settings.lockout_threshold,
            "SuspendConfiguration": {"EffectivePeriodInSeconds": settings.lockout_seconds},
        },
        "IsInstantSignin": {"EmailLink": settings.passwordless, "SmsOtp": settings.passwordless},
        "TwoFactorAuthentication": _second_factors(settings),
        "PrivacyPolicyConfiguration": _policy(settings),
        "OptionalRecaptchaConfiguration": {
            "IsEnabled": bool(settings.bot_protection),
            "Apis": {name: name in settings.bot_protection for name in CAPTCHA_APIS},
        },
        "ApiRequestSigningConfig": {},
        "CustomDomain": None,
        "TemplateVerificationTypes": _verification_types(settings),
        "PassKeysConfig": passkeys,
    }


def _provider(settings: Settings, key: str, name: str) -> dict[str, str]:
    page = f"https://{settings.app_name}.hub.loginradius.com/RequestHandler.aspx"
    return {"Name": name.capitalize(), "Endpoint": f"{page}?apikey={key}&provider={name}"}


def _field(settings: Settings, name: str, label: str, kind: str, rules: str) -> dict[str, Json]:
    return {
        "Checked": True,
        "type": kind,
        "name": name,
        "display": label,
        "rules": rules.format(min=settings.password_min_length, max=settings.password_max_length),
        "options": None,
        "permission": "w",
        "DataSource": None,
        "Parent": "",
        "ParentDataSource": None,
    }


def _questions(settings: Settings) -> dict[str, Json]:
    asked = [{"QuestionId": question, "Question": text} for question, text in settings.security_questions.items()]
    return {"Questions": asked, "SecurityQuestionCount": settings.security_question_count}


def _switches(settings: Settings) -> dict[str, bool]:
    return {
        "IsPhoneLogin": settings.phone_login,
        "IsUserNameLogin": settings.username_login,
        "DuplicateEmailWithUniqueUsername": settings.duplicate_emails,
        "CheckPhoneNoAvailabilityOnRegistration": True,
        "IsDisabledSocialRegistration": not settings.social_registration,
        "IsDisabledAccountLinking": not settings.account_linking,
        "IsAgeRestriction": settings.minimum_age > 0,
        "IsSecurityQuestion": bool(settings.security_questions),
        "NoRegistration": settings.registration_disabled,
        "AskRequiredFieldsOnTraditionalLogin": settings.required_fields_on_login,
        "AskPasswordOnSocialLogin": False,
        "AskEmailIdForUnverifiedUserLogin": False,
        "AskOptionalFieldsOnSocialSignup": False,
        "IsLogoutOnEmailVerification": settings.logout_on_email_verification,
        "IsLoginOnEmailVerification": settings.login_on_email_verification,
        "LoginOnPasswordReset": settings.login_on_password_reset,
        "OTPEmailVerification": settings.otp_email_verification,
        "IsNoCallbackForSocialLogin": settings.no_callback_social,
        "IsMobileCallbackForSocialLogin": False,
        "IsAutoLookUpEnabled": False,
        "IsBackendJobEnabled": False,
        "IsRememberMe": False,
        "StoreOnlyRegistrationFormFieldsForSocial": False,
        "IsRiskBasedAuthentication": settings.risk_based,
        "IsInvisibleRecaptcha": False,
        "IsV2Recaptcha": bool(settings.bot_protection),
    }


def _second_factors(settings: Settings) -> dict[str, bool]:
    return {
        "IsEnabled": settings.mfa != "disabled",
        "IsRequired": settings.mfa == "required",
        "IsGoogleAuthenticator": settings.mfa_authenticator,
        "IsAuthenticator": settings.mfa_authenticator,
        "IsPushAuthenticator": settings.mfa_push,
        "IsEmailOTPAuthenticator": settings.mfa_email,
        "IsSecurityQuestionAuthenticator": settings.mfa_security_question,
        "IsSmsOTPAuthenticator": settings.mfa_sms,
        "IsDuoSecurityAuthenticator": settings.mfa_duo,
        "IsPasskeyAuthenticator": settings.mfa_passkey,
    }


def _policy(settings: Settings) -> dict[str, Json]:
    first = {settings.privacy_policy_version: 0.0} if settings.privacy_policy_version else {}
    policies = {**first, **settings.later_policies}
    return {
        "IsEnabled": bool(policies),
        "Mode": settings.privacy_policy_mode,
        "PrivacyPolicies": [
            {"Version": version, "StartDateTime": iso(start, 3)} for version, start in policies.items()
        ],
    }


def _verification_types(settings: Settings) -> dict[str, str]:
    """How each mail proves itself: by a link or, where the tenant says so, by a code."""
    mails = "OTP" if settings.otp_email_verification else "MAGICLINK"
    by_setting = dict.fromkeys(("AddEmail", "ForgotPIN", "ForgotPassword", "Registration"), mails)
    by_link = dict.fromkeys(
        ("AutoLogin", "DeleteAccount", "NoRegistrationPasswordlessLogin", "OneClickSignin"), "MAGICLINK"
    )
    return by_setting | by_link
