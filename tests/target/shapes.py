"""Shapes of plain tenants: how the tenants of real projects differ."""

from loginradius_harness.checks.error_scenarios.tenant_settings import PROTECTED

OTHER_MEMBERS = '["no_password_breached", "further_members"]'
FEW_FEATURES = {
    "disabled_features": '["role", "webhook", "webhook_legacy", "resthook"]',
    "custom_objects": "[]",
    "any_custom_object": "false",
    "smart_login": "false",
    "one_touch": "false",
    "passwordless": "false",
    "sms_provider": "false",
}

# Shape -> options of the emulator. Accounts, a role, a webhook and registration data of others are on all of them.
SHAPES: dict[str, list[str]] = {
    "verification required": [],
    "verification optional": ["--preset", "verification-optional"],
    "verification disabled": ["--preset", "verification-disabled"],
    "codes instead of links": ["--preset", "otp-verification"],
    "MFA optional": ["--preset", "mfa-optional"],
    "MFA required": ["--preset", "mfa-required"],
    "phone login": ["--preset", "phone-login"],
    "phone login only": ["--set", "phone_login=true"],
    "user name login": ["--preset", "username-login"],
    "PIN": ["--preset", "pin"],
    "everything": ["--preset", "passwordless", "--set", "mfa=optional", "--set", "pin=true", "--set", "consent=true"],
    "usual": ["--preset", "mfa-phone-login", "--set", "email_verification=optional", "--set", "pin=true"],
    "few features": [word for name, value in FEW_FEATURES.items() for word in ("--set", f"{name}={value}")],
    "captcha": ["--set", "bot_protection=" + str(PROTECTED.split()).replace("'", '"')],
    "suspension": ["--preset", "lockout-suspend"],
    "other members": ["--preset", "verification-optional", "--set", f"dialect={OTHER_MEMBERS}"],
}
SAMPLE = ("verification required", "verification optional", "MFA optional")  # on each push
