"""E-mail addresses of an account, and the end of the account (product-facts.md#emails, #account-deletion)."""

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session
from loginradius_harness.journey.people import Person
from loginradius_harness.mailbox.mailbox import Mailbox


class Emails:
    """Add, confirm and remove an address; delete the account by mail."""

    def __init__(self, client: Client, mailbox: Mailbox) -> None:
        self._client = client
        self._mailbox = mailbox

    def add(self, session: Session, email: str, kind: str = "Secondary") -> ApiResponse:
        """Give another address; it counts once it is verified."""
        body = {"email": email, "type": kind}
        return self._client.call("authentication.add_email", token=session.token, body=body).must_succeed()

    def verify(self, token: str) -> ApiResponse:
        """Open the link that carries a verification token."""
        query = {"verificationToken": token}
        return self._client.call("authentication.verify_email", query=query).must_succeed()

    def confirm(self, email: str) -> ApiResponse:
        """Open the link of the mail to the new address, or type in its code."""
        message = self._mailbox.wait(to=email, kind="addemail")
        return self.verify(message.token) if message.token else self.verify_code(email, message.otp)

    def verify_code(self, email: str, code: str) -> ApiResponse:
        """Type in a code for an address."""
        body = {"email": email, "otp": code}
        return self._client.call("authentication.verify_email_by_otp", body=body).must_succeed()

    def remove(self, session: Session, email: str) -> ApiResponse:
        """Take an address away; the last one cannot be."""
        body = {"email": email}
        return self._client.call("authentication.remove_email", token=session.token, body=body).must_succeed()

    def ask_for_deletion(self, session: Session) -> ApiResponse:
        """Ask for the mail that deletes the account."""
        return self._client.call("authentication.request_account_deletion", token=session.token).must_succeed()

    def confirm_deletion(self, person: Person) -> ApiResponse:
        """Open the link of that mail: the account is gone."""
        return self.delete_by_token(self._mailbox.wait(to=person.email, kind="deleteuser").token)

    def delete_by_token(self, token: str) -> ApiResponse:
        """Open the link that carries a deletion token."""
        query = {"deletetoken": token}
        return self._client.call("authentication.delete_account_by_delete_token", query=query).must_succeed()
