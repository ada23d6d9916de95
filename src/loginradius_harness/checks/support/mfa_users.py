"""Create accounts with second factors and produce their proofs."""

from loginradius_harness.client.session import Challenge, Session
from loginradius_harness.client.totp import Authenticator
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey import mfa
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

FACTORS = ("totp", "sms", "email", "answers")
WRONG = {
    "totp": ErrorCode.AUTHENTICATOR_CODE_INCORRECT,
    "sms": ErrorCode.OTP_INCORRECT,
    "email": ErrorCode.EMAIL_OTP_INCORRECT,
    "answers": ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT,
    "backup": ErrorCode.BACKUP_CODE_INCORRECT_OR_USED,
}  # refusals


class MfaUser:
    """A verified account that is logged in and has enrolled factors (totp, sms, email, answers)."""

    app: Authenticator

    def __init__(self, journey: Journey, *factors: str, having: tuple[str, ...] = ()) -> None:
        self.journey = journey
        self.person: Person = journey.verified_person(*having)
        self.session: Session = journey.accounts.log_in(self.person)
        for factor in factors:
            self.enrol(factor)

    def enrol(self, factor: str) -> None:
        """Enrol a factor with the access token."""
        match factor:
            case "totp":
                self.app = self.journey.enrol_totp(self.session)
            case "sms":
                self.journey.mfa.enrol_sms(self.session, self.person.phone)
            case "email":
                self.journey.mfa.enrol_email(self.session, self.person.email)
            case "answers":
                self.journey.mfa.enrol_answers(self.session, {self.journey.question_id: self.person.answer})

    def begin(self) -> Challenge:
        """Log in with the password and return the challenge."""
        return self.journey.mfa.begin(self.person)

    def proof(self, factor: str, kind: str = mfa.CHALLENGE_KIND) -> str:
        """Return the correct proof: the app's code, the newest code sent by SMS or mail, or the answer."""
        match factor:
            case "totp":
                return self.app.code()
            case "sms":
                return self.journey.mailbox.wait(to=self.person.phone, kind=kind).otp
            case "email":
                return self.journey.mailbox.wait(to=self.person.email, kind=kind).otp
        return self.person.answer

    def reference(self, factor: str) -> str:
        """Return what a proof must name beside itself: the mailed address, or the question."""
        return {"email": self.person.email, "answers": self.journey.question_id}.get(factor, "")

    def answer(self, challenge: Challenge, factor: str) -> Session:
        """Complete a challenge."""
        return self.journey.mfa.answer(challenge, factor, self.proof(factor), at=self.reference(factor))

    def answer_wrongly(self, challenge: Challenge, factor: str, proof: str = "wrong!") -> Session:
        """Answer a challenge with a wrong proof."""
        return self.journey.mfa.answer(challenge, factor, proof, at=self.reference(factor))
