"""Users of social providers, invented on an emulator."""

from typing import Any

from loginradius_harness.client.session import Session
from loginradius_harness.preconditions.registry import Preconditions, PreconditionUnavailable, precondition

Json = Any


class Providers(dict[str, Json]):
    """Provider -> what it grants for a new user, who is invented when the provider is first named."""

    def __init__(self, preconditions: Preconditions) -> None:
        super().__init__()
        self._preconditions = preconditions

    def __missing__(self, provider: str) -> Json:
        self[provider] = granted = new_user(self._preconditions, provider)
        return granted


def new_user(preconditions: Preconditions, provider: str, **about: Any) -> Json:
    """Invent a user of a provider with an address that no account has."""
    if preconditions.journey.control is None:
        raise PreconditionUnavailable("a social provider can only be scripted on the emulator")
    about = {"email": preconditions.journey.new_person().email, **about}
    return preconditions.journey.social.new_user(provider, **about)


precondition("provider")(Providers)


def _register_session(provider: str) -> None:
    @precondition(f"social_session.{provider}")
    def social_session(preconditions: Preconditions) -> Session:
        """Log in through the provider; `{token}` is the token of that session."""
        session = preconditions.journey.social.log_in(provider, new_user(preconditions, provider))
        preconditions.put("session", session)
        return session


for _provider in ("facebook", "twitter", "vkontakte"):
    _register_session(_provider)


@precondition("candidate.token")
def candidate_token(preconditions: Preconditions) -> str:
    """Return the token of a social login that is not linked to the account."""
    return preconditions.journey.social.log_in("facebook", new_user(preconditions, "facebook")).token


@precondition("candidate.client_guid")
def candidate_client_guid(preconditions: Preconditions) -> str:
    """Return the client GUID of a device that waits for a social login which is not linked."""
    return str(new_user(preconditions, "facebook")["client_guid"])


@precondition("social_login.client_guid")
def social_login_client_guid(preconditions: Preconditions) -> str:
    """Return the client GUID of a device that waits for a completed social login."""
    return str(new_user(preconditions, "facebook")["client_guid"])


@precondition("unverified_social.client_guid")
def unverified_social_client_guid(preconditions: Preconditions) -> str:
    """Return the client GUID of a device that waits for a social login with an unverified address."""
    return str(new_user(preconditions, "facebook", email_verified=False)["client_guid"])


@precondition("linked_identity", needs=["session"])
def linked_identity(preconditions: Preconditions) -> Json:
    """Link a provider's profile to the account; return provider and provider's id."""
    granted = new_user(preconditions, "facebook")
    candidate = preconditions.journey.social.log_in("facebook", granted)
    preconditions.journey.social.link(preconditions.value("session"), candidate)
    return {"provider": "facebook", "provider_id": granted["id"]}


@precondition("trackable_status", needs=["social_session.facebook"])
def trackable_status(preconditions: Preconditions) -> str:
    """Post a status at the provider; return the id under which its statistics are read."""
    token = preconditions.value("social_session.facebook").token
    reply = preconditions.client.call("social_data.post_trackable_status", token=token, body={"status": "Look at this"})
    return str(reply.must_succeed().data["Id"])


def _first(preconditions: Preconditions, operation: str, member: str) -> str:
    reply = preconditions.client.call(operation, token=preconditions.value("token"))
    return str(_items(reply.must_succeed().data)[0][member])


def _items(data: Json) -> Json:
    return data if isinstance(data, list) else data["Data"]


precondition("page_name")(lambda _: "examplebakery")  # the built-in page of the emulated provider
precondition("album_id")(lambda preconditions: _first(preconditions, "social_data.get_album", "ID"))
precondition("contact_id")(lambda preconditions: _first(preconditions, "social_data.get_contact", "ID"))
