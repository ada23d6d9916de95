"""Second factors of a tenant's accounts: what is enrolled, and the check of each.

Source: product-facts.md#mfa-login, #mfa-settings.
"""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.password_hashing import hash_answer
from loginradius_harness.emulator.core.totp import qr_code
from loginradius_harness.emulator.state.accounts import Account, SecondFactors, phone_key
from loginradius_harness.emulator.state.tenant_base import TenantBase

Json = Any

BACKUP_CODES = 10
OFF = {  # factor -> the setting that allows it, the code where it does not
    "authenticator": ("mfa_authenticator", ErrorCode.AUTHENTICATOR_FACTOR_DISABLED),
    "sms": ("mfa_sms", ErrorCode.SMS_OTP_FACTOR_DISABLED),
    "email": ("mfa_email", ErrorCode.EMAIL_OTP_FACTOR_DISABLED),
    "security_question": ("mfa_security_question", ErrorCode.SECURITY_QUESTION_FACTOR_DISABLED),
    "passkey": ("mfa_passkey", ErrorCode.PASSKEY_FACTOR_NOT_CONFIGURED),
    "push": ("mfa_push", ErrorCode.PUSH_FACTOR_NOT_CONFIGURED),
    "duo": ("mfa_duo", ErrorCode.DUO_FACTOR_NOT_CONFIGURED),
}
NOT_ENROLLED = {
    "authenticator": ErrorCode.AUTHENTICATOR_NOT_CONFIGURED,
    "sms": ErrorCode.ACCOUNT_HAS_NO_PHONE_FACTOR,
    "email": ErrorCode.EMAIL_OTP_FACTOR_DISABLED,
    "security_question": ErrorCode.SECURITY_QUESTION_FACTOR_NOT_VERIFIED,
    "passkey": ErrorCode.ACCOUNT_HAS_NO_PASSKEY_FACTOR,
    "push": ErrorCode.ACCOUNT_HAS_NO_PUSH_FACTOR,
    "duo": ErrorCode.ACCOUNT_HAS_NO_DUO_FACTOR,
}


class MfaFactors:
    """Each check raises or returns nothing. A failed check is counted by its caller: see `second_factor.prove`."""

    def __init__(self, tenant: TenantBase) -> None:
        self._tenant = tenant

    def require_mfa(self) -> None:
        """Raise MFA_DISABLED where the tenant has multi-factor off."""
        if self._tenant.settings.mfa == "disabled":
            raise ApiError(ErrorCode.MFA_DISABLED)

    def require_allowed(self, factor: str) -> None:
        """Raise MFA_DISABLED, or the factor's own code where the tenant does not allow it."""
        self.require_mfa()
        setting, code = OFF[factor]
        if not getattr(self._tenant.settings, setting):
            raise ApiError(code)

    def require_enrolled(self, account: Account, factor: str) -> None:
        """Check like `require_allowed`, and that the account has the factor.

        Raise AUTHENTICATOR_NOT_CONFIGURED, ACCOUNT_HAS_NO_PHONE_FACTOR, EMAIL_OTP_FACTOR_DISABLED,
        SECURITY_QUESTION_FACTOR_NOT_VERIFIED, ACCOUNT_HAS_NO_PASSKEY_FACTOR, ACCOUNT_HAS_NO_PUSH_FACTOR,
        ACCOUNT_HAS_NO_DUO_FACTOR.
        """
        self.require_allowed(factor)
        if factor not in self.enrolled(account):
            raise ApiError(NOT_ENROLLED[factor])

    def allowed(self) -> list[str]:
        """Return the factors that the tenant allows."""
        return [factor for factor, (setting, _) in OFF.items() if getattr(self._tenant.settings, setting)]

    def enrolled(self, account: Account) -> list[str]:
        """Return the factors that the account has verified and the tenant allows."""
        if account.factors is None:
            return []
        allowed = self.allowed()
        return [factor for factor in account.factors.enrolled if factor in allowed]

    def needed(self, account: Account) -> bool:
        """Return whether a login of this account takes a second factor."""
        mode = self._tenant.settings.mfa
        return mode == "required" or (mode == "optional" and bool(self.enrolled(account))) or self._demanded(account)

    def _demanded(self, account: Account) -> bool:
        """Return whether an organization demands a second factor where the tenant leaves it to the user (inferred)."""
        settings = self._tenant.settings
        if settings.mfa != "optional":
            return False
        return any(one.demands_second_factor for one in self._tenant.organizations.joined_by(account.uid, settings))

    def prove_totp(self, account: Account, code: str) -> None:
        """Check a code of the account's authenticator app. Raise AUTHENTICATOR_CODE_INCORRECT."""
        if not self._tenant.authenticator.accepts(account.second_factors(), code, self._tenant.settings):
            raise ApiError(ErrorCode.AUTHENTICATOR_CODE_INCORRECT)

    def prove_code(self, account: Account, purpose: str, channel: str, address: str, code: str) -> None:
        """Redeem a code that was sent to this account, by `sms` or `mail`.

        Raise OTP_INCORRECT, OTP_ALREADY_USED, OTP_EXPIRED, EMAIL_OTP_INCORRECT, EMAIL_OTP_ALREADY_USED,
        EMAIL_OTP_EXPIRED.
        """
        slot = phone_key(address) if channel == "sms" else address
        found = self._tenant.codes.redeem(purpose, slot, code, channel, self._tenant.settings)
        if found.uid != account.uid:  # two accounts may share a phone
            raise ApiError(ErrorCode.OTP_INCORRECT if channel == "sms" else ErrorCode.EMAIL_OTP_INCORRECT)

    def prove_answers(self, account: Account, given: list[dict[str, str]]) -> None:
        """Check that all given answers are the enrolled ones and are as many as the tenant asks for.

        Raise MORE_SECURITY_ANSWERS_REQUIRED, SECURITY_QUESTION_ID_INVALID, SECURITY_QUESTION_OR_ANSWER_INCORRECT.
        """
        known = account.second_factors().answers
        answers = self._answers(given, known)
        if any(known[question] != answer for question, answer in answers.items()):
            raise ApiError(ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT)

    def prove_backup_code(self, account: Account, code: str) -> None:
        """Use up an unused backup code.

        Raise BACKUP_CODES_NOT_CONFIGURED where there are none, BACKUP_CODE_INCORRECT_OR_USED.
        """
        codes = account.second_factors().backup_codes
        if not codes:
            raise ApiError(ErrorCode.BACKUP_CODES_NOT_CONFIGURED)
        if codes.get(code.lower(), True):
            raise ApiError(ErrorCode.BACKUP_CODE_INCORRECT_OR_USED)
        codes[code.lower()] = True

    def prove_duo(self, account: Account, state: str, code: str) -> None:
        """Check what a user has come back with from Duo.

        Raise DUO_MISCONFIGURED, DUO_STATE_INCORRECT, DUO_VERIFICATION_FAILED.
        """
        self._tenant.duo.check(account.uid, state, code, self._tenant.settings)

    def enrol_answers(self, account: Account, given: list[dict[str, str]], *, replace: bool = True) -> None:
        """Store the answers instead of, or beside, the enrolled ones.

        Raise MORE_SECURITY_ANSWERS_REQUIRED, SECURITY_QUESTION_ID_INVALID.
        """
        factors = account.second_factors()
        answers = self._answers(given, self._tenant.settings.security_questions)
        factors.answers = answers if replace else {**factors.answers, **answers}

    def _answers(self, given: list[dict[str, str]], questions: dict[str, str]) -> dict[str, str]:
        """Return question id -> hash of its answer; each question once, among `questions`."""
        if len({answer["QuestionId"] for answer in given}) < self._tenant.settings.security_question_count:
            raise ApiError(ErrorCode.MORE_SECURITY_ANSWERS_REQUIRED)
        if any(answer["QuestionId"] not in questions for answer in given):
            raise ApiError(ErrorCode.SECURITY_QUESTION_ID_INVALID)
        return {answer["QuestionId"]: hash_answer(answer["Answer"]) for answer in given}

    def new_backup_codes(self, account: Account) -> list[str]:
        """Return a new set of backup codes, which replaces the old one."""
        codes = [self._tenant.identifiers.backup_code() for _ in range(BACKUP_CODES)]
        account.second_factors().backup_codes = dict.fromkeys(codes, False)
        return codes

    def remove(self, account: Account, factor: str) -> None:
        """Remove a factor; with the last one the backup codes are removed too."""
        factors = account.second_factors()
        for passkey in factors.passkeys if factor == "passkey" else ():
            self._tenant.passkeys.drop(passkey.credential_id)
        if factor == "push":
            self._tenant.push.drop(factors.push_device)
        gone = {
            "authenticator": ("totp_secret", "totp_verified", "totp_last_step"),
            "sms": ("phone", "phone_verified", "pending_phone"),
            "email": ("email", "email_verified"),
            "security_question": ("answers",),
            "passkey": ("passkeys",),
            "push": ("push_device",),
            "duo": ("duo",),
        }[factor]
        fresh = SecondFactors()
        for name in gone:
            setattr(factors, name, getattr(fresh, name))
        if not factors.enrolled:
            factors.backup_codes = {}

    @property
    def _issuer(self) -> str:
        """Return the name that authenticator apps show: management's, or that of the tenant."""
        managed = self._tenant.configuration.get("authenticator_configuration") or {}
        return str(managed.get("IssuerId") or self._tenant.settings.app_name)

    def shown(self, account: Account, *, offer: bool = True) -> dict[str, Json]:
        """Return what every answer about factors holds; `offer` shows the secret of an app that is not verified yet."""
        factors = account.second_factors()
        secret = self._tenant.authenticator.secret(factors) if offer and not factors.totp_verified else None
        holder = account.primary.value if account.primary else account.username or account.phone or account.uid
        return {
            "QRCode": qr_code(secret, holder, self._issuer) if secret else None,
            "ManualEntryCode": secret,
            "IsGoogleAuthenticatorVerified": factors.totp_verified,
            "IsAuthenticatorVerified": factors.totp_verified,
            "IsOTPAuthenticatorVerified": factors.phone_verified,
            "OTPPhoneNo": masked_phone(factors.phone) if factors.phone_verified and factors.phone else None,
            **({"IsDuoAuthenticatorVerified": factors.duo} if self._tenant.settings.mfa_duo else {}),
        }

    def shown_push(self, account: Account, *, offer: bool = True, first: bool = False) -> dict[str, Json]:
        """Return whether a phone is registered; `offer` shows the QR code while none is.

        `first` says that the user has given no more than a password.
        """
        if not self._tenant.settings.mfa_push:
            return {}
        registered = account.second_factors().push_device is not None
        offered = offer and not registered
        code = self._tenant.push.offer(account.uid, self._tenant.settings, first=first) if offered else None
        return {"PushQRCode": code, "IsPushDeviceRegistered": registered}

    def shown_with_addresses(self, account: Account, *, offer: bool = True, mask: bool = False) -> dict[str, Json]:
        """Return what the challenge and the settings hold beyond that."""
        factors = account.second_factors()
        addresses = mail_addresses(account)
        questions = self._tenant.settings.security_questions
        passkey = {"IsPasskeyAuthenticatorVerified": bool(factors.passkeys)}
        return {
            **self.shown(account, offer=offer),
            **(passkey if self._tenant.settings.mfa_passkey else {}),
            "OTPStatus": None,
            "IsEmailOtpAuthenticatorVerified": factors.email_verified,
            "Email": [masked_email(address) for address in addresses] if mask else addresses,
            "EmailOTPStatus": None,
            "IsSecurityQuestionAuthenticatorVerified": bool(factors.answers),
            "SecurityQuestions": [
                {"QuestionId": question, "Question": questions[question]}
                for question in factors.answers or questions
                if question in questions
            ],
        }

    def proof(self, account: Account, how: str) -> Json:
        """Return the product's `step-up` body: a token that says how the account has just re-authenticated."""
        token = self._tenant.single_use_tokens.issue("stepup", account.uid, self._tenant.settings, how=how)
        return {"SecondFactorValidationToken": token.value, "ExpireIn": iso(token.expires)}


def mail_addresses(account: Account) -> list[str]:
    """Return the addresses that can receive a code: the verified ones, or all where none is."""
    verified = [email.value for email in account.emails if email.verified]
    return verified or [email.value for email in account.emails]


def require_mail_address(account: Account, address: str) -> str:
    """Return the address as the profile spells it.

    Raise ACCOUNT_HAS_NO_SUCH_EMAIL for one that cannot receive the account's codes.
    """
    for known in mail_addresses(account):
        if known.lower() == address.lower():
            return known
    raise ApiError(ErrorCode.ACCOUNT_HAS_NO_SUCH_EMAIL)


def masked_email(address: str) -> str:
    """`xyz@example.com` -> `x**z@e****le.c*m`."""
    local, _, host = address.partition("@")
    name, _, ending = host.rpartition(".")
    return f"{local[0]}**{local[-1]}@{name[0]}****{name[-2:]}.{ending[0]}*{ending[-1]}"


def masked_phone(number: str) -> str:
    """Return the number with all but its last four digits hidden."""
    return "*" * (len(number) - 4) + number[-4:]
