"""Challenges: a login that waits for its second factor (product-facts.md#mfa-login)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import NO_DATE, iso
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import duo
from loginradius_harness.emulator.services.login import finish, require_usable_account
from loginradius_harness.emulator.services.organizations import invitations
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.mfa_factors import NOT_ENROLLED, mail_addresses, masked_email
from loginradius_harness.emulator.state.single_use_tokens import SingleUseToken

Json = Any

PURPOSE = "secondfactor"  # of the codes that a challenge sends
GUESSES = frozenset(
    {
        ErrorCode.OTP_INCORRECT,
        ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT,
        ErrorCode.AUTHENTICATOR_CODE_INCORRECT,
        ErrorCode.BACKUP_CODE_INCORRECT_OR_USED,
        ErrorCode.EMAIL_OTP_INCORRECT,
        ErrorCode.DUO_VERIFICATION_FAILED,
    }
)  # refusals of a wrong proof; a used or expired one counts as no guess
LOCKED = ErrorCode.ACCOUNT_LOCKED_DURING_MFA
NO_TOKEN = "00000000-0000-0000-0000-000000000000"  # noqa: S105  # the product's "no token"
TOKEN_PARAMETER = "secondFactorAuthenticationToken"  # noqa: S105  # its name, not its value


def challenge(call: RequestContext, account: Account) -> Json:
    """Return the challenge that answers a first factor. The code of an account's only factor is sent at once.

    A registered phone gets its notification. Raise SECOND_FACTOR_NOT_CONFIGURED where the tenant allows no factor at
    all; SMS_PROVIDER_NOT_CONFIGURED, EMAIL_SENDING_LIMIT_EXCEEDED, SMS_SENDING_LIMIT_EXCEEDED, PUSH_MISCONFIGURED where
    it cannot be sent; DUO_REDIRECT_URI_INVALID, DUO_REDIRECT_URI_NOT_ALLOWED; what `invitations.offered` raises.
    """
    factors, settings = call.tenant.factors, call.settings
    if not factors.allowed():
        raise ApiError(ErrorCode.SECOND_FACTOR_NOT_CONFIGURED)
    invitation = invitations.token_offered(call, account)
    enrolled = factors.enrolled(account)
    # Only an account without any factor is offered the secret: a password alone must not enrol another factor.
    shown = factors.shown_with_addresses(account, offer=not enrolled, mask=True)
    shown |= factors.shown_push(account, offer=not enrolled, first=True)
    shown |= duo.offered(call, account, offer=not enrolled)
    shown |= _sent_at_once(call, account, enrolled)
    token = call.tenant.single_use_tokens.issue("secondfactor", account.uid, settings, invitation=invitation)
    if "push" in enrolled:
        call.tenant.push.send(account.second_factors().push_device, token.value, settings)
    return {
        "SecondFactorAuthentication": {
            "SecondFactorAuthenticationToken": token.value,
            "ExpireIn": iso(token.expires),
            **shown,
        },
        "Profile": None,
        "access_token": NO_TOKEN,
        "expires_in": NO_DATE,
    }


def _sent_at_once(call: RequestContext, account: Account, enrolled: list[str]) -> dict[str, Json]:
    addresses = mail_addresses(account)
    phone = account.second_factors().phone
    if enrolled == ["sms"] and phone:
        return {"OTPStatus": send_sms(call, account, phone, PURPOSE)}
    if enrolled == ["email"] and len(addresses) == 1:
        send_mail(call, account, addresses[0], PURPOSE)
        return {"EmailOTPStatus": {"Email": masked_email(addresses[0])}}
    return {}


def send_sms(call: RequestContext, account: Account, phone: str, purpose: str) -> Json:
    """Send a code to a factor's phone, by SMS or voice; return the SMS id.

    Raise SMS_PROVIDER_NOT_CONFIGURED, SMS_SENDING_LIMIT_EXCEEDED.
    """
    query = call.query
    template = query.get("smsTemplate2FA") or query.get("smstemplate2fa")
    voice = bool(query.get("isVoiceOtp") or query.get("isvoiceotp"))
    return call.tenant.messages.sms_code(purpose, phone, account.uid, template=template, voice=voice)


def send_mail(call: RequestContext, account: Account, address: str, purpose: str) -> None:
    """Mail a code to a factor's address. Raise EMAIL_SENDING_LIMIT_EXCEEDED."""
    call.tenant.messages.mail_code(purpose, address, account.uid, template=call.query.get("emailTemplate2FA"))


@dataclass(frozen=True, slots=True)
class Challenge:
    """A challenge that a request answers."""

    call: RequestContext
    account: Account
    token: SingleUseToken

    @property
    def enrolled(self) -> list[str]:
        """Return the account's factors."""
        return self.call.tenant.factors.enrolled(self.account)

    def demand(self, factor: str) -> None:
        """Check that the account has the factor, or has none at all and enrols this one with its first proof.

        Source: product-facts.md#mfa-login.
        """
        self.call.tenant.factors.require_allowed(factor)
        if self.enrolled and factor not in self.enrolled:
            raise ApiError(NOT_ENROLLED[factor])

    def prove(self, check: Callable[..., None], *proof: Any) -> None:
        """Run a check of `Factors`. Once failures have locked the account, the first factor must be repeated."""
        try:
            prove(self.call, self.account, check, *proof)
        except ApiError as refusal:
            self.token.used = self.token.used or refusal.code == LOCKED
            raise

    def finish(self) -> Json:
        """Use the challenge's token up and go on with the login."""
        self.token.used = True
        provider = self.account.provider
        return finish(self.call, self.account, provider=provider, proof=self.token, second_factor=True)


def challenged(call: RequestContext) -> Challenge:
    """Return the challenge of the request's token.

    Raise MFA_DISABLED, SECOND_FACTOR_TOKEN_INVALID, SECOND_FACTOR_TOKEN_EXPIRED, ACCOUNT_NOT_FOUND, ACCOUNT_BLOCKED,
    ACCOUNT_LOGIN_DISABLED, ACCOUNT_LOCKED_DURING_MFA.
    """
    call.tenant.factors.require_mfa()
    token = call.tenant.single_use_tokens.find("secondfactor", call.query[TOKEN_PARAMETER])
    account = call.tenant.holder(token)
    require_usable_account(account)
    _require_unlocked(call, account)
    return Challenge(call, account, token)


def prove(call: RequestContext, account: Account, check: Callable[..., None], *proof: Any) -> None:
    """Run a check of `Factors`.

    A wrong proof counts towards the account's lock, and the lock answers ACCOUNT_LOCKED_DURING_MFA.
    """
    _require_unlocked(call, account)
    try:
        check(account, *proof)
    except ApiError as refusal:
        if refusal.code in GUESSES:
            raise _counted(call, account, refusal) from None
        raise
    call.tenant.lockout.succeed(account)


def _counted(call: RequestContext, account: Account, refusal: ApiError) -> ApiError:
    counted = call.tenant.lockout.fail(account, call.settings, refusal.code)
    return ApiError(LOCKED) if account.lockout().locked and counted.code != refusal.code else refusal


def _require_unlocked(call: RequestContext, account: Account) -> None:
    try:
        call.tenant.lockout.check(account)
    except ApiError:
        raise ApiError(LOCKED) from None
