"""Settings of accounts: identifiers, passwords, lockout, lifetimes."""

from typing import Annotated, Any, Literal

import msgspec

from loginradius_harness.emulator.core.differences import OtherCode, OtherMembers
from loginradius_harness.emulator.core.settings.groups import Count, Duration, Lifetime, Switch, Text, Texts, group

Dialect = Literal[
    "2019", "2021", "2023", "current",
    "no_disable_login", "no_password_breached", "null_last_login", "utc_no_date", "pin_token", "identity_dates",
    "sessions_limit", "passkey_members", "text_members", "typed_members", "other_password_hashes", "trimmed_fractions",
    "encrypted_tokens", "typed_factors", "further_members", "session_texts", "camel_case_refusals", "refusal_status",
    "delivery_forms", "delivery_consents",
]  # fmt: skip

_general = group("General")
_identifiers = group("Identifiers and verification")
_passwords = group("Passwords")
_lockout = group("Lockout")
_lifetimes = group("Lifetimes")


class AccountSettings(msgspec.Struct, kw_only=True):
    """What the tenant is, and how accounts come and stay."""

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
    password_blocklist: Annotated[bool, _passwords("Common passwords are refused (PASSWORD_TOO_WEAK)")] = False
    password_profile_words: Annotated[
        bool, _passwords("Passwords made of profile data are refused (PASSWORD_TOO_WEAK)")
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
    directory_page_seconds: Annotated[
        Lifetime, _lifetimes("Life of a page that a query of the directory has named", inferred=True)
    ] = 300
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
