"""Settings of log-ins: factors, risk, PIN, agreements, and ways without a password."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from loginradius_harness.emulator.core.settings.accounts import AccountSettings
from loginradius_harness.emulator.core.settings.groups import LATEST, Lifetime, Switch, Text, Texts, group

PROVIDERS = ("facebook", "google", "twitter", "linkedin", "apple", "foursquare", "vkontakte", "wechat")
QUESTIONS = {
    "db7a1c1de73a4b7d8f4f9f6a1c8f8c20": "What was the name of your first school?",
    "3f9b2c64d1e24f0c9a7b5e8d6c4a2b10": "In what town did you spend your first holiday?",
}

_lifetimes = group("Lifetimes")
_mfa = group("Multi-factor and step-up")
_features = group("Risk, PIN, privacy and consent")
_logins = group("Other ways to log in")
_questions = group("Security questions")


class LoginSettings(AccountSettings, kw_only=True):
    """How users log in."""

    # product-facts.md#feature-settings
    mfa: Annotated[Switch, _mfa("Whether a log-in takes a second factor")] = "disabled"
    mfa_authenticator: Annotated[bool, _mfa("Authenticator apps are allowed")] = True
    mfa_sms: Annotated[bool, _mfa("Codes by SMS or voice are allowed")] = True
    mfa_email: Annotated[bool, _mfa("Codes by mail are allowed")] = True
    mfa_security_question: Annotated[bool, _mfa("Security questions are allowed")] = True
    mfa_passkey: Annotated[bool, _mfa("Passkeys are allowed as second factor")] = False
    mfa_push: Annotated[bool, _mfa("Push notifications to a phone are allowed")] = False
    mfa_duo: Annotated[bool, _mfa("Duo is allowed as second factor")] = False
    push_service: Annotated[Text, _mfa("Service that sends push notifications; empty: none is configured")] = "AWS"
    push_app_name: Annotated[Text, _mfa("App that scans the QR code of push; empty: it is called like the tenant")] = ""
    push_qr_width: Annotated[int, _mfa("Pixels of the QR code of push", inferred=True, ge=1, le=1_000)] = 150
    duo_api_host: Annotated[Text, _mfa("Host of the Duo account; empty: none is configured")] = (
        "api-emulated.duosecurity.com"
    )
    push_seconds: Annotated[Lifetime, _lifetimes("Life of a push notification or its QR code", inferred=True)] = 300
    duo_seconds: Annotated[Lifetime, _lifetimes("Life of a Duo prompt", inferred=True)] = 300
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
    ] = msgspec.field(default_factory=dict)
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
    ] = msgspec.field(default_factory=list)
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
