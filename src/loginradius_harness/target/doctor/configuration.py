"""Check the tenant's own configuration for what prevents tests."""

from collections.abc import Iterator
from typing import Any

from loginradius_harness.client.client import Client
from loginradius_harness.target.doctor.finding import Finding

Json = Any

FEWEST_FAILURES = 3  # wrong passwords in a row that a journey needs
_FILLED = {"emailid", "email", "password", "confirmpassword", "firstname", "lastname", "phoneid", "username"}


def check(client: Client) -> Iterator[Finding]:
    """Check the public configuration; yield nothing where it cannot be read."""
    reply = client.call("configuration.get_configurations", check=False)
    if not reply.ok or not isinstance(reply.data, dict):
        return
    yield from _registration(reply.data)
    yield from _login(reply.data)


def _registration(found: Json) -> Iterator[Finding]:
    if found.get("NoRegistration"):
        yield Finding("registration is switched off", "tests that register are skipped; switch it on", "note")
    if not (found.get("ApiVersion") or {}).get("v2", True):
        yield Finding("the tenant does not run the V2 APIs", "have the vendor move it to V2")
    if found.get("IsAgeRestriction"):
        yield Finding(
            "users below a minimum age are refused",
            "tests that register are skipped, since test users have no birthday; switch age restriction off",
            "note",
        )
    required = sorted(_required(found) - _FILLED)
    if required:
        fields = ", ".join(required)
        yield Finding(
            f"the registration form requires {fields}", "make them optional: test users do not have them", "note"
        )
    policy = found.get("PrivacyPolicyConfiguration") or {}
    if policy.get("IsEnabled") and policy.get("Mode") == "Strict":
        yield Finding(
            "no user logs in without accepting the privacy policy", "set its mode to Moderated, or expect skips", "note"
        )


def _required(found: Json) -> set[str]:
    fields = found.get("RegistrationFormSchema") or []
    return {
        str(field.get("name", "")).lower() for field in fields if "required" in (field.get("rules") or "").split("|")
    }


def _login(found: Json) -> Iterator[Finding]:
    captcha = found.get("OptionalRecaptchaConfiguration") or {}
    covered = sorted(name for name, on in (captcha.get("Apis") or {}).items() if on)
    if captcha.get("IsEnabled") and covered:
        yield Finding(
            f"bot protection covers {', '.join(covered)}",
            "their tests are skipped, since no test can solve a captcha; switch it off",
            "note",
        )
    if (found.get("TwoFactorAuthentication") or {}).get("IsRequired"):
        yield Finding(
            "multi-factor authentication is required",
            "tests of logins without it are skipped; make it optional",
            "note",
        )
    if found.get("DuplicateEmailWithUniqueUsername"):
        yield Finding(
            "several accounts may have the same e-mail address",
            "journeys by e-mail are skipped; switch that off",
            "note",
        )
    locking = found.get("LoginLockedConfiguration") or {}
    most = locking.get("MaximumFailedLoginAttempts") or 0
    if 0 < most < FEWEST_FAILURES:
        what = f"accounts are locked after {most} wrong password(s)"
        yield Finding(what, f"allow at least {FEWEST_FAILURES}")
