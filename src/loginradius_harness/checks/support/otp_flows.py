"""List every flow in which a one-time code is sent and entered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from loginradius_harness.checks.support.mfa_users import MfaUser
from loginradius_harness.client.session import Challenge, Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey import mfa, phones
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person, new_password

NEW_PIN = "864209"
WRONG = {"mail": (ErrorCode.EMAIL_OTP_INCORRECT, ErrorCode.EMAIL_OTP_INVALID), "sms": (ErrorCode.OTP_INCORRECT,)}
USED = {
    "mail": (ErrorCode.EMAIL_OTP_INCORRECT, ErrorCode.EMAIL_OTP_ALREADY_USED),
    "sms": (
        ErrorCode.OTP_INCORRECT,
        ErrorCode.OTP_ALREADY_USED,
        ErrorCode.OTP_EXPIRED_OR_USED,
        ErrorCode.PHONE_ALREADY_VERIFIED,
    ),
}
EXPIRED = {"mail": (ErrorCode.EMAIL_OTP_EXPIRED,), "sms": (ErrorCode.OTP_EXPIRED,)}
LOCKED = (
    ErrorCode.ACCOUNT_LOCKED_UNTIL_CAPTCHA,
    ErrorCode.ACCOUNT_LOCKED_UNTIL_SECURITY_ANSWER,
    ErrorCode.ACCOUNT_LOCKED_TEMPORARILY,
    ErrorCode.ACCOUNT_LOCKED_DURING_MFA,
    ErrorCode.SECOND_FACTOR_TOKEN_INVALID,
)


@dataclass
class OtpCase:
    """One account that waits for a code."""

    journey: Journey
    person: Person
    session: Session = field(default_factory=lambda: Session(token=""))
    challenge: Challenge = field(default_factory=lambda: Challenge(token=""))


@dataclass(frozen=True)
class Flow:
    """How one kind of code is sent and used. `kind` is that of its message, `channel` mail or sms."""

    name: str
    preset: str
    channel: str
    kind: str
    prepare: Callable[[Journey], OtpCase]
    send: Callable[[OtpCase], object]
    use: Callable[[OtpCase, str], object]

    def request_code(self, case: OtpCase) -> str:
        """Have a code sent, and read it."""
        self.send(case)
        to = case.person.email if self.channel == "mail" else case.person.phone
        return case.journey.mailbox.wait(to=to, kind=self.kind).otp

    def as_param(self, **settings: Any) -> Any:
        """Return a test parameter: this flow on a tenant of its preset, with some settings changed."""
        return pytest.param(self, id=self.name, marks=pytest.mark.preset(self.preset, **settings))


def _new_registration(journey: Journey) -> OtpCase:
    person = journey.new_person()
    journey.register(person)
    return OtpCase(journey, person)


def _new_registration_by_phone(journey: Journey) -> OtpCase:
    person = journey.new_person()
    journey.phones.register(person)
    return OtpCase(journey, person)


def _verified_account(*having: str) -> Callable[[Journey], OtpCase]:
    return lambda journey: OtpCase(journey, journey.verified_person(*having))


def _changing_phone(journey: Journey) -> OtpCase:
    """Create an account that is changing to another number."""
    person = journey.verified_person()
    session = journey.log_in(person)
    journey.phones.ask_for_change(session, person.phone)
    return OtpCase(journey, person, session)


def _unregistered(journey: Journey) -> OtpCase:
    return OtpCase(journey, journey.new_person())


def _challenged(factor: str, having: tuple[str, ...] = ()) -> Callable[[Journey], OtpCase]:
    """Return a setup: an account challenged for one of two second factors, to which no code was sent yet."""

    def prepare(journey: Journey) -> OtpCase:
        owner = MfaUser(journey, "totp", factor, having=having)
        return OtpCase(journey, owner.person, owner.session, owner.begin())

    return prepare


def _answer(factor: str) -> Callable[[OtpCase, str], Session]:
    """Answer the challenge or, once that is completed, a new one."""

    def use(case: OtpCase, code: str) -> Session:
        session = case.journey.mfa.answer(case.challenge, factor, code, at=case.person.email)
        case.challenge = case.journey.mfa.begin(case.person)
        return session

    return use


def _typed(by: str) -> Callable[[OtpCase, str], Session]:
    return lambda case, code: case.journey.passwordless.type_code(case.person, code, by=by)


def _reset(by: str) -> Callable[[OtpCase, str], Person]:
    return lambda case, code: case.journey.password_reset.reset_by_code(case.person, code, new_password(), by=by)


def _reset_pin(by: str) -> Callable[[OtpCase, str], Person]:
    return lambda case, code: case.journey.pins.reset_by_code(case.person, code, NEW_PIN, by=by)


VERIFY_MAIL = Flow(
    "verify by mail", "otp-verification", "mail", "emailverification", _new_registration,
    send=lambda case: case.journey.resend_confirmation(case.person),
    use=lambda case, code: case.journey.emails.verify_code(case.person.email, code),
)  # fmt: skip
RESET_MAIL = Flow(
    "reset by mail", "otp-verification", "mail", "forgotpassword", _verified_account(),
    send=lambda case: case.journey.password_reset.ask_by_email(case.person),
    use=_reset("email"),
)  # fmt: skip
RESET_MAIL_BY_NAME = Flow(
    "reset by user name", "otp-verification", "mail", "forgotpassword", _verified_account("username"),
    send=lambda case: case.journey.password_reset.ask_by_username(case.person),
    use=_reset("username"),
)  # fmt: skip
LOG_IN_MAIL = Flow(
    "log in by mail", "passwordless", "mail", "passwordlesslogin", _verified_account(),
    send=lambda case: case.journey.passwordless.ask_for_link(case.person),
    use=_typed("email"),
)  # fmt: skip
LOG_IN_MAIL_BY_NAME = Flow(
    "log in by user name", "passwordless", "mail", "passwordlesslogin", _verified_account("username"),
    send=lambda case: case.journey.passwordless.ask_for_link(case.person, by="username"),
    use=_typed("username"),
)  # fmt: skip
VERIFY_SMS = Flow(
    "verify by SMS", "phone-login", "sms", phones.KIND, _new_registration_by_phone,
    send=lambda case: case.journey.phones.resend(case.person),
    use=lambda case, code: case.journey.phones.verify(case.person, code),
)  # fmt: skip
CHANGE_SMS = Flow(
    "change of number", "phone-login", "sms", phones.CHANGE_KIND, _changing_phone,
    send=lambda case: case.journey.phones.resend_own(case.session),
    use=lambda case, code: case.journey.phones.verify_own(case.session, code),
)  # fmt: skip
RESET_SMS = Flow(
    "reset by SMS", "phone-login", "sms", "forgotpassword", _verified_account("phone"),
    send=lambda case: case.journey.password_reset.ask_by_phone(case.person),
    use=_reset("phone"),
)  # fmt: skip
LOG_IN_SMS = Flow(
    "log in by SMS", "phone-login", "sms", "passwordlesslogin", _verified_account("phone"),
    send=lambda case: case.journey.passwordless.ask_for_sms(case.person),
    use=_typed("phone"),
)  # fmt: skip
ONE_TOUCH_SMS = Flow(
    "one touch by SMS", "phone-login", "sms", "onetouchlogin", _unregistered,
    send=lambda case: case.journey.passwordless.begin_one_touch_by_phone(case.person.phone),
    use=lambda case, code: case.journey.passwordless.type_one_touch_code(case.person.phone, code),
)  # fmt: skip
FACTOR_MAIL = Flow(
    "second factor by mail", "mfa-optional", "mail", mfa.CHALLENGE_KIND, _challenged("email"),
    send=lambda case: case.journey.mfa.send_email(case.challenge, case.person.email),
    use=_answer("email"),
)  # fmt: skip
FACTOR_SMS = Flow(
    "second factor by SMS", "mfa-optional", "sms", mfa.CHALLENGE_KIND, _challenged("sms"),
    send=lambda case: case.journey.mfa.resend_sms(case.challenge),
    use=_answer("sms"),
)  # fmt: skip
PIN_MAIL = Flow(
    "PIN by mail", "pin-otp", "mail", "forgotpin", _verified_account("pin"),
    send=lambda case: case.journey.pins.forget_by_email(case.person),
    use=_reset_pin("email"),
)  # fmt: skip
PIN_SMS = Flow(
    "PIN by SMS", "pin", "sms", "forgotpin", _verified_account("pin", "phone"),
    send=lambda case: case.journey.pins.forget_by_phone(case.person),
    use=_reset_pin("phone"),
)  # fmt: skip

MAILED = (
    VERIFY_MAIL, RESET_MAIL, RESET_MAIL_BY_NAME, LOG_IN_MAIL, LOG_IN_MAIL_BY_NAME, FACTOR_MAIL, PIN_MAIL,
)  # fmt: skip
TEXTED = (VERIFY_SMS, CHANGE_SMS, RESET_SMS, LOG_IN_SMS, ONE_TOUCH_SMS, FACTOR_SMS, PIN_SMS)
FLOWS = MAILED + TEXTED

PARALLEL_FLOWS = (  # preset, setup of the account, and the flows whose codes are compared
    ("otp-verification", VERIFY_MAIL.prepare, (VERIFY_MAIL, RESET_MAIL, LOG_IN_MAIL)),
    ("pin-otp", PIN_MAIL.prepare, (PIN_MAIL, RESET_MAIL, LOG_IN_MAIL)),
    ("phone-login", RESET_SMS.prepare, (RESET_SMS, LOG_IN_SMS, ONE_TOUCH_SMS)),
    ("phone-login", VERIFY_SMS.prepare, (VERIFY_SMS, ONE_TOUCH_SMS)),
    ("pin", PIN_SMS.prepare, (PIN_SMS, LOG_IN_SMS, ONE_TOUCH_SMS)),
    ("mfa-phone-login", _challenged("sms", having=("phone",)), (FACTOR_SMS, RESET_SMS)),
)
