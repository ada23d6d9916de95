"""A tenant's configuration: everything in product-facts.md#tenant-configuration and #undocumented, as one typed object.

Every setting has a group, a description and bounds; the console, the control API's document and the fidelity table
read them from here. Durations are seconds unless the name says otherwise. An inferred setting is one whose default no
source states.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from loginradius_harness.emulator.core.differences import OtherCode, OtherMembers
from loginradius_harness.emulator.core.oauth_client import OAuthClient, default_clients
from loginradius_harness.emulator.core.setting_refusals import refusal, suggestion

PROVIDERS = ("facebook", "google", "twitter", "linkedin", "apple", "foursquare", "vkontakte", "wechat")
QUESTIONS = {
    "db7a1c1de73a4b7d8f4f9f6a1c8f8c20": "What was the name of your first school?",
    "3f9b2c64d1e24f0c9a7b5e8d6c4a2b10": "In what town did you spend your first holiday?",
}
RESERVED_CLAIMS = frozenset(["iss", "sub", "aud", "exp", "nbf", "iat", "jti"])  # RFC 7519 4.1
TEN_YEARS = 315_360_000  # seconds: the longest duration
LATEST = 250_000_000_000  # seconds since 1970: the year 9892, beyond which there are no dates

Switch = Literal["disabled", "optional", "required"]
Dialect = Literal[
    "2019", "2021", "2023", "current",
    "no_disable_login", "no_password_breached", "null_last_login", "utc_no_date", "pin_token", "identity_dates",
    "sessions_limit", "passkey_members", "text_members", "typed_members", "other_password_hashes", "trimmed_fractions",
    "encrypted_tokens", "typed_factors", "further_members", "session_texts", "camel_case_refusals", "refusal_status",
    "delivery_forms", "delivery_consents",
]  # fmt: skip
Text = Annotated[str, Meta(max_length=1_000)]
Texts = list[Text]
Duration = Annotated[int, Meta(ge=1, le=TEN_YEARS)]
Lifetime = Annotated[int, Meta(ge=0, le=TEN_YEARS)]  # 0: expires immediately
Count = Annotated[int, Meta(ge=0, le=1_000_000)]  # 0 is off


class SettingsError(Exception):
    """A setting that does not exist or does not take the given value. The message is one sentence for a user."""


def _group(name: str) -> Callable[..., Meta]:
    """Return what describes the settings of one group."""

    def describe(description: str, *, inferred: bool = False, **bounds: Any) -> Meta:
        return Meta(description=description, extra={"group": name, "inferred": inferred}, **bounds)

    return describe


_general = _group("General")
_identifiers = _group("Identifiers and verification")
_passwords = _group("Passwords")
_lockout = _group("Lockout")
_lifetimes = _group("Lifetimes")
_mfa = _group("Multi-factor and step-up")
_features = _group("Risk, PIN, privacy and consent")
_logins = _group("Other ways to log in")
_questions = _group("Security questions")
_messages = _group("Messages and limits")
_data = _group("Records, webhooks and plan")
_federation = _group("OAuth and OpenID Connect")
_network = _group("Request signing and network")


class Settings(msgspec.Struct, kw_only=True):
    """Every member has a default; together they are the `default` preset."""

    app_name: Annotated[
        str,
        _general(
            "Name of the tenant: issuer of tokens and part of its hosted pages' address", min_length=1, max_length=100
        ),
    ] = "emulated"

    dialect: Annotated[
        list[Dialect], _general("Forms of answers: those of products of an age, and single points", max_length=30)
    ] = []
    other_members: Annotated[
        list[OtherMembers], _general("Members that answers of this tenant have beside the usual ones, or lack")
    ] = []
    other_codes: Annotated[
        list[OtherCode], _general("Error codes with which an operation refuses in place of the usual ones")
    ] = []
    xhr_refusals_status_200: Annotated[
        bool,
        _general("Refusals come with status 200 where `X-Requested-With` is XMLHttpRequest", inferred=True),
    ] = True

    # product-facts.md#identifier-settings
    email_verification: Annotated[Switch, _identifiers("Whether an e-mail address must be verified before log-in")] = (
        "required"
    )
    otp_email_verification: Annotated[bool, _identifiers("Mails carry a one-time code instead of a link")] = False
    phone_login: Annotated[bool, _identifiers("Accounts may log in by phone")] = False
    email_login_with_phone_login: Annotated[
        bool, _identifiers("With phone log-in on, accounts may log in by e-mail too", inferred=True)
    ] = False
    username_login: Annotated[bool, _identifiers("Accounts log in by user name")] = False
    case_sensitive_usernames: Annotated[bool, _identifiers("User names keep their case")] = False
    duplicate_emails: Annotated[
        bool, _identifiers("Several accounts may have one e-mail address, told apart by user name")
    ] = False
    required_fields_on_login: Annotated[bool, _identifiers("Log-in asks for required fields that are missing")] = False
    login_on_email_verification: Annotated[bool, _identifiers("Verifying an address logs in")] = False
    logout_on_email_verification: Annotated[bool, _identifiers("Verifying an address ends the account's sessions")] = (
        False
    )
    login_on_password_reset: Annotated[bool, _identifiers("Resetting a password logs in")] = False
    manage_create_verified: Annotated[
        bool, _identifiers("An address of an account made by management counts as verified unless the request says")
    ] = False
    registration_disabled: Annotated[bool, _identifiers("Nobody may register")] = False
    allowed_email_domains: Annotated[
        Texts, _identifiers("Domains and addresses that may register; empty allows all")
    ] = []
    blocked_email_domains: Annotated[Texts, _identifiers("Domains and addresses that may not register")] = []
    minimum_age: Annotated[int, _identifiers("Years; 0 is off", ge=0, le=150)] = 0
    allowed_urls: Annotated[
        Texts, _identifiers("Prefixes of redirect, verification and reset URLs; `*` allows all")
    ] = msgspec.field(default_factory=lambda: ["*"])
    verification_url: Annotated[
        Text, _identifiers("Page that verification links lead to; empty for the hosted page")
    ] = ""
    reset_url: Annotated[Text, _identifiers("Page that password reset links lead to; empty for the hosted page")] = ""
    new_link_cancels_old: Annotated[
        bool, _identifiers("A new link invalidates older ones of its kind", inferred=True)
    ] = True

    # product-facts.md#password-policy
    password_min_length: Annotated[int, _passwords("Characters", ge=1, le=10_000)] = 8
    password_max_length: Annotated[int, _passwords("Characters", ge=1, le=10_000)] = 1000
    password_classes: Annotated[
        list[Literal["lower", "upper", "digit", "symbol"]], _passwords("Classes of characters of which each must occur")
    ] = []
    server_side_validation: Annotated[bool, _passwords("The server itself checks length and classes")] = False
    password_blocklist: Annotated[
        bool, _passwords("Common passwords, and ones made of profile data, are refused (PASSWORD_TOO_WEAK)")
    ] = False
    password_history: Annotated[
        int, _passwords("Former passwords that are refused, beside the current one", ge=0, le=100)
    ] = 0
    refuse_current_password: Annotated[
        bool, _passwords("The current password may not be set again (NEW_PASSWORD_NOT_ALLOWED)", inferred=True)
    ] = True
    password_max_age_days: Annotated[int, _passwords("Days until a password expires; 0: never", ge=0, le=36_500)] = 0
    breached_passwords: Annotated[Texts, _passwords("Passwords that count as known from a breach")] = []
    hash_rounds: Annotated[
        int, _passwords("PBKDF2-SHA256 iterations: cheap by default, for tests", ge=1, le=10_000_000)
    ] = 1

    # product-facts.md#lockout
    lockout_type: Annotated[
        Literal["None", "Suspend", "Captcha", "SecurityQuestion", "Block"],
        _lockout("What happens to an account at the threshold"),
    ] = "None"
    lockout_threshold: Annotated[Count, _lockout("Consecutive failures; 0 is off")] = 0
    lockout_seconds: Annotated[Duration, _lockout("Length of a suspension")] = 900
    lock_at_threshold: Annotated[
        bool, _lockout("The failure that reaches the threshold already answers with the lock's code", inferred=True)
    ] = True
    captcha_answer: Annotated[Text, _lockout("The captcha answer that is right", inferred=True)] = "pass"
    bot_protection: Annotated[
        Texts, _lockout("Names of OptionalRecaptchaConfiguration.Apis that require a captcha")
    ] = []

    # product-facts.md#lifetimes
    jwt_tokens: Annotated[bool, _lifetimes("Access tokens are signed JWTs that name their session", inferred=True)] = (
        False
    )
    jwt_claims: Annotated[
        dict[Text, Any],
        _lifetimes("Further claims of such tokens; `{FirstName}`, `{Email.0.Value}` stand for members of the profile"),
    ] = {}
    access_token_seconds: Annotated[Lifetime, _lifetimes("Life of an access token")] = 900
    remember_me_seconds: Annotated[Lifetime, _lifetimes("Life of an access token of a log-in with remember-me")] = (
        86_400 * 30
    )
    refresh_token_seconds: Annotated[Lifetime, _lifetimes("Life of a refresh token")] = 86_400 * 60
    refresh_replay_ends_family: Annotated[
        bool, _lifetimes("A used refresh token ends all that descend from its log-in (RFC 9700 4.14)")
    ] = False
    request_token_seconds: Annotated[Lifetime, _lifetimes("Life of a request token of a social log-in")] = 900
    link_seconds: Annotated[Lifetime, _lifetimes("Life of a link in a mail")] = 4_320 * 60
    otp_seconds: Annotated[Lifetime, _lifetimes("Life of a one-time code")] = 300
    otp_length: Annotated[int, _lifetimes("Characters of a one-time code", ge=1, le=32)] = 6
    otp_kind: Annotated[Literal["Numeric", "Alphanumeric"], _lifetimes("Alphabet of one-time codes")] = "Numeric"
    new_otp_cancels_old: Annotated[
        bool, _lifetimes("A new code invalidates older ones of its purpose", inferred=True)
    ] = True
    otp_tries: Annotated[
        Count, _lifetimes("Wrong guesses that invalidate a code; 0: only the lockout counts", inferred=True)
    ] = 0
    second_factor_seconds: Annotated[Lifetime, _lifetimes("Life of the token of an MFA challenge", inferred=True)] = 900
    consent_token_seconds: Annotated[Lifetime, _lifetimes("Life of a consent token", inferred=True)] = 900
    pin_auth_seconds: Annotated[Lifetime, _lifetimes("Life of a PIN auth token", inferred=True)] = 900
    step_up_seconds: Annotated[Lifetime, _lifetimes("Life of a re-authentication token", inferred=True)] = 600
    pin_session_seconds: Annotated[Lifetime, _lifetimes("Life of a PIN session token")] = 86_400 * 7
    delete_seconds: Annotated[Lifetime, _lifetimes("Life of an account deletion link", inferred=True)] = 4_320 * 60
    sott_minutes: Annotated[int, _lifetimes("Minutes that a generated SOTT is valid", ge=1, le=5_256_000)] = 10
    sott_skew_seconds: Annotated[
        int, _lifetimes("Clock difference that a SOTT may have", inferred=True, ge=0, le=86_400)
    ] = 300
    sott_single_use: Annotated[bool, _lifetimes("A SOTT registers one account only", inferred=True)] = False
    force_logout: Annotated[bool, _lifetimes("Changing or resetting a password ends the account's other sessions")] = (
        False
    )
    session_limit: Annotated[Count, _lifetimes("Live sessions of an account; 0 is off")] = 0
    sessions_kept: Annotated[
        int, _lifetimes("Sessions of an account that are kept, the newest: a bound of the emulator", ge=1, le=100_000)
    ] = 100

    # product-facts.md#feature-settings
    mfa: Annotated[Switch, _mfa("Whether a log-in takes a second factor")] = "disabled"
    mfa_authenticator: Annotated[bool, _mfa("Authenticator apps are allowed")] = True
    mfa_sms: Annotated[bool, _mfa("Codes by SMS or voice are allowed")] = True
    mfa_email: Annotated[bool, _mfa("Codes by mail are allowed")] = True
    mfa_security_question: Annotated[bool, _mfa("Security questions are allowed")] = True
    mfa_passkey: Annotated[bool, _mfa("Passkeys are allowed as second factor")] = False
    totp_drift_steps: Annotated[
        int, _mfa("Steps of 30 seconds that an authenticator app may be ahead or behind", inferred=True, ge=0, le=100)
    ] = 1
    totp_replay_refused: Annotated[
        bool, _mfa("An authenticator code is accepted once only (RFC 6238 5.2); the product documents nothing")
    ] = False
    step_up: Annotated[bool, _mfa("Re-authentication is on")] = False

    # product-facts.md#feature-settings
    risk_based: Annotated[bool, _features("Log-ins from a new browser or address are reported by mail")] = False
    risk_action: Annotated[Literal["none", "block"], _features("What happens to such a log-in beside the mail")] = (
        "none"
    )
    pin: Annotated[bool, _features("PIN log-in is on")] = False
    pin_required: Annotated[bool, _features("A log-in asks for a PIN to be set")] = False
    pin_at_registration: Annotated[bool, _features("Registration requires PINInfo (PIN_REQUIRED)")] = False
    pin_min_length: Annotated[int, _features("Characters", ge=1, le=100)] = 4
    pin_max_length: Annotated[int, _features("Characters", ge=1, le=100)] = 8
    privacy_policy_version: Annotated[Text, _features("First version of the privacy policy; empty: none")] = ""
    later_policies: Annotated[
        dict[Text, Annotated[float, Meta(ge=0, le=LATEST)]],
        _features("Later versions, each with the time from which it holds, in seconds since 1970"),
    ] = {}
    privacy_policy_mode: Annotated[
        Literal["Moderated", "Strict"], _features("Strict mode refuses a log-in until the current version is accepted")
    ] = "Moderated"
    consent: Annotated[bool, _features("The tenant has a consent form")] = False
    consent_strict: Annotated[bool, _features("Every option of the form must be accepted")] = False
    consent_form_version: Annotated[int, _features("Version of the consent form", ge=1, le=1_000_000)] = 1
    consent_options: Annotated[Texts, _features("ConsentOptionIds of the form")] = msgspec.field(
        default_factory=lambda: ["terms"]
    )

    # product-facts.md#passwordless, #social-login
    passwordless: Annotated[bool, _logins("Log-in by a mailed link or code")] = True
    smart_login: Annotated[bool, _logins("Log-in by a link that is opened on another device")] = True
    one_touch: Annotated[bool, _logins("Log-in without an account")] = True
    no_registration_passwordless: Annotated[
        bool, _logins("Passwordless log-in creates an account for an unknown address")
    ] = False
    # product-facts.md#passkeys
    passkeys: Annotated[bool, _logins("Log-in by passkey")] = False
    passkey_selection: Annotated[
        Literal["AutoFill", "Button", "Both"], _logins("How pages offer passkeys; Button refuses autofill")
    ] = "Both"
    passkey_rp_id: Annotated[Text, _logins("Domain that passkeys belong to (RP ID)", inferred=True)] = "localhost"
    passkey_origins: Annotated[
        Texts, _logins("Origins that may use passkeys; empty: every https origin of the domain, http for localhost")
    ] = []
    passkey_user_verification: Annotated[
        Literal["discouraged", "preferred", "required"], _logins("Whether the authenticator verifies its user")
    ] = "preferred"
    passkey_seconds: Annotated[Lifetime, _lifetimes("Life of a passkey challenge: its timeout", inferred=True)] = 60
    social_providers: Annotated[Texts, _logins("Configured social providers")] = msgspec.field(
        default_factory=lambda: list(PROVIDERS)
    )
    custom_jwt_providers: Annotated[Texts, _logins("Names of providers whose own JWTs are accepted")] = msgspec.field(
        default_factory=lambda: ["myjwt"]
    )
    custom_jwt_key: Annotated[Text, _logins("HS256 key of the id tokens of every provider", min_length=1)] = (
        "emulated-jwt-key"
    )
    social_registration: Annotated[bool, _logins("A social log-in may create an account")] = True
    account_linking: Annotated[bool, _logins("Social identities can be linked to an account")] = True
    automatic_linking: Annotated[bool, _logins("A social log-in joins the account that has its verified address")] = (
        True
    )
    no_callback_social: Annotated[bool, _logins("Devices may poll for a social log-in")] = True
    token_refresh_by_provider: Annotated[bool, _logins("A provider's access token can be refreshed")] = True

    # product-facts.md#appinfo, #password-change
    security_questions: Annotated[dict[Text, Text], _questions("Question by its id")] = msgspec.field(
        default_factory=lambda: dict(QUESTIONS)
    )
    security_question_count: Annotated[int, _questions("Answers that are asked for", ge=1, le=100)] = 1
    security_answer_tries: Annotated[
        int, _questions("Wrong answers after which no answer resets a password", ge=1, le=1_000)
    ] = 3

    # product-facts.md#rate-limits
    sms_provider: Annotated[bool, _messages("An SMS provider is configured")] = True
    mail_limit: Annotated[
        Count, _messages("Mails to an address in a period; 0 is off (EMAIL_SENDING_LIMIT_EXCEEDED)")
    ] = 0
    mail_window_seconds: Annotated[Duration, _messages("The period of mails and generated tokens")] = 1_440 * 60
    sms_limit: Annotated[Count, _messages("SMS to a number in a period; 0 is off (SMS_SENDING_LIMIT_EXCEEDED)")] = 0
    sms_window_seconds: Annotated[Duration, _messages("The period of SMS and generated OTPs")] = 300
    token_limit: Annotated[
        Count, _messages("Generated tokens of an account in a period; 0 is off (TOKEN_GENERATION_LIMIT_EXCEEDED)")
    ] = 0
    otp_limit: Annotated[
        Count, _messages("Generated OTPs of an account in a period; 0 is off (OTP_GENERATION_LIMIT_EXCEEDED)")
    ] = 0
    rate_limit_per_second: Annotated[Count, _messages("Requests of the tenant in a second; 0 is off")] = 0
    rate_limit_envelope: Annotated[bool, _messages("A 429 has a body", inferred=True)] = False
    retry_after_seconds: Annotated[
        int, _messages("Retry-After of a 429; 0: no header", inferred=True, ge=0, le=86_400)
    ] = 0

    # product-facts.md#roles-and-records, #webhooks
    custom_objects: Annotated[Texts, _data("Names of configured custom objects")] = msgspec.field(
        default_factory=lambda: ["customobject"]
    )
    any_custom_object: Annotated[bool, _data("An unknown object name counts as configured")] = True
    custom_object_limit: Annotated[int, _data("Records of an account and object", ge=0, le=1_000_000)] = 1000
    deleted_objects_listed: Annotated[
        bool, _data("Deleted records stay in the list of custom objects, marked and counted")
    ] = False
    custom_fields: Annotated[Texts, _data("Names allowed in CustomFields; empty allows all, up to 15")] = []
    webhook_limit: Annotated[
        int, _data("Subscriptions of an event; that they count by event is inferred", ge=0, le=10_000)
    ] = 5
    webhook_secret: Annotated[Text, _data("Key that signs deliveries; empty: the API secret")] = ""
    webhook_insecure_targets: Annotated[bool, _data("Targets of webhooks may be plain http")] = True
    webhook_private_targets: Annotated[
        bool, _data("Deliveries may go to addresses that are not public: loopback, private, metadata", inferred=True)
    ] = True
    webhook_hosts: Annotated[Texts, _data("Hosts beside this machine that deliveries are really sent to")] = []
    disabled_features: Annotated[Texts, _data("Groups of operations outside the plan (ENDPOINT_NOT_IN_PLAN)")] = []
    api_key_disabled: Annotated[bool, _data("The API key is disabled (API_KEY_NOT_ALLOWED)")] = False

    # product-facts.md#federation
    federation_apps: Annotated[Texts, _federation("Names of the apps, each for OpenID Connect and for OAuth")] = (
        msgspec.field(default_factory=lambda: ["emulated"])
    )
    oauth_clients: Annotated[
        list[OAuthClient], _federation("Clients with their secret and, in the names of RFC 7591, their metadata")
    ] = msgspec.field(default_factory=default_clients)
    authorization_code_seconds: Annotated[Lifetime, _federation("Life of an authorization code")] = 50
    oauth_token_seconds: Annotated[Lifetime, _federation("Life of an access token or id token")] = 3_600
    oauth_refresh_seconds: Annotated[Lifetime, _federation("Life of a refresh token")] = 86_400
    machine_token_seconds: Annotated[Lifetime, _federation("Life of the access token of a machine")] = 86_400
    device_code_seconds: Annotated[Lifetime, _federation("Life of a device code")] = 1_800
    device_poll_seconds: Annotated[Lifetime, _federation("Shortest time between two questions of a device")] = 10
    hub_session_seconds: Annotated[Lifetime, _federation("Life of a log-in at the hosted page")] = 600
    device_verified_url: Annotated[Text, _federation("Page that a user sees who has allowed a device")] = (
        "https://app.example.com/device"
    )
    dynamic_registration: Annotated[
        bool, _federation("Clients of OpenID Connect may register themselves", inferred=True)
    ] = True
    pushed_requests: Annotated[bool, _federation("Authorization requests may be pushed", inferred=True)] = True

    # product-facts.md#request-signing
    request_signing: Annotated[
        Literal["off", "preferred", "strict"],
        _network("Whether management calls are signed instead of carrying the secret"),
    ] = "off"
    blocked_ips: Annotated[Texts, _network("Addresses that are refused (IP_ADDRESS_NOT_ALLOWED)")] = []
    max_body_bytes: Annotated[int, _network("Largest body of a request", ge=1, le=1_000_000_000)] = 1_000_000
    gzip: Annotated[bool, _network("Responses are compressed for clients that accept gzip", inferred=True)] = True

    def __post_init__(self) -> None:
        """Refuse minimum lengths above the maximum ones, and claims that are not the tenant's to choose."""
        for kind in ("password", "pin"):
            if getattr(self, f"{kind}_min_length") > getattr(self, f"{kind}_max_length"):
                raise ValueError(f"{kind}_min_length must not exceed {kind}_max_length")
        if reserved := RESERVED_CLAIMS & self.jwt_claims.keys():
            raise ValueError(f"jwt_claims must not contain {', '.join(sorted(reserved))}: every token has its own")


def changed(settings: Settings, patch: dict[str, Any]) -> Settings:
    """Return a copy with some members replaced.

    Raise SettingsError that names every unknown setting, or the first value outside its bounds.
    """
    known = Settings.__struct_fields__
    unknown = [f"no setting {name!r}{suggestion(name, known)}" for name in patch if name not in known]
    if unknown:
        raise SettingsError("; ".join(unknown))
    try:
        return msgspec.convert({**msgspec.to_builtins(settings), **patch}, Settings)
    except msgspec.ValidationError as error:
        raise SettingsError(refusal(error, Settings)) from None
