"""Second factors: enrolment, login challenges, backup codes (product-facts.md#mfa-login, #mfa-settings)."""

from collections.abc import Callable
from typing import Any

from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import ContractViolationError
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Challenge, Session
from loginradius_harness.client.totp import Authenticator
from loginradius_harness.journey.people import Person
from loginradius_harness.mailbox.mailbox import Mailbox

Json = Any

CHALLENGE_KIND = "secondfactor"  # of the messages that come with a challenge
ENROLMENT_KIND = "mfaenrolment"  # of those that prove a new phone or address


class Mfa:
    """Enrol and use the factors totp, sms, email and answers (security questions)."""

    def __init__(self, client: Client, mailbox: Mailbox, app: Callable[[str], Authenticator]) -> None:
        self._client = client
        self._mailbox = mailbox
        self._app = app

    def first_factor(
        self, person: Person, by: str = "email", query: dict[str, str] | None = None, **more: Any
    ) -> ApiResponse:
        """Send the MFA login with the password; the tenant decides whether a second factor must follow."""
        body = {by: getattr(person, by), "password": person.password, **more}
        return self._client.call(f"mfa.login_by_{by}", query=query, body=body).must_succeed()

    def log_in(self, person: Person, by: str = "email") -> Session:
        """Log in with the password where no second factor is required; ContractViolationError where one is."""
        reply = self.first_factor(person, by)
        if Challenge.of(reply) is not None:
            asked = "no second factor is asked for"
            raise ContractViolationError(reply.operation.id, asked, "a finished login", "SecondFactorAuthentication")
        return Session.of(reply)

    def begin(self, person: Person, by: str = "email", **query: str) -> Challenge:
        """Log in with the password where a second factor is required; ContractViolationError where none is."""
        challenge = Challenge.of(self.first_factor(person, by, query))
        if challenge is None:
            asked = "a second factor is asked for"
            raise ContractViolationError(f"mfa.login_by_{by}", asked, "SecondFactorAuthentication", "a finished login")
        return challenge

    def settings(self, session: Session) -> Json:
        """Return the user's factors and, while no authenticator app is verified, the secret to enrol one."""
        return self._client.call("mfa.get_settings", token=session.token).must_succeed().data

    def enrol_totp(self, session: Session) -> Authenticator:
        """Set up an authenticator app with an access token; return it."""
        app = self._app(self.settings(session)["ManualEntryCode"])
        operation = "mfa.verify_authenticator_code_by_access_token"
        self._client.call(operation, token=session.token, body={"authenticatorcode": app.code()}).must_succeed()
        return app

    def app_of(self, challenge: Challenge) -> Authenticator:
        """Return an app with the secret of a challenge; answering the challenge with it enrols it."""
        return self._app(challenge.secret)

    def answer(self, challenge: Challenge, factor: str, proof: str, at: str = "") -> Session:
        """Answer a challenge by a factor or a `backup` code. `at` is the e-mail address, or the question's id."""
        operation, body = {
            "totp": ("mfa.validate_authenticator_code", {"authenticatorcode": proof}),
            "sms": ("mfa.validate_sms_otp", {"otp": proof}),
            "email": ("mfa.validate_email_otp", {"EmailId": at, "otp": proof}),
            "answers": ("mfa.validate_security_answers", {"securityquestionanswer": _listed({at: proof})}),
            "backup": ("mfa.validate_backup_code", {"backupcode": proof}),
        }[factor]
        return self._answer(operation, challenge, body)

    def answer_totp(self, challenge: Challenge, app: Authenticator) -> Session:
        """Answer a challenge with a code of the app."""
        return self.answer(challenge, "totp", app.code())

    def answer_backup_code(self, challenge: Challenge, code: str) -> Session:
        """Answer a challenge with a backup code."""
        return self.answer(challenge, "backup", code)

    def enrol_sms(self, session: Session, phone: str) -> ApiResponse:
        """Enrol a phone number as SMS factor."""
        self.name_phone(session, phone)
        code = self._mailbox.wait(to=phone, kind=ENROLMENT_KIND).otp
        operation = "mfa.verify_sms_otp_by_access_token"
        return self._client.call(operation, token=session.token, body={"otp": code}).must_succeed()

    def name_phone(self, session: Session, phone: str) -> ApiResponse:
        """Send a code to the phone number that is to become the SMS factor."""
        body = {"phoneno2fa": phone}
        return self._client.call("mfa.update_phone_by_access_token", token=session.token, body=body).must_succeed()

    def answer_sms(self, challenge: Challenge, phone: str) -> Session:
        """Answer a challenge with the code of its SMS."""
        return self.answer(challenge, "sms", self._mailbox.wait(to=phone, kind=CHALLENGE_KIND).otp)

    def enrol_email(self, session: Session, email: str) -> ApiResponse:
        """Enrol an e-mail address as factor."""
        self.name_email(session, email)
        code = self._mailbox.wait(to=email, kind=ENROLMENT_KIND).otp
        body = {"EmailId": email, "otp": code}
        return self._client.call("mfa.verify_email_otp_by_access_token", token=session.token, body=body).must_succeed()

    def name_email(self, session: Session, email: str) -> ApiResponse:
        """Send a code to the e-mail address that is to become a factor."""
        query = {"emailId": email}
        return self._client.call("mfa.send_email_otp_by_access_token", token=session.token, query=query).must_succeed()

    def answer_email(self, challenge: Challenge, email: str) -> Session:
        """Answer a challenge with the code of its mail."""
        return self.answer(challenge, "email", self._mailbox.wait(to=email, kind=CHALLENGE_KIND).otp, at=email)

    def offer_phone(self, challenge: Challenge, phone: str) -> ApiResponse:
        """Send a code to a new phone number; answering the challenge with it enrols the number."""
        query = {"secondFactorAuthenticationToken": challenge.token}
        return self._client.call("mfa.update_phone", query=query, body={"phoneno2fa": phone}).must_succeed()

    def offer_answers(self, challenge: Challenge, answers: dict[str, str]) -> Session:
        """Enrol security questions during the login; return the session."""
        return self._answer("mfa.set_security_answers", challenge, {"securityquestionanswer": _listed(answers)})

    def resend_sms(self, challenge: Challenge) -> ApiResponse:
        """Request the SMS again."""
        query = {"secondFactorAuthenticationToken": challenge.token}
        return self._client.call("mfa.resend_sms_otp", query=query).must_succeed()

    def send_email(self, challenge: Challenge, email: str) -> ApiResponse:
        """Request a code by mail where the challenge sent none."""
        query = {"secondFactorAuthenticationToken": challenge.token}
        return self._client.call("mfa.send_email_otp", query=query, body={"EmailId": email}).must_succeed()

    def enrol_answers(self, session: Session, answers: dict[str, str]) -> ApiResponse:
        """Enrol security questions as factor: question id -> answer."""
        body = {"securityquestionanswer": _listed(answers), "ReplaceSecurityQuestionAnswer": True}
        operation = "mfa.set_security_answers_by_access_token"
        return self._client.call(operation, token=session.token, body=body).must_succeed()

    def answer_questions(self, challenge: Challenge, answers: dict[str, str]) -> Session:
        """Answer a challenge with security answers: question id -> answer."""
        return self._answer("mfa.validate_security_answers", challenge, {"securityquestionanswer": _listed(answers)})

    def backup_codes(self, session: Session) -> list[str]:
        """Return the ten backup codes; a second call is refused with BACKUP_CODES_ALREADY_EXIST."""
        return self._codes("mfa.get_backup_codes_by_access_token", session)

    def new_backup_codes(self, session: Session) -> list[str]:
        """Replace the backup codes; return the ten new ones."""
        return self._codes("mfa.reset_backup_codes_by_access_token", session)

    def _codes(self, operation: str, session: Session) -> list[str]:
        codes: list[str] = self._client.call(operation, token=session.token).must_succeed().data["BackUpCodes"]
        return codes

    def _answer(self, operation: str, challenge: Challenge, body: Json) -> Session:
        query = {"secondFactorAuthenticationToken": challenge.token}
        return Session.of(self._client.call(operation, query=query, body=body))


def _listed(answers: dict[str, str]) -> list[dict[str, str]]:
    return [{"QuestionId": question, "Answer": answer} for question, answer in answers.items()]
