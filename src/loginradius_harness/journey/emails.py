"""E-mail addresses of an account, and the end of the account (product-facts.md#emails, #account-deletion)."""

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session
from loginradius_harness.journey.people import Person
from loginradius_harness.mailbox.mailbox import Mailbox


class Emails:
    """Add, verify and remove an e-mail address; delete the account by mail."""

    def __init__(self, client: Client, mailbox: Mailbox) -> None:
        self._client = client
        self._mailbox = mailbox

    def add(self, session: Session, email: str, kind: str = "Secondary") -> ApiResponse:
        """Add an e-mail address; it must be verified before it can be used."""
        body = {"email": email, "type": kind}
        return self._client.call("authentication.add_email", token=session.token, body=body).must_succeed()

    def verify(self, token: str) -> ApiResponse:
        """Follow the link with a verification token."""
        query = {"verificationToken": token}
        return self._client.call("authentication.verify_email", query=query).must_succeed()

    def confirm(self, email: str) -> ApiResponse:
        """Follow the link of the mail to the new address, or enter its code."""
        message = self._mailbox.wait(to=email, kind="addemail")
        return self.verify(message.token) if message.token else self.verify_code(email, message.otp)

    def verify_code(self, email: str, code: str) -> ApiResponse:
        """Verify an e-mail address with a code."""
        body = {"email": email, "otp": code}
        return self._client.call("authentication.verify_email_by_otp", body=body).must_succeed()

    def remove(self, session: Session, email: str) -> ApiResponse:
        """Remove an e-mail address; the product refuses to remove the last one."""
        body = {"email": email}
        return self._client.call("authentication.remove_email", token=session.token, body=body).must_succeed()

    def ask_for_deletion(self, session: Session) -> ApiResponse:
        """Request the mail that confirms the deletion of the account."""
        return self._client.call("authentication.request_account_deletion", token=session.token).must_succeed()

    def confirm_deletion(self, person: Person) -> ApiResponse:
        """Follow the link of the deletion mail, which deletes the account."""
        return self.delete_by_token(self._mailbox.wait(to=person.email, kind="deleteuser").token)

    def delete_by_token(self, token: str) -> ApiResponse:
        """Follow the link with a deletion token."""
        query = {"deletetoken": token}
        return self._client.call("authentication.delete_account_by_delete_token", query=query).must_succeed()
