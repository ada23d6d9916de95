"""Know which features of a tenant an operation needs."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache

# Operations, as patterns -> the capability without which a tenant refuses them.
NEEDED_BY = {
    "role.*": "roles",
    "organization*.*": "organizations",
    "permission.*": "organizations",
    "tenant_role.*": "organizations",
    "webhook.*": "webhooks",
    "webhook_legacy.*": "webhooks",
    "resthook.*": "webhooks",
    "smart_login.*": "smart-login",
    "one_touch_login.*": "one-touch",
    "passwordless_login.by_email": "passwordless",
    "passwordless_login.by_username": "passwordless",
    "passwordless_login.by_phone": "passwordless-sms",
    "authentication.register_by_*": "registration",
    "phone.register_by_phone": "registration",
    "authentication.login_by_email": "login-without-captcha",
    "authentication.login_by_username": "login-without-captcha",
    "phone.login_by_phone": "login-without-captcha",
    "risk_based.*": "login-without-captcha",
    "mfa.login_by_*": "login-without-captcha",
    "authentication.forgot_password": "forgotten-password-without-captcha",
    "phone.forgot_password": "forgotten-password-without-captcha",
    "authentication.change_password": "password-change-without-captcha",
    "authentication.update_profile": "profile-update-without-captcha",
}


@cache
def needed(operation: str) -> tuple[str, ...]:
    """Return the capabilities without which a tenant refuses an operation."""
    return matching(NEEDED_BY, operation)


def matching(table: Mapping[str, str], operation: str) -> tuple[str, ...]:
    """Return the capabilities whose pattern an operation matches."""
    return tuple(capability for pattern, capability in table.items() if fnmatchcase(operation, pattern))
