"""What in the tenant's own configuration stands in the way of tests."""

from collections.abc import Iterator
from typing import Any

from loginradius_harness.client.client import Client
from loginradius_harness.target.doctor.finding import Finding

Json = Any

FEWEST_FAILURES = 3  # wrong passwords in a row that a story may need
_FILLED = {"emailid", "email", "password", "confirmpassword", "firstname", "lastname", "phoneid", "username"}


def check(client: Client) -> Iterator[Finding]:
    """Read from the public configuration; nothing where it cannot be had."""
    reply = client.call("configuration.get_configurations", check=False)
    if not reply.ok or not isinstance(reply.data, dict):
        return
    yield from _registration(reply.data)
    yield from _login(reply.data)


def _registration(found: Json) -> Iterator[Finding]:
    if found.get("NoRegistration"):
        yield Finding("registration is switched off", "switch it on in the tenant's console")
    if not (found.get("ApiVersion") or {}).get("v2", True):
        yield Finding("the tenant does not run the V2 APIs", "have the vendor move it to V2")
    if found.get("IsAgeRestriction"):
        yield Finding("people below an age are refused", "switch age restriction off: test people have no birthday")
    demanded = sorted(_demanded(found) - _FILLED)
    if demanded:
        fields = ", ".join(demanded)
        yield Finding(
            f"the registration form demands {fields}", "make them optional: test people do not have them", "note"
        )
    policy = found.get("PrivacyPolicyConfiguration") or {}
    if policy.get("IsEnabled") and policy.get("Mode") == "Strict":
        yield Finding(
            "nobody logs in without accepting the policy", "set its mode to Moderated, or expect skips", "note"
        )


def _demanded(found: Json) -> set[str]:
    fields = found.get("RegistrationFormSchema") or []
    return {field["name"].lower() for field in fields if "required" in (field.get("rules") or "").split("|")}


def _login(found: Json) -> Iterator[Finding]:
    captcha = found.get("OptionalRecaptchaConfiguration") or {}
    covered = sorted(name for name, on in (captcha.get("Apis") or {}).items() if on)
    if captcha.get("IsEnabled") and covered:
        yield Finding(f"bot protection covers {', '.join(covered)}", "switch it off: no test can solve a captcha")
    if (found.get("TwoFactorAuthentication") or {}).get("IsRequired"):
        yield Finding("multi-factor authentication is demanded", "plain log-ins are skipped; make it optional", "note")
    if found.get("DuplicateEmailWithUniqueUsername"):
        yield Finding("one address may have several accounts", "stories by e-mail are skipped; switch that off", "note")
    locking = found.get("LoginLockedConfiguration") or {}
    most = locking.get("MaximumFailedLoginAttempts") or 0
    if 0 < most < FEWEST_FAILURES:
        what = f"people are locked out after {most} wrong password(s)"
        yield Finding(what, f"allow at least {FEWEST_FAILURES}")
