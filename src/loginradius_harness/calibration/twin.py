"""Describe a tenant as a configuration of the emulator: settings, features, dialect, members and codes."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from loginradius_harness.calibration import places
from loginradius_harness.calibration.findings import Findings
from loginradius_harness.client.client import Client
from loginradius_harness.contracts.overlay import Difference, Key, Overlay, code_of
from loginradius_harness.target import capabilities

Json = Any
VERSION = 1

DEFAULT_ON = frozenset({"smart-login", "one-touch", "passwordless", "roles", "webhooks"})  # others are off by default

# Capability -> the emulator's settings where the tenant lacks it, and where it has it.
FEATURES: Mapping[str, tuple[dict[str, Json], dict[str, Json]]] = {
    "pin": ({"pin": False}, {"pin": True}),
    "consent": ({"consent": False}, {"consent": True}),
    "smart-login": ({"smart_login": False}, {"smart_login": True}),
    "one-touch": ({"one_touch": False}, {"one_touch": True}),
    "passwordless": ({"passwordless": False}, {"passwordless": True}),
    "roles": ({"disabled_features": ["role"]}, {}),
    "webhooks": ({"disabled_features": ["webhook", "webhook_legacy", "resthook"]}, {}),
}

# Setting of the emulator -> member of the public configuration that has the same value.
_SAME = {
    "email_verification": "EmailVerificationFlow",
    "otp_email_verification": "OTPEmailVerification",
    "phone_login": "IsPhoneLogin",
    "username_login": "IsUserNameLogin",
    "duplicate_emails": "DuplicateEmailWithUniqueUsername",
    "required_fields_on_login": "AskRequiredFieldsOnTraditionalLogin",
    "login_on_email_verification": "IsLoginOnEmailVerification",
    "logout_on_email_verification": "IsLogoutOnEmailVerification",
    "login_on_password_reset": "LoginOnPasswordReset",
    "registration_disabled": "NoRegistration",
    "no_callback_social": "IsNoCallbackForSocialLogin",
    "risk_based": "IsRiskBasedAuthentication",
    "lockout_type": "LoginLockedConfiguration.LoginLockedType",
    "lockout_threshold": "LoginLockedConfiguration.MaximumFailedLoginAttempts",
    "lockout_seconds": "LoginLockedConfiguration.SuspendConfiguration.EffectivePeriodInSeconds",
    "mfa_authenticator": "TwoFactorAuthentication.IsAuthenticator",
    "mfa_email": "TwoFactorAuthentication.IsEmailOTPAuthenticator",
    "mfa_sms": "TwoFactorAuthentication.IsSmsOTPAuthenticator",
    "mfa_security_question": "TwoFactorAuthentication.IsSecurityQuestionAuthenticator",
    "mfa_passkey": "TwoFactorAuthentication.IsPasskeyAuthenticator",
    "mfa_push": "TwoFactorAuthentication.IsPushAuthenticator",
    "mfa_duo": "TwoFactorAuthentication.IsDuoSecurityAuthenticator",
    "passkeys": "PassKeysConfig.IsEnabled",
    "passkey_selection": "PassKeysConfig.PasskeySelection",
    "passkey_rp_id": "PassKeysConfig.RPID",
    "passkey_origins": "PassKeysConfig.RPOrigins",
    "security_question_count": "SecurityQuestions.SecurityQuestionCount",
    "privacy_policy_mode": "PrivacyPolicyConfiguration.Mode",
}
_OPPOSITE = {
    "social_registration": "IsDisabledSocialRegistration",
    "account_linking": "IsDisabledAccountLinking",
}
_LENGTHS = {
    "password_min_length": re.compile(r"min_length\[(\d+)\]"),
    "password_max_length": re.compile(r"max_length\[(\d+)\]"),
}


def describe(client: Client, known: Overlay) -> dict[str, Json]:
    """Return the twin of a tenant: what `emulator --twin` reads. It names no person, key or secret."""
    configuration = client.call("configuration.get_configurations", check=False).must_succeed().data
    offered = {found.name: found.offered for found in capabilities.discover(client).by_name.values()}
    settings = from_configuration(configuration)
    for name, (off, on) in FEATURES.items():
        for setting, value in (on if offered.get(name) else off).items():
            settings[setting] = [*settings.get(setting, []), *value] if isinstance(value, list) else value
    return {"twin": VERSION, "settings": settings | from_overlay(known)}


def missing_features(client: Client, findings: Findings) -> None:
    """Add the features that the tenant lacks, of those that are on by default."""
    for name, found in capabilities.discover(client).by_name.items():
        if name in DEFAULT_ON and not found.offered:
            findings.add(Key("feature-off", name, "on", "off"), "*")


def from_configuration(configuration: Json) -> dict[str, Json]:
    """Return the settings that a public configuration shows."""
    found = {name: _at(configuration, path) for name, path in _SAME.items()}
    found |= {name: not value for name, path in _OPPOSITE.items() if (value := _at(configuration, path)) is not None}
    factors = _at(configuration, "TwoFactorAuthentication") or {}
    required = "required" if factors.get("IsRequired") else "optional"
    found["mfa"] = required if factors.get("IsEnabled") else "disabled"
    found["privacy_policy_version"] = next(iter(_policies(configuration)), "")
    found["social_providers"] = [
        provider["Name"].lower() for provider in _at(configuration, "SocialSchema.Providers") or ()
    ]
    apis = _at(configuration, "OptionalRecaptchaConfiguration.Apis") or {}
    found["bot_protection"] = [name for name, is_on in apis.items() if is_on]
    found |= _lengths(configuration)
    return {name: value for name, value in found.items() if value is not None}


def _policies(configuration: Json) -> Iterator[str]:
    if _at(configuration, "PrivacyPolicyConfiguration.IsEnabled"):
        yield from (
            str(policy["Version"]) for policy in _at(configuration, "PrivacyPolicyConfiguration.PrivacyPolicies")
        )


def _lengths(configuration: Json) -> Iterator[tuple[str, int]]:
    form = _at(configuration, "RegistrationFormSchema") or ()
    rules = next((field.get("rules") or "" for field in form if field.get("name") == "password"), "")
    for name, pattern in _LENGTHS.items():
        if found := pattern.search(rules):
            yield name, int(found[1])


def _at(configuration: Json, path: str) -> Json:
    for step in path.split("."):
        configuration = configuration.get(step) if isinstance(configuration, dict) else None
    return configuration


def from_overlay(known: Overlay) -> dict[str, Json]:
    """Return the settings for the accepted differences."""
    dialect = sorted(found.place for found in known.accepted if found.kind == "dialect")
    members = [entry for found in known.accepted for entry in _members(found, known)]
    codes = [_code(found) for found in known.accepted if found.kind == "other-code" and found.expected]
    return {"dialect": dialect, "other_members": members, "other_codes": codes}


def _members(found: Difference, known: Overlay) -> Iterator[dict[str, Json]]:
    """Yield how answers change: all that the schema describes, unless some were seen to do the opposite."""
    if found.kind == "extra-member":
        sample = found.update[found.actual]["examples"][0]
        change: dict[str, Json] = {"add": {found.actual: sample}}
    elif found.kind == "absent-member":
        change = {"remove": [found.expected]}
    else:
        return
    has_opposite = any(_member(other) == _member(found) and other is not found for other in known.accepted)
    by_pointer: dict[str, list[str]] = {}
    for operation, pointer in places.answers_with(found.place):
        if not has_opposite or operation in found.operations:
            by_pointer.setdefault(pointer, []).append(operation)
    for pointer, operations in by_pointer.items():
        yield {"operations": operations, "pointer": pointer, **change}


def _member(found: Difference) -> tuple[str, str] | None:
    """Return place and name of the member that a difference is about."""
    names = {"extra-member": found.actual, "absent-member": found.expected}
    return (found.place, names[found.kind]) if found.kind in names else None


def _code(found: Difference) -> dict[str, Json]:
    status = int(found.actual.partition(",")[0])
    return {
        "operation": found.place,
        "code": int(found.expected),
        "status": status,
        "other": int(code_of(found.actual)),
    }
