"""Discover the capabilities of a tenant from its public configuration and from harmless probes.

A probe sends values that no account has; the error code then tells a feature that is off from a wrong value. The
targets file adds and removes capabilities (`extra_capabilities`, `missing_capabilities`), which has precedence.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from uuid import uuid4

from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import ConfigurationError, InfrastructureError
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.people import new_password, new_person, new_phone

Json = Any


@dataclass(frozen=True)
class Capability:
    """One feature. `setting` says what must be set for a tenant to have it, `source` how it is known."""

    name: str
    offered: bool
    setting: str
    source: str  # configuration | probe | targets file | unknown


class Capabilities:
    """All capabilities of a tenant."""

    def __init__(self, capabilities: Iterable[Capability]) -> None:
        self.by_name: Mapping[str, Capability] = {capability.name: capability for capability in capabilities}

    def missing_for(self, preset: str, needs: Iterable[str] = ()) -> str | None:
        """Return why the tenant cannot stand in for a preset of the emulator and more; None where it can."""
        return self.missing((*NEEDS[preset], *needs))

    def missing(self, names: Iterable[str]) -> str | None:
        """Return which of some capabilities the tenant lacks, and how to set it; None where it has all."""
        for name in names:
            capability = self.by_name[name]
            if not capability.offered:
                return f"needs {name}: {capability.setting}"
        return None


def check_names(names: Iterable[str]) -> None:
    """Refuse names of capabilities that do not exist. Raises ConfigurationError."""
    for name in names:
        if str(name) not in SETTINGS:
            near = get_close_matches(str(name), SETTINGS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(SETTINGS)}."
            raise ConfigurationError(f"there is no capability {name!r}; {hint}")


def discover(client: Client) -> Capabilities:
    """Read the configuration and send a request for each probe."""
    return Capabilities(_discovered(client))


def _discovered(client: Client) -> Iterator[Capability]:
    target = client.target
    configuration = client.call("configuration.get_configurations", check=False).must_succeed().data
    known = {name: (test(configuration), "configuration") for name, (test, _) in _CONFIGURED.items()}
    for name, probe in _PROBED.items():
        known[name] = (probe.offered(client), "probe") if target.api_secret else (False, "probe")
    known["oidc"] = (_serves_app(client), "probe")
    known |= dict.fromkeys(target.extra_capabilities, (True, "targets file"))
    known |= dict.fromkeys(target.missing_capabilities, (False, "targets file"))
    for name, setting in SETTINGS.items():
        offered, by = known.get(name, (False, "unknown"))
        yield Capability(name, offered, setting, by)


def _serves_app(client: Client) -> bool:
    """Return whether the hub of the target publishes the metadata of the app that the target names."""
    target = client.target
    if not target.hub_url or target.oauth_client_secret is None or target.machine_client_secret is None:
        return False
    try:
        return client.call("oidc.get_discovery", path={"oidcappname": target.federation.app}, check=False).ok
    except InfrastructureError:
        return False


@dataclass(frozen=True)
class _Probe:
    """A request that changes nothing, and the error codes of a feature that is off or not permitted."""

    operation: str
    request: Callable[[], dict[str, Json]]
    refusals: frozenset[int]
    setting: str

    def offered(self, client: Client) -> bool:
        reply = client.call(self.operation, **self.request(), check=False)
        return reply.error_code not in self.refusals


_NO_ACCESS = frozenset(
    {
        ErrorCode.API_SECRET_MISMATCH,
        ErrorCode.ENDPOINT_NOT_IN_PLAN,
        ErrorCode.API_SECRET_INVALID,
        ErrorCode.API_SECRET_MISSING,
        ErrorCode.ADDITIONAL_API_SECRET_NOT_ALLOWED,
        ErrorCode.RESOURCE_DISABLED_FOR_V2_TENANT,
        ErrorCode.IP_ADDRESS_NOT_ALLOWED,
        ErrorCode.SIGNATURE_MISSING,
        ErrorCode.SIGNATURE_INCORRECT,
        ErrorCode.SIGNATURE_OR_API_SECRET_MISSING,
    }
)  # for this secret, plan or address


def _at(configuration: Json, path: str) -> Json:
    """Return a member by its dotted path; None where a step is missing."""
    for step in path.split("."):
        configuration = configuration.get(step) if isinstance(configuration, dict) else None
    return configuration


def _is(path: str, wanted: Json = True) -> Callable[[Json], bool]:  # noqa: FBT002  # a JSON value, not a flag
    return lambda configuration: _at(configuration, path) == wanted


def _mfa(required: Json) -> Callable[[Json], bool]:
    return lambda found: (
        bool(_at(found, "TwoFactorAuthentication.IsEnabled"))
        and (bool(_at(found, "TwoFactorAuthentication.IsRequired")) is required)
    )


def _no_captcha(*calls: str) -> Callable[[Json], bool]:
    """Return whether bot protection spares some calls, which it names after verb and route."""
    return lambda found: not any(_at(found, f"OptionalRecaptchaConfiguration.Apis.{call}") for call in calls)


def _single_factor(found: Json) -> bool:
    required = _at(found, "TwoFactorAuthentication.IsEnabled") and _at(found, "TwoFactorAuthentication.IsRequired")
    return not required


def _lock(kind: str) -> Callable[[Json], bool]:
    return lambda found: (
        _at(found, "LoginLockedConfiguration.LoginLockedType") == kind
        and (_at(found, "LoginLockedConfiguration.MaximumFailedLoginAttempts") or 0) > 0
    )


_CONFIGURED: Mapping[str, tuple[Callable[[Json], bool], str]] = {
    "registration": (
        lambda found: not (_at(found, "NoRegistration") or _at(found, "IsAgeRestriction")),
        "switch registration on, and age restriction off",
    ),
    "verification-required": (_is("EmailVerificationFlow", "required"), "make e-mail verification mandatory"),
    "verification-optional": (_is("EmailVerificationFlow", "optional"), "make e-mail verification optional"),
    "verification-disabled": (_is("EmailVerificationFlow", "disabled"), "switch e-mail verification off"),
    "email-verification": (
        lambda found: _at(found, "EmailVerificationFlow") != "disabled",
        "switch e-mail verification on",
    ),
    "link-verification": (_is("OTPEmailVerification", wanted=False), "have mails carry links, not codes"),
    "otp-verification": (_is("OTPEmailVerification"), "have mails carry codes, not links"),
    "phone-login": (_is("IsPhoneLogin"), "switch phone login on"),
    "no-phone-login": (_is("IsPhoneLogin", wanted=False), "switch phone login off"),
    "username-login": (_is("IsUserNameLogin"), "switch user name login on"),
    "duplicate-emails": (_is("DuplicateEmailWithUniqueUsername"), "allow one e-mail address on several accounts"),
    "no-mfa": (_is("TwoFactorAuthentication.IsEnabled", wanted=False), "switch multi-factor authentication off"),
    "single-factor-login": (_single_factor, "do not require multi-factor authentication"),
    "mfa-optional": (_mfa(required=False), "switch multi-factor authentication on, and do not require it"),
    "mfa-required": (_mfa(required=True), "require multi-factor authentication"),
    "security-questions": (_is("IsSecurityQuestion"), "switch security questions on"),
    "privacy-policy": (_is("PrivacyPolicyConfiguration.IsEnabled"), "switch privacy policy versions on"),
    "passkeys": (_is("PassKeysConfig.IsEnabled"), "switch passkeys on"),
    "mfa-passkeys": (
        _is("TwoFactorAuthentication.IsPasskeyAuthenticator"),
        "allow passkeys as second factor",
    ),
    "passwordless": (_is("IsInstantSignin.EmailLink"), "switch passwordless login by mail on"),
    "passwordless-sms": (_is("IsInstantSignin.SmsOtp"), "switch passwordless login by SMS on"),
    "login-without-captcha": (
        _no_captcha("PostLoginByEmailAndPassword", "PostLoginByUserNameAndPassword", "PostLoginByPhoneAndPassword"),
        "switch bot protection off for log-ins",
    ),
    "forgotten-password-without-captcha": (
        _no_captcha("PostForgotPasswordByEmail", "PostForgotPasswordByPhone"),
        "switch bot protection off for forgotten passwords",
    ),
    "password-change-without-captcha": (
        _no_captcha("PutChangePassword"),
        "switch bot protection off for password changes",
    ),
    "profile-update-without-captcha": (_no_captcha("PutUpdateProfile"), "switch bot protection off for profiles"),
    "lockout": (
        lambda found: (_at(found, "LoginLockedConfiguration.MaximumFailedLoginAttempts") or 0) > 0,
        "lock accounts after some failed log-ins",
    ),
    "lockout-captcha": (_lock("Captcha"), "lock out by captcha, after some failed log-ins"),
    "lockout-suspend": (_lock("Suspend"), "lock out by suspension, after some failed log-ins"),
    "lockout-question": (_lock("SecurityQuestion"), "lock out by security question, after some failed log-ins"),
    "lockout-block": (_lock("Block"), "lock out by blocking, after some failed log-ins"),
}

_PROBED: Mapping[str, _Probe] = {
    "management": _Probe("sott.generate_sott", dict, _NO_ACCESS, "set an API secret that may manage accounts"),
    "webhooks": _Probe("webhook.list_subscriptions", dict, _NO_ACCESS, "let the API secret manage webhooks"),
    "roles": _Probe("role.list_roles", dict, _NO_ACCESS, "let the API secret manage roles"),
    "organizations": _Probe("organization.list", dict, _NO_ACCESS, "switch organizations (B2B Identity) on"),
    "email-login": _Probe(
        "authentication.login_by_email",
        lambda: {"body": {"email": new_person().email, "password": new_password()}},
        frozenset(
            {
                ErrorCode.PHONE_LOGIN_REQUIRED,
                ErrorCode.USERNAME_LOGIN_REQUIRED,
            }
        ),
        "let users log in with an e-mail address",
    ),
    "pin": _Probe(
        "pin.login",
        lambda: {"query": {"session_token": str(uuid4())}, "body": {"PIN": "000000"}},
        frozenset({ErrorCode.PIN_LOGIN_DISABLED, ErrorCode.PIN_NOT_CONFIGURED}),
        "switch PIN login on",
    ),
    "consent": _Probe(
        "consent.submit_by_consent_token",
        lambda: {"query": {"consentToken": str(uuid4())}, "body": {"Events": [], "Data": []}},
        frozenset({ErrorCode.CONSENT_FORM_NOT_CONFIGURED, ErrorCode.CONSENT_DISABLED}),
        "switch consent management on, with a form for the event Login",
    ),
    "smart-login": _Probe(
        "smart_login.ping",
        lambda: {"query": {"clientGuid": str(uuid4())}},
        frozenset({ErrorCode.SMART_LOGIN_DISABLED}),
        "switch smart login on",
    ),
    "one-touch": _Probe(
        "one_touch_login.verify_otp",
        lambda: {"query": {"otp": "000000"}, "body": {"phone": new_phone()}},
        frozenset({ErrorCode.ONE_TOUCH_LOGIN_DISABLED}),
        "switch one touch login on",
    ),
}

# What no request shows, and what only an emulator has.
_DECLARED: Mapping[str, str] = {
    "force-logout": 'switch forced log-out on, and add "force-logout" to extra_capabilities of the target',
    "url-allow-list": 'list the URLs that mails may lead to, and add "url-allow-list" to extra_capabilities',
    "mail-limit": 'limit the mails to one user to 10 at most, and add "mail-limit" to extra_capabilities',
    "password-blocklist": 'refuse passwords made of personal data, and add "password-blocklist" to extra_capabilities',
    "step-up": 'switch step-up authentication on, and add "step-up" to extra_capabilities of the target',
    "passwordless-registration": (
        'let passwordless log-in register unknown users, and add "passwordless-registration" to extra_capabilities'
    ),
    "oidc": "set hub_url and the table federation of the target, and the secrets of its clients",
    "administration": (
        'let the machine of the target read and write settings, and add "administration" to extra_capabilities'
    ),
    "custom-objects": 'configure a custom object, set custom_object, and add "custom-objects" to extra_capabilities',
    "high-concurrency": (
        'have the high concurrency API in the plan, and add "high-concurrency" to extra_capabilities of the target'
    ),
    "scripted-devices": "phones and Duo prompts that can be scripted: run it on the emulator",
    "scripted-provider": "a social provider that can be scripted: run it on the emulator",
    "own-settings": "settings that only the emulator can be given: run it there",
}

SETTINGS: Mapping[str, str] = (
    {name: setting for name, (_, setting) in _CONFIGURED.items()}
    | {name: probe.setting for name, probe in _PROBED.items()}
    | dict(_DECLARED)
)

_PLAIN = ("management", "email-login", "single-factor-login")

# Preset of the emulator -> the capabilities that a tenant needs to stand in for it.
NEEDS: Mapping[str, tuple[str, ...]] = {
    "default": _PLAIN,
    "verification-optional": (*_PLAIN, "verification-optional"),
    "verification-disabled": (*_PLAIN, "verification-disabled"),
    "otp-verification": (*_PLAIN, "otp-verification"),
    "mfa-optional": ("management", "mfa-optional"),
    "mfa-required": ("management", "mfa-required"),
    "passkeys": (*_PLAIN, "passkeys"),
    "mfa-passkeys": ("management", "mfa-required", "mfa-passkeys"),
    "mfa-devices": ("scripted-devices",),
    "mfa-phone-login": ("management", "mfa-optional", "phone-login"),
    "mfa-username-login": ("management", "mfa-optional", "username-login"),
    "step-up": ("management", "mfa-optional", "step-up", "pin"),
    "phone-login": ("management", "phone-login", "single-factor-login"),
    "username-login": ("management", "username-login", "single-factor-login"),
    "duplicate-emails": ("management", "duplicate-emails"),
    "passwordless": ("management", "passwordless", "passwordless-sms", "otp-verification", "phone-login"),
    "passwordless-registration": (
        "management",
        "passwordless",
        "passwordless-sms",
        "phone-login",
        "passwordless-registration",
    ),
    "pin": (*_PLAIN, "pin"),
    "pin-otp": (*_PLAIN, "pin", "otp-verification"),
    "consent": (*_PLAIN, "consent"),
    "privacy-policy": (*_PLAIN, "privacy-policy"),
    "security-questions": (*_PLAIN, "security-questions"),
    "social": ("scripted-provider",),
    "high-concurrency": (*_PLAIN, "high-concurrency"),
    "lockout-captcha": (*_PLAIN, "lockout-captcha"),
    "lockout-suspend": (*_PLAIN, "lockout-suspend"),
    "lockout-question": (*_PLAIN, "lockout-question"),
    "lockout-block": (*_PLAIN, "lockout-block"),
    "oidc": ("management", "email-login", "no-mfa", "oidc"),
    "organizations": (*_PLAIN, "organizations"),
    "administration": (*_PLAIN, "oidc", "administration"),
    "consent-forms": (*_PLAIN, "oidc", "administration", "consent"),
    "jwt-app": ("own-settings",),
    "connectors": ("own-settings",),
    "jwt-tokens": ("own-settings",),
    "strict-security": ("own-settings",),
}
