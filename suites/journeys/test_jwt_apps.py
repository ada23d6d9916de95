"""Log-ins to an app as JWTs (product-facts.md#jwt-log-in)."""

import re
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey

from loginradius_harness.client.client import Client
from loginradius_harness.client.session import Session
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

pytestmark = pytest.mark.preset("jwt-app")

HOME = "https://app.example.com/jwt"

Json = Any


def claims_of(journey: Journey, token: str) -> Json:
    """Return the claims of a token that the app's key has signed."""
    app = journey.jwt_app.settings
    return jwt.decode(token, OctKey.import_key(app["secret"]), algorithms=[app["algorithm"]]).claims


@pytest.mark.parametrize("older", [False, True])
@pytest.mark.rule("jwt_apps.token_names_the_user")
def test_password_logs_in_to_an_app(journey: Journey, person: Person, *, older: bool) -> None:
    claims = claims_of(journey, journey.jwt_app.log_in(person, older=older))
    assert (claims["sub"], claims["email"]) == (person.uid, person.email)
    now = journey.client.clock.now().timestamp()
    assert claims["iat"] <= now + 5 < claims["exp"] <= now + journey.jwt_app.settings["seconds"] + 5


@pytest.mark.parametrize("older", [False, True])
@pytest.mark.rule("jwt_apps.token_names_the_user")
def test_access_token_logs_in_to_an_app(journey: Journey, person: Person, session: Session, *, older: bool) -> None:
    assert claims_of(journey, journey.jwt_app.token(session, older=older))["sub"] == person.uid


@pytest.mark.rule("jwt_apps.nonce_is_in_the_token")
def test_token_carries_the_nonce(journey: Journey, person: Person, session: Session) -> None:
    tokens = [journey.jwt_app.token(session, nonce="a-nonce"), journey.jwt_app.log_in(person, nonce="a-nonce")]
    assert [claims_of(journey, token)["nonce"] for token in tokens] == ["a-nonce", "a-nonce"]


@pytest.mark.rule("jwt_apps.browser_comes_back_with_a_token")
def test_browser_comes_back_with_a_token(journey: Journey, person: Person, session: Session) -> None:
    assert "return_url" in journey.jwt_app.authorize().redirected
    come_back = journey.jwt_app.authorize(token=session.token).redirected
    assert claims_of(journey, come_back[journey.jwt_app.settings["parameter"]])["sub"] == person.uid


@pytest.mark.preset("jwt-app", jwt_apps=[{"name": "form", "response_mode": "form_post", "redirect_uris": [HOME]}])
@pytest.mark.rule("jwt_apps.form_carries_the_token")
def test_page_posts_the_token_to_the_app(journey: Journey, person: Person, session: Session) -> None:
    assert "return_url" in journey.jwt_app.authorize().redirected
    page = journey.jwt_app.authorize(token=session.token).must_succeed().data
    name, token = re.findall(r'name="([^"]+)" value="([^"]+)"', page)[0]
    assert (name, claims_of(journey, token)["sub"]) == (journey.jwt_app.settings["parameter"], person.uid)
    assert f'method="post" action="{HOME}"' in page


@pytest.mark.rule("jwt_apps.redirect_address_is_registered")
@pytest.mark.parametrize("change", ["/further", ".elsewhere.example", "?more=1"])
def test_browser_is_not_led_elsewhere(journey: Journey, session: Session, change: str) -> None:
    address = journey.jwt_app.settings["redirect_uris"][0] + change
    assert journey.jwt_app.authorize(address, token=session.token).status == 400


@pytest.mark.preset("jwt-app", jwt_apps=[{"name": "rsa", "algorithm": "RS256"}])
@pytest.mark.rule("jwt_apps.token_names_the_user")
def test_published_key_verifies_a_token(journey: Journey, api: Client, person: Person) -> None:
    token = journey.jwt_app.log_in(person)
    keys = KeySet.import_key_set(api.call("oauth_m2m.get_jwks").must_succeed().data)
    assert jwt.decode(token, keys.keys[0], algorithms=["RS256"]).claims["sub"] == person.uid
