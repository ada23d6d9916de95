"""Logging in: the first factor, further conditions, and the login response (product-facts.md#login)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.password_hashing import hash_answer
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import consent, privacy_policy
from loginradius_harness.emulator.services.organizations import invitations
from loginradius_harness.emulator.services.verification import send_verification
from loginradius_harness.emulator.state.accounts import Account, phone_key
from loginradius_harness.emulator.state.one_time_codes import REFUSALS, OneTimeCode
from loginradius_harness.emulator.state.profile import render
from loginradius_harness.emulator.state.sessions import Session
from loginradius_harness.emulator.state.single_use_tokens import SingleUseToken

Json = Any

CAPTCHA_MEMBERS = ("g-recaptcha-response", "h-captcha-response", "qq_captcha_ticket")


def captcha_given(call: RequestContext) -> str | None:
    """Return the captcha answer of a request, from body or query."""
    body = call.body if isinstance(call.body, dict) else {}
    found = (body.get(name) or call.query.get(name) for name in CAPTCHA_MEMBERS)
    return next((answer for answer in found if answer), None)


def captcha_solved(call: RequestContext) -> bool:
    """Return whether the request carries the right captcha answer."""
    return captcha_given(call) == call.settings.captcha_answer


def require_captcha(call: RequestContext, api: str) -> None:
    """Check the captcha answer where bot protection covers the call. Raise CAPTCHA_MISSING_OR_INCORRECT.

    Source: product-facts.md#lockout.
    """
    if api in call.settings.bot_protection and not captcha_solved(call):
        raise ApiError(ErrorCode.CAPTCHA_MISSING_OR_INCORRECT)


def answers_right(account: Account, given: dict[str, str]) -> bool:
    """Return whether every given answer is the stored one, and at least one is given."""
    stored = account.security_answers or {}
    return bool(given) and all(stored.get(question) == hash_answer(str(answer)) for question, answer in given.items())


async def check_password(
    call: RequestContext, account: Account, password: str, wrong: int = ErrorCode.CREDENTIALS_INCORRECT
) -> None:
    """Check the password. The lock is checked before and after hashing, so that parallel guesses cannot pass it.

    Raise ACCOUNT_BLOCKED, ACCOUNT_LOGIN_DISABLED, the lock's code, `wrong`; a wrong password counts towards the lock. A
    right one resets the failure counter unless a second factor is still required: else it would allow new guesses at
    that.
    """
    require_usable_account(account)
    check_lock(call, account)
    right = await call.tenant.passwords.matches(password, account.password)
    check_lock(call, account)
    if not right:
        raise call.tenant.lockout.fail(account, call.settings, wrong)
    if not call.tenant.factors.needed(account):
        call.tenant.lockout.succeed(account)


def require_usable_account(account: Account) -> None:
    """Raise ACCOUNT_BLOCKED for a blocked account, ACCOUNT_LOGIN_DISABLED for one whose login is disabled."""
    if not account.active:
        raise ApiError(ErrorCode.ACCOUNT_BLOCKED)
    if account.login_disabled:
        raise ApiError(ErrorCode.ACCOUNT_LOGIN_DISABLED)


def check_code(call: RequestContext, account: Account, purpose: str, address: str, code: str) -> OneTimeCode:
    """Redeem a one-time code, mailed or texted to an address, as the first factor; return it.

    Raise ACCOUNT_BLOCKED, ACCOUNT_LOGIN_DISABLED, the lock's code, OTP_INCORRECT, OTP_ALREADY_USED, OTP_EXPIRED or
    EMAIL_OTP_INCORRECT, EMAIL_OTP_ALREADY_USED, EMAIL_OTP_EXPIRED. A wrong code counts towards the lock as a wrong
    password does; a used or expired one does not.
    """
    require_usable_account(account)
    check_lock(call, account)
    channel, slot = ("mail", address) if "@" in address else ("sms", phone_key(address))
    try:
        redeemed = call.tenant.codes.redeem(purpose, slot, code, channel, call.settings)
    except ApiError as refusal:
        if refusal.code != REFUSALS[channel][0]:
            raise
        raise call.tenant.lockout.fail(account, call.settings, refusal.code) from None
    call.tenant.lockout.succeed(account)
    return redeemed


def check_lock(call: RequestContext, account: Account) -> None:
    """Check the lock; a right captcha or security answer in the same request lifts it (product-facts.md#lockout)."""
    lock = account.lock
    if lock is None or not lock.locked:
        return
    if lock.type == "Captcha" and captcha_given(call) is not None:
        if not captcha_solved(call):
            raise ApiError(ErrorCode.CAPTCHA_MISSING_OR_INCORRECT)
        call.tenant.lockout.lift(account)
    elif lock.type == "SecurityQuestion" and (given := security_answers_of(call)):
        if not answers_right(account, given):
            raise ApiError(ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT)
        call.tenant.lockout.lift(account)
    else:
        call.tenant.lockout.check(account)


def security_answers_of(call: RequestContext) -> dict[str, str]:
    """Return question id -> answer of the request's body; its name may come in any case."""
    body = call.body if isinstance(call.body, dict) else {}
    found = next((value for name, value in body.items() if name.lower() == "securityanswer"), None)
    return found if isinstance(found, dict) else {}


def require_verified(call: RequestContext, account: Account, address: str | None = None) -> None:
    """Check that the identifier is verified where the tenant requires it.

    Raise EMAIL_NOT_VERIFIED (a mail goes out again), PHONE_NOT_VERIFIED.

    One verified address is enough, unless the login is by another: that must be verified itself.
    """
    named = account.email(address) if address else None
    verified = named.verified if named else account.email_verified
    if account.emails and not verified and call.settings.email_verification == "required":
        send_verification(call, account, named or account.emails[0])
        raise ApiError(ErrorCode.EMAIL_NOT_VERIFIED)
    if not account.emails and account.phone and not account.phone_verified:
        raise ApiError(ErrorCode.PHONE_NOT_VERIFIED)


def require_plain_login(call: RequestContext) -> None:
    """Raise MFA_LOGIN_REQUIRED where multi-factor is on: clients must use the MFA login."""
    if call.settings.mfa != "disabled":
        raise ApiError(ErrorCode.MFA_LOGIN_REQUIRED)


def finish(
    call: RequestContext,
    account: Account,
    *,
    provider: str = "Email",
    count: bool = True,
    proof: SingleUseToken | OneTimeCode | None = None,
    **about: Any,
) -> Json:
    """Check PIN, consent and privacy policy, open the session and return the login response.

    An invitation that the request names, or that the `proof` remembers, is accepted. Raise what `invitations.offered`
    raises, PIN_SETUP_REQUIRED, CONSENT_REQUIRED, PRIVACY_POLICY_NOT_ACCEPTED, SESSION_LIMIT_EXCEEDED. Further keywords
    go to the session.
    """
    require_usable_account(account)
    invitation = invitations.offered(call, account) or invitations.remembered(call, account, proof)
    _require_pin(call, account)
    _require_consent(call, account, provider)
    _require_policy(call, account)
    session = call.tenant.sessions.open(
        account, call.settings, provider=provider, ip=call.ip, user_agent=call.user_agent, **about
    )
    invitations.accept(call, account, invitation)
    if count:
        account.logins += 1
        account.last_login, account.last_ip = call.now, call.ip
        call.tenant.webhooks.fire("Login", account)
    return login_response(call, account, session)


def login_response(call: RequestContext, account: Account, session: Session) -> dict[str, Json]:
    """Return profile and tokens, and the PIN session where PIN login is on."""
    body = {
        "Profile": render(account, call.settings),
        "access_token": session.token,
        "refresh_token": session.refresh,
        "expires_in": iso(session.expires),
    }
    if call.settings.pin and account.pin is not None and account.pin.hash:
        token = call.tenant.single_use_tokens.issue("pinsession", account.uid, call.settings)
        body |= {"session_token": token.value, "session_expires_in": iso(token.expires)}
    return body


def _require_pin(call: RequestContext, account: Account) -> None:
    settings = call.settings
    if settings.pin and settings.pin_required and (account.pin is None or not account.pin.hash):
        token = call.tenant.single_use_tokens.issue("pinauth", account.uid, settings)
        raise ApiError(
            ErrorCode.PIN_SETUP_REQUIRED, Data={"PINAuthToken": token.value, "ExpiresIn": iso(token.expires)}
        )


def _require_consent(call: RequestContext, account: Account, provider: str) -> None:
    settings = call.settings
    events = ("Login",) if account.logins else ("Login", "FirstLogin")
    if settings.consent and consent.missing(call.tenant, account, *events):
        token = call.tenant.single_use_tokens.issue("consent", account.uid, settings, provider=provider)
        raise ApiError(ErrorCode.CONSENT_REQUIRED, Data={"ConsentToken": token.value, "ExpiresIn": iso(token.expires)})


def _require_policy(call: RequestContext, account: Account) -> None:
    """Refuse in strict mode, with a token that allows only the acceptance (product-facts.md#feature-settings)."""
    settings = call.settings
    version = privacy_policy.current(settings, call.now)
    if not version or settings.privacy_policy_mode != "Strict":
        return
    accepted = account.policies[-1].version if account.policies else None
    if accepted != version:
        session = call.tenant.sessions.open(account, settings, scope="privacy-policy")
        raise ApiError(
            ErrorCode.PRIVACY_POLICY_NOT_ACCEPTED,
            Data={"access_token": session.token, "expires_in": iso(session.expires)},
        )
