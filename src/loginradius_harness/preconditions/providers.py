"""People at social providers, scripted on an emulator."""

from typing import Any

from loginradius_harness.client.session import Session
from loginradius_harness.preconditions.registry import Preconditions, PreconditionUnavailable, precondition

Json = Any


class Providers(dict[str, Json]):
    """Provider -> what it hands out for somebody nobody has used; each is scripted when it is first named."""

    def __init__(self, givens: Preconditions) -> None:
        super().__init__()
        self._givens = givens

    def __missing__(self, provider: str) -> Json:
        self[provider] = granted = somebody(self._givens, provider)
        return granted


def somebody(givens: Preconditions, provider: str, **about: Any) -> Json:
    """A new user of a provider, with an address that nobody has."""
    if givens.journey.control is None:
        raise PreconditionUnavailable("a social provider can only be scripted on the emulator")
    about = {"email": givens.journey.new_person().email, **about}
    return givens.journey.social.new_user(provider, **about)


precondition("provider")(Providers)


def _register_session(provider: str) -> None:
    @precondition(f"social_session.{provider}")
    def social_session(givens: Preconditions) -> Session:
        """`{token}` comes from a log-in at this provider."""
        session = givens.journey.social.log_in(provider, somebody(givens, provider))
        givens.put("session", session)
        return session


for _provider in ("facebook", "twitter", "vkontakte"):
    _register_session(_provider)


@precondition("candidate.token")
def candidate_token(givens: Preconditions) -> str:
    """A log-in at a provider that is not linked to the person."""
    return givens.journey.social.log_in("facebook", somebody(givens, "facebook")).token


@precondition("candidate.client_guid")
def candidate_client_guid(givens: Preconditions) -> str:
    """The same, for a device that waits without callback."""
    return str(somebody(givens, "facebook")["client_guid"])


@precondition("social_login.client_guid")
def social_login_client_guid(givens: Preconditions) -> str:
    """A device that waits for a log-in which has ended well."""
    return str(somebody(givens, "facebook")["client_guid"])


@precondition("unverified_social.client_guid")
def unverified_social_client_guid(givens: Preconditions) -> str:
    """A device that waits for a log-in whose address the provider does not vouch for."""
    return str(somebody(givens, "facebook", email_verified=False)["client_guid"])


@precondition("linked_identity", needs=["session"])
def linked_identity(givens: Preconditions) -> Json:
    """A provider's profile, linked to the person."""
    granted = somebody(givens, "facebook")
    candidate = givens.journey.social.log_in("facebook", granted)
    givens.journey.social.link(givens.value("session"), candidate)
    return {"provider": "facebook", "provider_id": granted["id"]}


def _first(givens: Preconditions, operation: str, member: str) -> str:
    reply = givens.client.call(operation, token=givens.value("token"))
    return str(_items(reply.must_succeed().data)[0][member])


def _items(data: Json) -> Json:
    return data if isinstance(data, list) else data["Data"]


precondition("page_name")(lambda _: "examplebakery")  # the stand-in's built-in page
precondition("album_id")(lambda givens: _first(givens, "social_data.get_album", "ID"))
precondition("contact_id")(lambda givens: _first(givens, "social_data.get_contact", "ID"))
