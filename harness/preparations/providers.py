"""People at social providers, scripted on an emulator."""

from typing import Any

from harness.given import Givens, NotPrepared, given
from harness.session import Session

Json = Any


class Providers(dict[str, Json]):
    """Provider -> what it hands out for somebody nobody has used; each is scripted when it is first named."""

    def __init__(self, givens: Givens) -> None:
        super().__init__()
        self._givens = givens

    def __missing__(self, provider: str) -> Json:
        self[provider] = granted = somebody(self._givens, provider)
        return granted


def somebody(givens: Givens, provider: str, **about: Any) -> Json:
    """A new user of a provider, with an address that nobody has."""
    if givens.journey.control is None:
        raise NotPrepared("a social provider can only be scripted on the emulator")
    about = {"email": givens.journey.new_person().email, **about}
    return givens.journey.social.somebody(provider, **about)


given("provider")(Providers)


def _register_session(provider: str) -> None:
    @given(f"social_session.{provider}")
    def social_session(givens: Givens) -> Session:
        """`{token}` comes from a log-in at this provider."""
        session = givens.journey.social.log_in(provider, somebody(givens, provider))
        givens.put("session", session)
        return session


for _provider in ("facebook", "twitter", "vkontakte"):
    _register_session(_provider)


@given("candidate.token")
def candidate_token(givens: Givens) -> str:
    """A log-in at a provider that is not linked to the person."""
    return givens.journey.social.log_in("facebook", somebody(givens, "facebook")).token


@given("candidate.client_guid")
def candidate_client_guid(givens: Givens) -> str:
    """The same, for a device that waits without callback."""
    return str(somebody(givens, "facebook")["client_guid"])


@given("social_login.client_guid")
def social_login_client_guid(givens: Givens) -> str:
    """A device that waits for a log-in which has ended well."""
    return str(somebody(givens, "facebook")["client_guid"])


@given("unverified_social.client_guid")
def unverified_social_client_guid(givens: Givens) -> str:
    """A device that waits for a log-in whose address the provider does not vouch for."""
    return str(somebody(givens, "facebook", email_verified=False)["client_guid"])


@given("linked_identity", needs=["session"])
def linked_identity(givens: Givens) -> Json:
    """A provider's profile, linked to the person."""
    granted = somebody(givens, "facebook")
    candidate = givens.journey.social.log_in("facebook", granted)
    givens.journey.social.link(givens.value("session"), candidate)
    return {"provider": "facebook", "provider_id": granted["id"]}


def _first(givens: Givens, operation: str, member: str) -> str:
    reply = givens.client.call(operation, token=givens.value("token"))
    return str(_items(reply.must_succeed().data)[0][member])


def _items(data: Json) -> Json:
    return data if isinstance(data, list) else data["Data"]


given("page_name")(lambda _: "examplebakery")  # the stand-in's built-in page
given("album_id")(lambda givens: _first(givens, "social_data.get_album", "ID"))
given("contact_id")(lambda givens: _first(givens, "social_data.get_contact", "ID"))
