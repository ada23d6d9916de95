"""Apps, clients, codes and tokens of OAuth and OpenID Connect."""

from typing import Any

from loginradius_harness.journey.federation import Federation, challenge_of, random_text
from loginradius_harness.journey.people import Person
from loginradius_harness.preconditions.registry import Preconditions, PreconditionUnavailable, precondition

Json = Any


@precondition("federation")
def federation(preconditions: Preconditions) -> dict[str, str]:
    """Name the app and its clients, as the target describes them."""
    target = preconditions.client.target
    if not target.hub_url or target.oauth_client_secret is None or target.machine_client_secret is None:
        raise PreconditionUnavailable("needs hub_url, the table federation and the clients' secrets of the target")
    verifier, settings = random_text(), target.federation
    return {
        "app": settings.app,
        "client_id": settings.client_id,
        "client_secret": target.oauth_client_secret.reveal(),
        "redirect_uri": settings.redirect_uri,
        "logout_redirect_uri": settings.logout_redirect_uri,
        "machine_client_id": settings.machine_client_id,
        "machine_secret": target.machine_client_secret.reveal(),
        "audience": settings.audience,
        "verifier": verifier,
        "challenge": challenge_of(verifier),
    }


def _code(preconditions: Preconditions, kind: str) -> str:
    person: Person = preconditions.value("person")
    app = Federation(preconditions.client, kind)
    challenge = challenge_of(preconditions.value("federation.verifier"))
    return app.log_in(person, code_challenge=challenge, scope="openid" if kind == "oidc" else "profile").code


@precondition("federation.code", needs=["federation", "person"])
def code(preconditions: Preconditions) -> str:
    """Log a person in to the app of OpenID Connect."""
    return _code(preconditions, "oidc")


@precondition("federation.oauth_code", needs=["federation", "person"])
def oauth_code(preconditions: Preconditions) -> str:
    """Log a person in to the app of OAuth."""
    return _code(preconditions, "oauth")


@precondition("federation.tokens", needs=["federation", "person"])
def tokens(preconditions: Preconditions) -> Json:
    """Log a person in to the app of OpenID Connect and exchange the code."""
    return Federation(preconditions.client).tokens(preconditions.value("person"))


@precondition("federation.oauth_tokens", needs=["federation", "person"])
def oauth_tokens(preconditions: Preconditions) -> Json:
    """Log a person in to the app of OAuth and exchange the code."""
    return Federation(preconditions.client, "oauth").tokens(preconditions.value("person"), scope="profile")


@precondition("federation.device", needs=["federation"])
def device(preconditions: Preconditions) -> Json:
    """Let a device ask for its codes."""
    return Federation(preconditions.client).device()


@precondition("federation.machine_token", needs=["federation"])
def machine_token(preconditions: Preconditions) -> str:
    """Ask for an access token as a machine."""
    return str(Federation(preconditions.client).machine_token().must_succeed().data["access_token"])


@precondition("federation.registered", needs=["federation"])
def registered(preconditions: Preconditions) -> Json:
    """Register a client, and remove it at the end."""
    app = Federation(preconditions.client)
    body = {"client_name": "lrh-client", "redirect_uris": [app.settings.redirect_uri]}
    client = app.call("register_client", body=body).must_succeed().data
    path = {"clientid": client["client_id"]}
    token = client["registration_access_token"]
    preconditions.afterwards(lambda: app.call("delete_client", path=path, token=token))
    return client


@precondition("cross_device_code")
def cross_device_code(preconditions: Preconditions) -> str:
    """Return the code of a page that waits for a phone."""
    return preconditions.journey.cross_device.show_code()


@precondition("jwt_app")
def jwt_app(preconditions: Preconditions) -> str:
    """Name an app that takes JWTs."""
    return str(preconditions.journey.jwt_app.settings["name"])
