"""Skip a test where one of its requests needs a feature that the tenant lacks, whichever test sends it."""

from functools import cache

import httpx

from loginradius_harness import contracts
from loginradius_harness.client.errors import UnsupportedByTarget
from loginradius_harness.client.request import call_of
from loginradius_harness.client.retry import Answer
from loginradius_harness.contracts import features
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.target.capabilities import NEEDS, Capabilities
from loginradius_harness.target.target import Target

# Further capabilities without which an operation's example does not succeed, although the operation is on: plain
# log-ins are refused where MFA is on (MFA_LOGIN_REQUIRED).
EXAMPLE_NEEDS = {
    "*.login_by_email": "email-login",
    "authentication.forgot_password": "email-login",
    "authentication.resend_email_verification": "email-verification",
    "account.get_email_verification_token": "email-verification",
    "account.invalidate_email_verification_by_uid": "email-verification",
    "authentication.login_by_*": "no-mfa",
    "phone.login_by_phone": "no-mfa",
    "risk_based.*": "no-mfa",
    "one_touch_login.*": "no-mfa",
    "passwordless_login.*": "no-mfa",
    "smart_login.*": "no-mfa",
    "native_social.*": "scripted-provider",
    "social_data.get_*": "scripted-provider",
    "social_data.post_*": "scripted-provider",
    "social.exchange_access_token": "scripted-provider",
    "social.refresh_user_profile": "scripted-provider",
}

# Tests whose preset needs one of these are about such refusals, and may cause them.
REFUSING = frozenset({"mfa-optional", "mfa-required", "verification-disabled"})

# Refusals by settings that no probe shows -> what to tell the user.
OFF: dict[int, str] = {
    ErrorCode.ENDPOINT_NOT_IN_PLAN: "the operations {group}.* in the tenant's plan",
    ErrorCode.CUSTOM_OBJECTS_NOT_CONFIGURED: "custom-objects: configure a custom object, and set custom_object",
    ErrorCode.PIN_SETUP_REQUIRED: "a login that does not ask for a PIN",
    ErrorCode.CONSENT_REQUIRED: "a login that does not ask for consent",
    ErrorCode.PRIVACY_POLICY_ACCEPTANCE_REQUIRED: "a login that does not ask for acceptance of the privacy policy",
}
# Refusal -> the capability of those presets whose tests are about it.
ABOUT = {
    ErrorCode.PIN_SETUP_REQUIRED: "pin",
    ErrorCode.CONSENT_REQUIRED: "consent",
    ErrorCode.PRIVACY_POLICY_ACCEPTANCE_REQUIRED: "privacy-policy",
}


class FeatureGate:
    """Watches the requests of one client.

    `preset` is that of the test, which says what it expects to succeed; None where nothing shall succeed.
    """

    def __init__(self, target: Target, capabilities: Capabilities) -> None:
        self._target = target
        self._capabilities = capabilities
        self.preset: str | None = "default"

    def check_request(self, request: httpx.Request) -> None:
        """Raise UnsupportedByTarget, before the request is sent, where the tenant lacks its feature."""
        call = call_of(request, self._target)
        if call is None or self.preset is None:
            return
        needs = example_needs if REFUSING.isdisjoint(NEEDS[self.preset]) else features.needed
        if missing := self._capabilities.missing(needs(call.operation.id)):
            raise UnsupportedByTarget(missing)

    def check_answer(self, request: httpx.Request, answer: Answer) -> None:
        """Raise UnsupportedByTarget where the tenant answers that a feature is off, unless the test is about that."""
        code = contracts.error_code(answer.data)
        if self.preset is None or code is None or code not in OFF or ABOUT.get(ErrorCode(code)) in NEEDS[self.preset]:
            return
        call = call_of(request, self._target)
        if call is not None:
            raise UnsupportedByTarget(f"needs {OFF[code].format(group=call.operation.group)}")


@cache
def example_needs(operation: str) -> tuple[str, ...]:
    """Return the capabilities, beside those of its preset, with which an operation's example succeeds."""
    return (*features.needed(operation), *features.matching(EXAMPLE_NEEDS, operation))
