"""Consent forms and privacy policies (product-facts.md#consent)."""

from typing import Any

from loginradius_harness.client.client import Client
from loginradius_harness.client.session import Session

Json = Any


class Consent:
    """Submit a consent form; accept a privacy policy."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def consent(self, session: Session, options: list[str], event: str = "Login") -> Json:
        """Submit the consent form of an event with all of these options accepted; return the profile."""
        reply = self._client.call("consent.submit_by_access_token", token=session.token, body=_form(options, event))
        return reply.must_succeed().data

    def consent_and_log_in(self, consent_token: str, options: list[str], event: str = "Login") -> Session:
        """Submit the form with the token of a login that was refused with CONSENT_REQUIRED; return the session."""
        query = {"consentToken": consent_token}
        return Session.of(self._client.call("consent.submit_by_consent_token", query=query, body=_form(options, event)))

    def accept_policy(self, session: Session) -> Json:
        """Accept the current privacy policy; return the profile."""
        return self._client.call("authentication.accept_privacy_policy", token=session.token).must_succeed().data


def _form(options: list[str], event: str) -> Json:
    accepted = [{"ConsentOptionId": option, "IsAccepted": True} for option in options]
    return {"Events": [{"Event": event, "IsCustom": False}], "Data": accepted}
