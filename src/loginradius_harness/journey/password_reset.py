"""Reset of a forgotten password (product-facts.md#password-reset)."""

from dataclasses import replace

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session
from loginradius_harness.journey.people import Person
from loginradius_harness.mailbox.mailbox import Mailbox

RESETS_BY_CODE = {
    "email": "authentication.reset_password_by_email_otp",
    "username": "authentication.reset_password_by_otp_and_username",
    "phone": "phone.reset_password_by_otp",
}


class PasswordReset:
    """Reset a password by mail, SMS or security answer."""

    def __init__(self, client: Client, mailbox: Mailbox) -> None:
        self._client = client
        self._mailbox = mailbox

    def ask_by_email(self, person: Person) -> ApiResponse:
        """Request a reset mail by e-mail address."""
        return self._client.call("authentication.forgot_password", body={"email": person.email}).must_succeed()

    def ask_by_username(self, person: Person) -> ApiResponse:
        """Request a reset mail by user name."""
        return self._client.call("authentication.forgot_password", body={"username": person.username}).must_succeed()

    def ask_by_phone(self, person: Person) -> ApiResponse:
        """Request a reset SMS."""
        return self._client.call("phone.forgot_password", body={"phone": person.phone}).must_succeed()

    def reset_by_mail(self, person: Person, new_password: str) -> Person:
        """Reset with the link or the code of the reset mail; return the person with the new password."""
        message = self._mailbox.wait(to=person.email, kind="forgotpassword")
        if message.token:
            return self.reset_by_token(person, message.token, new_password)
        return self.reset_by_code(person, message.otp, new_password)

    def reset_by_code(self, person: Person, code: str, new_password: str, by: str = "email") -> Person:
        """Reset with a code of a mail (`by` is email or username) or of an SMS (`by` is phone)."""
        body = {by: getattr(person, by), "otp": code, "password": new_password}
        self._client.call(RESETS_BY_CODE[by], body=body).must_succeed()
        return replace(person, password=new_password)

    def reset_by_token(self, person: Person, token: str, new_password: str) -> Person:
        """Reset with the token of a reset link."""
        body = {"resettoken": token, "password": new_password}
        self._client.call("authentication.reset_password_by_reset_token", body=body).must_succeed()
        return replace(person, password=new_password)

    def reset_by_sms(self, person: Person, new_password: str) -> Person:
        """Reset with the code of the reset SMS."""
        code = self._mailbox.wait(to=person.phone, kind="forgotpassword").otp
        return self.reset_by_code(person, code, new_password, by="phone")

    def reset_by_answer(self, person: Person, question_id: str, new_password: str, by: str = "email") -> Person:
        """Reset with a security answer; `by` is email, phone or username."""
        operation = f"authentication.reset_password_by_security_answer_and_{by}"
        answer = {question_id: person.answer}
        body = {by: getattr(person, by), "securityanswer": answer, "password": new_password}
        self._client.call(operation, body=body).must_succeed()
        return replace(person, password=new_password)

    def questions(self, person: Person, by: str = "email") -> list[str]:
        """Return the ids of the security questions of an account; `by` is email, phone or username."""
        query = {_PARAMETER[by]: getattr(person, by)}
        return _ids(self._client.call(f"authentication.get_security_questions_by_{by}", query=query))

    def own_questions(self, session: Session) -> list[str]:
        """Return the ids of the security questions of the session's user."""
        return _ids(self._client.call("authentication.get_security_questions_by_access_token", token=session.token))


_PARAMETER = {"email": "email", "phone": "phone", "username": "userName"}


def _ids(reply: ApiResponse) -> list[str]:
    return [question["QuestionId"] for question in reply.must_succeed().data]
