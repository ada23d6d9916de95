"""Account management by the tenant's own server (product-facts.md#account-management). Needs the API secret."""

from dataclasses import replace
from typing import Any

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session
from loginradius_harness.journey.people import Person

Json = Any


class Accounts:
    """Create, read, change and delete accounts by uid."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def create(self, person: Person, **profile: Any) -> Person:
        """Create a verified account without sending mail; return the person with uid and profile id.

        `profile` replaces members of the request body; None removes a member.
        """
        body = {
            "Email": [{"Type": "Primary", "Value": person.email}],
            "EmailVerified": True,
            "Password": person.password,
            "FirstName": person.first_name,
            "LastName": person.last_name,
            **profile,
        }
        sent = {name: value for name, value in body.items() if value is not None}
        made = self._client.call("account.create_account", body=sent).must_succeed().data
        return replace(person, uid=made["Uid"], id=made["ID"])

    def find(self, person: Person) -> Json:
        """Return the profile of the account with the person's e-mail address."""
        query = {"email": person.email}
        return self._client.call("account.get_account_profile_by_email", query=query).must_succeed().data

    def read(self, uid: str) -> Json:
        """Return the profile of an account."""
        return self._client.call("account.get_account_profile_by_uid", path={"uid": uid}).must_succeed().data

    def update(self, uid: str, **changes: Any) -> Json:
        """Change a profile; also block, unblock or lock out with `IsActive`, `IsLoginLocked`, `DisableLogin`."""
        reply = self._client.call("account.update_account_by_uid", path={"uid": uid}, body=changes)
        return reply.must_succeed().data

    def put_emails(self, uid: str, emails: dict[str, str]) -> Json:
        """Set e-mail addresses (type -> address); return the profile."""
        body = {"Email": [{"Type": kind, "Value": address} for kind, address in emails.items()]}
        return self._client.call("account.upsert_email_by_uid", path={"uid": uid}, body=body).must_succeed().data

    def remove_email(self, uid: str, email: str) -> Json:
        """Remove an e-mail address; return the profile."""
        reply = self._client.call("account.remove_email_by_uid", path={"uid": uid}, body={"email": email})
        return reply.must_succeed().data

    def invalidate_email(self, uid: str) -> ApiResponse:
        """Mark the e-mail address as unverified, so that it must be verified again."""
        return self._client.call("account.invalidate_email_verification_by_uid", path={"uid": uid}).must_succeed()

    def put_phone(self, uid: str, phone: str) -> Json:
        """Set the phone number; return the profile."""
        reply = self._client.call("account.update_phone_by_uid", path={"uid": uid}, body={"phone": phone})
        return reply.must_succeed().data

    def invalidate_phone(self, uid: str) -> ApiResponse:
        """Mark the phone number as unverified, so that it must be verified again."""
        return self._client.call("account.invalidate_phone_verification_by_uid", path={"uid": uid}).must_succeed()

    def rename(self, uid: str, new: str) -> ApiResponse:
        """Change the uid of an account."""
        return self._client.call("account.update_uid", query={"uid": uid}, body={"newUid": new}).must_succeed()

    def make_token(self, kind: str, **about: str) -> str:
        """Create the token of a mail link without sending the mail, e.g. `make_token("deleteuser", Email=...)`."""
        reply = self._client.call("account.generate_email_token", path={"tokentype": kind}, body=about)
        return str(reply.must_succeed().data["Token"])

    def make_code(self, kind: str, **about: str) -> str:
        """Create the code of an SMS without sending it, e.g. `make_code("forgotpin", Phone=...)`."""
        reply = self._client.call("account.generate_sms_otp", path={"smsotptype": kind}, body=about)
        return str(reply.must_succeed().data["Token"])

    def delete(self, uid: str) -> ApiResponse:
        """Delete an account and all its data."""
        return self._client.call("account.delete_account_by_uid", path={"uid": uid}).must_succeed()

    def log_in(self, person: Person) -> Session:
        """Create a session without password or second factor (impersonation)."""
        query = {"uid": person.uid}
        reply = self._client.call("account.get_access_token_by_uid", query=query, repeatable=True)  # another session
        return replace(Session.of(reply), uid=person.uid, id=person.id)

    def set_password(self, person: Person, new_password: str) -> Person:
        """Set the password; return the person with the new one."""
        body = {"password": new_password}
        self._client.call("account.set_password_by_uid", path={"uid": person.uid}, body=body).must_succeed()
        return replace(person, password=new_password)

    def refresh(self, session: Session) -> Session:
        """Exchange a refresh token for a new session."""
        query = {"refresh_Token": session.refresh_token}
        reply = self._client.call("account.refresh_access_token_by_refresh_token", query=query)
        return replace(Session.of(reply), uid=session.uid, id=session.id)

    def revoke(self, session: Session) -> ApiResponse:
        """Revoke the session's refresh token."""
        query = {"refresh_Token": session.refresh_token}
        return self._client.call("account.revoke_refresh_token", query=query).must_succeed()

    def revoke_all(self, uid: str) -> ApiResponse:
        """Revoke all refresh tokens of an account."""
        return self._client.call("account.revoke_all_refresh_tokens_by_uid", path={"uid": uid}).must_succeed()
