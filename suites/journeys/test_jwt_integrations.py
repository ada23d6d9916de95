"""Management makes apps that get log-ins as JWTs, which say what it has decided."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

Json = Any
Add = Callable[..., str]
Key = OctKey | RSAKey | ECKey

pytestmark = pytest.mark.preset("administration")

SECRET = "lrh-key-of-an-app-that-gets-log-ins"
HOME = "https://app.example.com/jwt"


@pytest.fixture
def add(journey: Journey) -> Iterator[Add]:
    """`add(**members)`: add an app, which is removed at the end; return its name."""
    names: list[str] = []

    def added(**members: Json) -> str:
        names.append(journey.administration.add_jwt_app(**{"Secret": SECRET, **members})["AppName"])
        return names[-1]

    yield added
    for name in journey.administration.jwt_apps().keys() & set(names):
        journey.administration.remove_jwt_app(name)


def log_in(journey: Journey, app: str, person: Person) -> ApiResponse:
    """Send a password to log in to an app."""
    body = {"email": person.email, "password": person.password}
    return journey.client.call("jwt.login", path={"jwtappname": app}, body=body)


def claims_of(token: str, key: Key | None = None, algorithm: str = "HS256") -> Json:
    """Return the claims of a token that the key has signed."""
    return jwt.decode(token, key or OctKey.import_key(SECRET), algorithms=[algorithm]).claims


def claims_for(journey: Journey, app: str, person: Person) -> Json:
    """Log in to an app; return the claims of its token."""
    return claims_of(log_in(journey, app, person).must_succeed().data["signature"])


@pytest.mark.rule("jwt_apps.listed_until_removed")
def test_app_is_read_as_written_until_it_is_removed(journey: Journey, add: Add) -> None:
    administration = journey.administration
    app = add(Mapping={"first": "FirstName"}, Audience=["https://app.example.com"])
    before = administration.jwt_apps()[app]
    assert (before["Mapping"], before["Audience"]) == ({"first": "FirstName"}, ["https://app.example.com"])
    changed = administration.change_jwt_app(app, NotAfterDifference=120, ResponseMode="fragment")
    assert changed == before | {"NotAfterDifference": 120, "ResponseMode": "fragment"}
    read = administration.call("jwt_integration.get", path={"jwt_app": app}).must_succeed().data
    assert read == administration.jwt_apps()[app] == changed
    administration.remove_jwt_app(app)
    assert app not in administration.jwt_apps()


@pytest.mark.rule("jwt_apps.management_decides")
def test_token_has_the_life_and_the_claims_of_the_app(journey: Journey, person: Person, add: Add) -> None:
    app = add(Mapping={"user_id": "Uid"}, NotAfterDifference=120)
    claims = claims_for(journey, app, person)
    assert (claims["sub"], claims["user_id"], claims["exp"] - claims["iat"]) == (person.uid, person.uid, 120)
    journey.administration.change_jwt_app(app, Mapping={"id_of_user": "Uid"}, NotAfterDifference=60)
    claims = claims_for(journey, app, person)
    assert (claims["id_of_user"], claims["exp"] - claims["iat"]) == (person.uid, 60)
    assert "user_id" not in claims


@pytest.mark.rule("jwt_apps.management_decides")
def test_older_path_and_access_token_give_tokens_of_the_app(
    journey: Journey, person: Person, session: Session, add: Add
) -> None:
    app, call = add(NotAfterDifference=120), journey.client.call
    body = {"email": person.email, "password": person.password}
    replies = [
        call("jwt.login_legacy", query={"jwtapp": app}, body=body),
        call("jwt.token_by_access_token", path={"jwtappname": app}, token=session.token),
    ]
    for reply in replies:
        claims = claims_of(reply.must_succeed().data["signature"])
        assert (claims["sub"], claims["exp"] - claims["iat"]) == (person.uid, 120)


@pytest.mark.rule("jwt_apps.management_decides")
@pytest.mark.parametrize("algorithm", ["HS512", "RS256", "ES256", "ES384", "ES512"])
def test_token_is_signed_with_the_key_that_the_app_has_now(
    journey: Journey, person: Person, add: Add, algorithm: str
) -> None:
    key, secret = made_key(algorithm)
    app = add()
    journey.administration.change_jwt_app(app, Algo=algorithm, Secret=secret)
    token = log_in(journey, app, person).must_succeed().data["signature"]
    assert claims_of(token, key, algorithm)["sub"] == person.uid


def made_key(algorithm: str) -> tuple[Key, str]:
    """Return a new key for an algorithm, as it verifies and as management takes it."""
    if algorithm.startswith("HS"):
        secret = f"lrh-{uuid4().hex}{uuid4().hex}"
        return OctKey.import_key(secret), secret
    curves = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
    kind = ECKey.generate_key(curves[algorithm]) if algorithm in curves else RSAKey.generate_key(2048)
    return kind, kind.as_pem(private=True).decode()


@pytest.mark.rule("jwt_apps.removed_app_gets_no_log_in")
def test_removed_app_gets_no_log_in(journey: Journey, person: Person, session: Session, add: Add) -> None:
    app, call = add(), journey.client.call
    log_in(journey, app, person).must_succeed()
    journey.administration.remove_jwt_app(app)
    log_in(journey, app, person).must_be_refused(ErrorCode.PARAMETER_MALFORMED)
    reply = call("jwt.token_by_access_token", path={"jwtappname": app}, token=session.token)
    reply.must_be_refused(ErrorCode.PARAMETER_MALFORMED)
    query = {"redirect_uri": HOME, "token": session.token}
    assert call("jwt.authorize", path={"jwtappname": app}, query=query).status == 400


@pytest.mark.rule("jwt_apps.audience_and_metadata_are_claims")
def test_token_has_audience_and_metadata_and_names_nobody_else(journey: Journey, person: Person, add: Add) -> None:
    app = add(
        Metadata={"tier": "gold", "sub": "somebody", "iss": "https://other.example.com"},
        Mapping={"sub": "FirstName", "exp": "FirstName"},
        Audience=["https://app.example.com", "second"],
        NotBeforeDifference=30,
    )
    claims = claims_for(journey, app, person)
    assert (claims["tier"], claims["sub"]) == ("gold", person.uid)
    assert claims["aud"] == ["https://app.example.com", "second"]
    assert claims["iat"] - claims["nbf"] == 30
    assert claims["iss"] != "https://other.example.com"
    assert isinstance(claims["exp"], int)


@pytest.mark.rule("jwt_apps.name_is_given_once")
def test_removed_app_is_unknown_and_a_name_is_given_once(journey: Journey, add: Add) -> None:
    administration, app = journey.administration, add()
    body = {"AppName": app, "Algo": "HS256", "Secret": SECRET}
    administration.call("jwt_integration.create", body=body).must_be_refused(ErrorCode.REQUEST_INVALID)
    administration.remove_jwt_app(app)
    for operation, sent in (("get", None), ("update", {"NotAfterDifference": 60}), ("delete", None)):
        reply = administration.call(f"jwt_integration.{operation}", path={"jwt_app": app}, body=sent)
        reply.must_be_refused(ErrorCode.REQUEST_INVALID)


@pytest.mark.rule("jwt_apps.choices_are_listed")
def test_listed_algorithms_and_fields_can_be_chosen(journey: Journey, person: Person, add: Add) -> None:
    administration = journey.administration
    algorithms = administration.call("jwt_integration.list_algorithms").must_succeed().data["Data"]
    fields = administration.call("jwt_integration.list_mapping_fields").must_succeed().data["Data"]
    shared = [algorithm for algorithm in algorithms if algorithm.startswith("HS")]
    assert {"HS256", "RS256", "ES256"} <= set(algorithms)
    app = add(Algo=shared[0], Mapping={f"field_{field}": field for field in fields})
    assert (
        claims_of(log_in(journey, app, person).must_succeed().data["signature"], algorithm=shared[0]).items()
        >= {"field_Uid": person.uid}.items()
    )


@pytest.mark.rule("jwt_apps.management_decides")
def test_browser_comes_back_with_the_token_where_the_app_wants_it(
    journey: Journey, person: Person, session: Session, add: Add
) -> None:
    app = add(QueryStringParameter="log_in", ResponseMode="query")
    query = {"redirect_uri": HOME, "token": session.token}
    come_back = journey.client.call("jwt.authorize", path={"jwtappname": app}, query=query).redirected
    assert claims_of(come_back["log_in"])["sub"] == person.uid


@pytest.mark.preset("administration", allowed_urls=["https://app.example.com/"])
@pytest.mark.rule("jwt_apps.tenant_allows_addresses")
def test_browser_is_led_to_addresses_that_the_tenant_allows(journey: Journey, session: Session, add: Add) -> None:
    path, call = {"jwtappname": add()}, journey.client.call
    assert call("jwt.authorize", path=path, query={"redirect_uri": HOME, "token": session.token}).status == 302
    for elsewhere in ("https://app.example.com.evil.example/jwt", "https://evil.example/", "javascript:alert(1)"):
        reply = call("jwt.authorize", path=path, query={"redirect_uri": elsewhere, "token": session.token})
        assert reply.status == 400
