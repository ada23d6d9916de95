"""Login through a social provider (product-facts.md#social-login).

The provider is the emulator's; no test talks to a real one.
"""

from typing import Any

from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.errors import UnsupportedByTarget
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session

Json = Any

# Kind of login -> provider, operation, parameter -> member of the provider's grant.
EXCHANGES: dict[str, tuple[str, str, dict[str, str]]] = {
    "facebook": ("facebook", "by_facebook_access_token", {"fb_Access_Token": "access_token"}),
    "twitter": (
        "twitter",
        "by_twitter_access_token",
        {"tw_Access_Token": "access_token", "tw_Token_Secret": "token_secret"},
    ),
    "google": ("google", "by_google_access_token", {"google_Access_Token": "access_token"}),
    "google code": ("google", "by_google_auth_code", {"google_authcode": "code"}),
    "google jwt": ("google", "by_google_jwt", {"id_Token": "id_token"}),
    "apple jwt": ("apple", "by_apple_jwt", {"id_Token": "id_token"}),
    "apple refresh": ("apple", "by_apple_refresh_token", {"refresh_token": "access_token"}),
    "facebook jwt": ("facebook", "by_facebook_jwt", {"id_Token": "id_token"}),
    "linkedin": ("linkedin", "by_linkedin_access_token", {"ln_Access_Token": "access_token"}),
    "foursquare": ("foursquare", "by_foursquare_access_token", {"fs_Access_Token": "access_token"}),
    "vkontakte": ("vkontakte", "by_vkontakte_token", {"vk_access_token": "access_token"}),
    "apple": ("apple", "by_apple_id_code", {"code": "code"}),
    "wechat": ("wechat", "by_wechat_code", {"code": "code"}),
    "myjwt": ("myjwt", "by_custom_jwt", {"id_Token": "id_token", "providername": "provider"}),
}


class Social:
    """Invent users of a provider; log in, link and unlink their profiles."""

    def __init__(self, client: Client, control: EmulatorClient | None) -> None:
        self._client = client
        self._control = control

    def new_user(self, provider: str, **about: Any) -> Json:
        """Invent a user of a provider (`email=`, `profile=` ...); return the tokens that the provider grants."""
        if self._control is None:
            raise UnsupportedByTarget("needs a social provider that can be scripted: an emulator")
        return self._control.script_provider(provider=provider, **about)

    def log_in(self, way: str, granted: Json) -> Session:
        """Exchange what the provider granted for a session."""
        _, operation, parameters = EXCHANGES[way]
        query = {parameter: granted[member] for parameter, member in parameters.items()}
        return Session.of(self._client.call(f"native_social.{operation}", query=query))

    def come_back(self, granted: Json) -> Session:
        """Exchange the request token of the hosted page's callback for a session."""
        query = {"token": granted["request_token"]}
        return Session.of(self._client.call("social.exchange_access_token", query=query))

    def ping(self, granted: Json) -> Session:
        """Poll, from a device without callback, whether the user has logged in at the provider."""
        query = {"clientGuid": granted["client_guid"]}
        return Session.of(self._client.call("authentication.get_profile_by_ping", query=query))

    def link(self, session: Session, candidate: Session) -> ApiResponse:
        """Join the profile behind another session to one's own account."""
        body = {"candidatetoken": candidate.token}
        operation = "authentication.link_social_identities"
        return self._client.call(operation, token=session.token, body=body).must_succeed()

    def link_by_ping(self, session: Session, granted: Json) -> ApiResponse:
        """Link the profile that a device without callback has logged in with."""
        body = {"clientGuid": granted["client_guid"]}
        operation = "authentication.link_social_identities_by_ping"
        return self._client.call(operation, token=session.token, body=body).must_succeed()

    def identities(self, session: Session) -> list[tuple[str, str]]:
        """Return (provider, provider's id) of each profile that is linked to the user's account."""
        profile = self._client.call("authentication.get_profile", token=session.token).must_succeed().data
        return [(linked["Provider"], linked["ID"]) for linked in profile["Identities"] or ()]

    def unlink(self, session: Session, provider: str, provider_id: str) -> ApiResponse:
        """Unlink a provider's profile from the user's account."""
        body = {"provider": provider, "providerid": provider_id}
        operation = "authentication.unlink_social_identities"
        return self._client.call(operation, token=session.token, body=body).must_succeed()
