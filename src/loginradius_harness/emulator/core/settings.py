"""A tenant's configuration: everything in product-facts.md#tenant-configuration and #undocumented, as one typed object.

Durations are seconds unless the name says otherwise. A setting whose value no source states says `(inferred)`.
"""

from difflib import get_close_matches
from typing import Any, Literal

import msgspec

PROVIDERS = ("facebook", "google", "twitter", "linkedin", "apple", "foursquare", "vkontakte", "wechat")
QUESTIONS = {
    "db7a1c1de73a4b7d8f4f9f6a1c8f8c20": "What was the name of your first school?",
    "3f9b2c64d1e24f0c9a7b5e8d6c4a2b10": "In what town did you spend your first holiday?",
}

Switch = Literal["disabled", "optional", "required"]


class SettingsError(Exception):
    """A setting that does not exist or does not take the given value. The message is for people."""


class Settings(msgspec.Struct, kw_only=True):
    """Every member has a default; together they are the `default` preset."""

    app_name: str = "emulated"

    # identifiers and verification (product-facts.md#identifier-settings)
    email_verification: Switch = "required"
    otp_email_verification: bool = False  # mail carries an OTP instead of a link
    phone_login: bool = False
    email_login_with_phone_login: bool = False  # (inferred) both kinds of login allowed
    username_login: bool = False
    case_sensitive_usernames: bool = False
    duplicate_emails: bool = False  # one e-mail on several accounts, told apart by user name
    required_fields_on_login: bool = False
    login_on_email_verification: bool = False
    logout_on_email_verification: bool = False
    login_on_password_reset: bool = False
    registration_disabled: bool = False
    allowed_email_domains: list[str] = []
    blocked_email_domains: list[str] = []
    minimum_age: int = 0  # years; 0 is off
    allowed_urls: list[str] = msgspec.field(
        default_factory=lambda: ["*"]
    )  # redirect, verification and reset URLs; `*` allows all
    verification_url: str = "https://emulated.hub.loginradius.com/auth.aspx"
    reset_url: str = "https://emulated.hub.loginradius.com/auth.aspx"
    new_link_cancels_old: bool = True  # (inferred)

    # passwords (product-facts.md#password-policy)
    password_min_length: int = 8
    password_max_length: int = 1000
    password_classes: list[Literal["lower", "upper", "digit", "symbol"]] = []  # each must occur
    server_side_validation: bool = False  # whether the server itself looks at length and classes
    password_blocklist: bool = False  # common passwords, and ones made of profile data, answer PASSWORD_TOO_WEAK
    password_history: int = 0  # how many former passwords are refused, beside the current one
    refuse_current_password: bool = True  # (inferred) NEW_PASSWORD_NOT_ALLOWED
    password_max_age_days: int = 0  # 0: never expires
    breached_passwords: list[str] = []
    hash_rounds: int = 1  # PBKDF2-SHA256 iterations: cheap by default, for tests

    # lockout (product-facts.md#lockout)
    lockout_type: Literal["None", "Suspend", "Captcha", "SecurityQuestion", "Block"] = "None"
    lockout_threshold: int = 0  # consecutive failures; 0 is off
    lockout_seconds: int = 900
    lock_at_threshold: bool = True  # (inferred) the N-th wrong attempt already answers with the lock code
    captcha_pass: str = "pass"  # noqa: S105  # (inferred) the captcha answer that is right; not a password
    bot_protection: list[str] = []  # names of OptionalRecaptchaConfiguration.Apis that demand a captcha

    # lifetimes (product-facts.md#lifetimes)
    jwt_tokens: bool = False  # (inferred) access tokens are signed JWTs that name their session
    access_token_seconds: int = 900
    remember_me_seconds: int = 86_400 * 30
    refresh_token_seconds: int = 86_400 * 60
    request_token_seconds: int = 900
    link_seconds: int = 4_320 * 60
    otp_seconds: int = 300
    otp_length: int = 6
    otp_kind: Literal["Numeric", "Alphanumeric"] = "Numeric"
    new_otp_cancels_old: bool = True  # (inferred)
    otp_tries: int = 0  # (inferred) wrong guesses before a code dies; 0: only the lockout counter
    second_factor_seconds: int = 900  # (inferred)
    consent_token_seconds: int = 900  # (inferred)
    pin_auth_seconds: int = 900  # (inferred)
    step_up_seconds: int = 600  # (inferred)
    pin_session_seconds: int = 86_400 * 7
    delete_seconds: int = 4_320 * 60  # (inferred) like the other links
    sott_minutes: int = 10
    sott_skew_seconds: int = 300  # (inferred)
    sott_single_use: bool = False  # (inferred)
    force_logout: bool = False  # password change and reset end the other sessions
    session_limit: int = 0  # live sessions per user; 0 is off
    sessions_kept: int = 100  # an emulator's bound: older sessions of one user are forgotten

    # multi-factor and step-up (product-facts.md#feature-settings)
    mfa: Switch = "disabled"
    mfa_authenticator: bool = True
    mfa_sms: bool = True
    mfa_email: bool = True
    mfa_security_question: bool = True
    totp_drift_steps: int = 1  # (inferred)
    totp_replay_refused: bool = False  # the product documents nothing; RFC 6238 5.2 asks for it
    step_up: bool = False

    # risk, PIN, privacy, consent (product-facts.md#feature-settings)
    risk_based: bool = False
    risk_action: Literal["none", "block"] = "none"  # beside the mail to the person
    pin: bool = False
    pin_required: bool = False
    pin_at_registration: bool = False  # PINInfo is needed to register -> PIN_REQUIRED
    pin_min_length: int = 4
    pin_max_length: int = 8
    privacy_policy_version: str = ""  # empty: none configured
    later_policies: dict[str, float] = {}  # further versions, and since when each holds (seconds since 1970)
    privacy_policy_mode: Literal["Moderated", "Strict"] = "Moderated"
    consent: bool = False
    consent_strict: bool = False
    consent_form_version: int = 1
    consent_options: list[str] = msgspec.field(
        default_factory=lambda: ["terms"]
    )  # ConsentOptionIds of the form; all must be accepted in a strict form

    # other ways to log in (product-facts.md#passwordless, #social-login)
    passwordless: bool = True
    smart_login: bool = True
    one_touch: bool = True
    no_registration_passwordless: bool = False
    social_providers: list[str] = msgspec.field(default_factory=lambda: list(PROVIDERS))
    custom_jwt_providers: list[str] = msgspec.field(default_factory=lambda: ["myjwt"])
    custom_jwt_key: str = "emulated-jwt-key"  # signs and checks (HS256) the id tokens of every provider
    social_registration: bool = True
    account_linking: bool = True
    automatic_linking: bool = True
    no_callback_social: bool = True
    token_refresh_by_provider: bool = True

    # security questions (product-facts.md#appinfo, #password-change)
    security_questions: dict[str, str] = msgspec.field(default_factory=lambda: dict(QUESTIONS))  # id -> text
    security_question_count: int = 1
    security_answer_tries: int = 3  # wrong answers before answers no longer reset a password

    # messages and limits (product-facts.md#rate-limits)
    sms_provider: bool = True
    mail_limit: int = 0  # mails per address and window; 0 is off -> EMAIL_SENDING_LIMIT_EXCEEDED
    mail_window_seconds: int = 1_440 * 60
    sms_limit: int = 0  # -> SMS_SENDING_LIMIT_EXCEEDED
    sms_window_seconds: int = 300
    token_limit: int = 0  # generated tokens per account and window -> TOKEN_GENERATION_LIMIT_EXCEEDED
    otp_limit: int = 0  # generated OTPs per account and window -> OTP_GENERATION_LIMIT_EXCEEDED
    rate_limit_per_second: int = 0  # requests per tenant; 0 is off
    rate_limit_envelope: bool = False  # (inferred) 429 has an empty body unless this is on
    retry_after_seconds: int = 0  # (inferred) sent with 429 when above 0

    # roles, data, hooks, permissions
    custom_objects: list[str] = msgspec.field(default_factory=lambda: ["customobject"])  # names of configured objects
    any_custom_object: bool = True  # an unknown object name is taken as configured
    custom_object_limit: int = 1000  # records per account and object
    custom_fields: list[str] = []  # names allowed in CustomFields; empty allows all, up to 15
    webhook_limit: int = 5  # subscriptions; that they count per event is (inferred)
    webhook_secret: str = ""  # signs deliveries; empty: the API secret does
    webhook_insecure_targets: bool = True  # plain http to receivers on this machine
    webhook_private_targets: bool = True  # (inferred) addresses that are not public: loopback, private, metadata
    webhook_hosts: list[str] = []  # hosts beside this machine that deliveries really go to
    disabled_features: list[str] = []  # plan gates: groups of operations that answer ENDPOINT_NOT_IN_PLAN
    api_key_disabled: bool = False  # API_KEY_NOT_ALLOWED

    # request signing, network (product-facts.md#request-signing)
    request_signing: Literal["off", "preferred", "strict"] = "off"
    blocked_ips: list[str] = []
    max_body_bytes: int = 1_000_000


PRESETS: dict[str, dict[str, Any]] = {
    "default": {},
    "verification-optional": {"email_verification": "optional"},
    "verification-disabled": {"email_verification": "disabled"},
    "otp-verification": {"otp_email_verification": True},
    "mfa-optional": {"mfa": "optional"},
    "mfa-required": {"mfa": "required"},
    "mfa-phone-login": {"mfa": "optional", "phone_login": True, "email_login_with_phone_login": True},
    "mfa-username-login": {"mfa": "optional", "username_login": True},
    "step-up": {"mfa": "optional", "step_up": True, "pin": True},
    "phone-login": {"phone_login": True, "email_login_with_phone_login": True},
    "username-login": {"username_login": True},
    "duplicate-emails": {"duplicate_emails": True, "username_login": True, "email_verification": "disabled"},
    "passwordless": {
        "otp_email_verification": True, "username_login": True, "phone_login": True,
        "email_login_with_phone_login": True,
    },
    "pin": {"pin": True, "pin_required": True},
    "pin-otp": {"pin": True, "pin_required": True, "otp_email_verification": True},
    "consent": {"consent": True, "consent_strict": True},
    "privacy-policy": {"privacy_policy_version": "1.0"},
    "security-questions": {},
    "social": {},
    "lockout-captcha": {"lockout_type": "Captcha", "lockout_threshold": 3},
    "lockout-suspend": {"lockout_type": "Suspend", "lockout_threshold": 3},
    "lockout-question": {"lockout_type": "SecurityQuestion", "lockout_threshold": 3},
    "lockout-block": {"lockout_type": "Block", "lockout_threshold": 3},
    "jwt-tokens": {"jwt_tokens": True},
    # As strict as a tenant can be without losing a feature: what the security checks are tried on.
    "strict-security": {
        "server_side_validation": True, "password_min_length": 15, "password_blocklist": True, "password_history": 5,
        "lockout_type": "Suspend", "lockout_threshold": 5, "otp_tries": 5, "otp_seconds": 300, "link_seconds": 86_400,
        "mfa": "optional", "totp_replay_refused": True, "step_up": True, "force_logout": True,
        "mail_limit": 3, "sms_limit": 10,
        "allowed_urls": ["https://emulated.hub.loginradius.com/"], "webhook_insecure_targets": False,
        "webhook_private_targets": False, "hash_rounds": 1_000,
    },
}  # fmt: skip


def preset(name: str) -> Settings:
    """The settings of a preset; SettingsError where there is none of that name."""
    if name not in PRESETS:
        raise SettingsError(f"no preset {name!r}{_suggestion(name, PRESETS)}")
    return changed(Settings(), PRESETS[name])


def changed(settings: Settings, patch: dict[str, Any]) -> Settings:
    """A copy with some members replaced; SettingsError names every unknown name and the first wrong value."""
    known = Settings.__struct_fields__
    unknown = [f"no setting {name!r}{_suggestion(name, known)}" for name in patch if name not in known]
    if unknown:
        raise SettingsError("; ".join(unknown))
    try:
        return msgspec.convert({**msgspec.to_builtins(settings), **patch}, Settings)
    except msgspec.ValidationError as error:
        raise SettingsError(f"setting refused: {error}") from None


def _suggestion(name: str, known: Any) -> str:
    near = get_close_matches(name, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
