"""Named configurations of a tenant, each by what differs from the defaults."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the names are shown by the command's help, which stays quick without the settings
    from loginradius_harness.emulator.core.settings import Settings

PRESETS: dict[str, dict[str, Any]] = {
    "default": {},
    "verification-optional": {"email_verification": "optional"},
    "verification-disabled": {"email_verification": "disabled"},
    "otp-verification": {"otp_email_verification": True},
    "mfa-optional": {"mfa": "optional"},
    "mfa-required": {"mfa": "required"},
    "mfa-phone-login": {"mfa": "optional", "phone_login": True, "email_login_with_phone_login": True},
    "mfa-username-login": {"mfa": "optional", "username_login": True},
    "passkeys": {"passkeys": True},
    "mfa-passkeys": {"mfa": "required", "mfa_passkey": True},
    "mfa-devices": {"mfa": "optional", "mfa_push": True, "mfa_duo": True, "step_up": True},
    "step-up": {"mfa": "optional", "step_up": True, "pin": True},
    "phone-login": {"phone_login": True, "email_login_with_phone_login": True},
    "username-login": {"username_login": True},
    "duplicate-emails": {"duplicate_emails": True, "username_login": True, "email_verification": "disabled"},
    "passwordless": {
        "otp_email_verification": True, "username_login": True, "phone_login": True,
        "email_login_with_phone_login": True,
    },
    "passwordless-registration": {
        "no_registration_passwordless": True, "phone_login": True, "email_login_with_phone_login": True,
    },
    "pin": {"pin": True, "pin_required": True},
    "pin-otp": {"pin": True, "pin_required": True, "otp_email_verification": True},
    "consent": {"consent": True, "consent_strict": True},
    "privacy-policy": {"privacy_policy_version": "1.0"},
    "security-questions": {},
    "social": {},
    "high-concurrency": {"high_concurrency": True},
    "lockout-captcha": {"lockout_type": "Captcha", "lockout_threshold": 3},
    "lockout-suspend": {"lockout_type": "Suspend", "lockout_threshold": 3},
    "lockout-question": {"lockout_type": "SecurityQuestion", "lockout_threshold": 3},
    "lockout-block": {"lockout_type": "Block", "lockout_threshold": 3},
    "oidc": {},
    "organizations": {"organizations": True},
    "administration": {"server_side_validation": True},
    "consent-forms": {"consent": True},
    "jwt-app": {"jwt_apps": [{"name": "emulated-jwt", "redirect_uris": ["https://app.example.com/jwt"]}]},
    "connectors": {
        "shopify_stores": {"emulated-shop": {"domain": "shop.myshopify.com", "secret": "emulated-multipass-secret"}},
        "bigcommerce_stores": {
            "emulated-store": {
                "domain": "store.mybigcommerce.com", "store_hash": "emulated1", "client_id": "emulated-app",
                "client_secret": "emulated-app-secret", "code": "emulated-code",
            },
        },
        "perfectmind_sites": {"emulated-site": {"domain": "site.perfectmind.com"}},
    },
    "jwt-tokens": {"jwt_tokens": True},
    # As strict as a tenant can be without losing a feature: what the security checks are tried on.
    "strict-security": {
        "server_side_validation": True, "password_min_length": 15, "password_blocklist": True, "password_history": 5,
        "password_profile_words": True,
        "lockout_type": "Suspend", "lockout_threshold": 5, "otp_tries": 5, "otp_seconds": 300, "link_seconds": 86_400,
        "passkey_user_verification": "required", "mfa": "optional",
        "totp_replay_refused": True, "step_up": True, "force_logout": True,
        "refresh_replay_ends_family": True,
        "mail_limit": 3, "sms_limit": 10,
        "allowed_urls": ["https://emulated.hub.loginradius.com/"], "webhook_insecure_targets": False,
        "webhook_private_targets": False, "hash_rounds": 1_000,
    },
}  # fmt: skip


def preset(name: str) -> "Settings":
    """Return the settings of a preset. Raise SettingsError where none has the name."""
    from loginradius_harness.emulator.core.setting_refusals import suggestion  # noqa: PLC0415  # see above
    from loginradius_harness.emulator.core.settings import Settings, SettingsError, changed  # noqa: PLC0415  # see above

    if name not in PRESETS:
        raise SettingsError(f"no preset {name!r}{suggestion(name, PRESETS)}")
    return changed(Settings(), PRESETS[name])
