"""Log-ins to apps as JWTs: algorithms, where the token stands, and which tenant an app belongs to."""

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.settings import changed
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Ask, Member

pytestmark = pytest.mark.preset("jwt-app")

APP = "emulated-jwt"
HOME = "https://app.example.com/jwt"


def change(tenant: Tenant, **settings: object) -> None:
    """Change the tenant's only app."""
    app = {"name": APP, "redirect_uris": [HOME], **settings}
    tenant.settings = changed(tenant.settings, {"jwt_apps": [app]})


def token_of(tenant: Tenant, person: Member) -> str:
    """Return an access token."""
    return tenant.sessions.open(tenant.managed_account(person.uid), tenant.settings).token


@pytest.mark.parametrize("algorithm", ["HS384", "HS512", "RS256", "RS384", "RS512"])
def test_app_chooses_the_algorithm(ask: Ask, tenant: Tenant, person: Member, algorithm: str) -> None:
    change(tenant, algorithm=algorithm)
    reply = ask("jwt.token_by_access_token", path={"jwtappname": APP}, token=token_of(tenant, person))
    published = {name: value for name, value in ask("oauth_m2m.get_jwks").data["keys"][0].items() if name != "alg"}
    secret = OctKey.import_key(tenant.settings.jwt_apps[0].secret)
    key = secret if algorithm.startswith("HS") else RSAKey.import_key(published)
    assert jwt.decode(reply.data["signature"], key, algorithms=[algorithm]).claims["sub"] == person.uid


def test_request_without_identifier_is_refused(ask: Ask) -> None:
    reply = ask("jwt.login", path={"jwtappname": APP}, body={"password": "some password"})
    assert reply.code == ErrorCode.EMAIL_OR_PHONE_REQUIRED


def test_unknown_app_is_refused(ask: Ask, tenant: Tenant, person: Member) -> None:
    reply = ask("jwt.token_by_access_token", path={"jwtappname": "nobody"}, token=token_of(tenant, person))
    assert reply.code == ErrorCode.PARAMETER_MALFORMED


@pytest.mark.parametrize("algorithm", ["ES256", "ES512"])
def test_app_whose_key_does_not_fit_its_algorithm_gets_no_log_in(
    ask: Ask, tenant: Tenant, person: Member, algorithm: str
) -> None:
    change(tenant, algorithm=algorithm)
    token = token_of(tenant, person)
    reply = ask("jwt.token_by_access_token", path={"jwtappname": APP}, token=token)
    assert reply.code == ErrorCode.PARAMETER_MALFORMED
    query = {"redirect_uri": HOME, "token": token}
    assert ask("jwt.authorize", path={"jwtappname": APP}, query=query).status == 400


@pytest.mark.parametrize("secret", ["short", "-----BEGIN PUBLIC KEY-----"])
def test_weak_key_signs_as_well(ask: Ask, tenant: Tenant, person: Member, secret: str) -> None:
    change(tenant, secret=secret)
    reply = ask("jwt.token_by_access_token", path={"jwtappname": APP}, token=token_of(tenant, person))
    assert reply.data["signature"].count(".") == 2


def test_posted_form_is_escaped(ask: Ask, tenant: Tenant, person: Member) -> None:
    hostile = '"><script>alert(1)</script>'
    change(tenant, response_mode="form_post", parameter=hostile, redirect_uris=[HOME + hostile])
    query = {"redirect_uri": HOME + hostile, "token": token_of(tenant, person)}
    answer = ask("jwt.authorize", path={"jwtappname": APP}, query=query)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "alert" in answer.data
    assert "<script>alert" not in answer.data
    assert "script-src 'sha256-" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "address", ["https://app.example.com/#part", "https://app.example.com/\u00eb", "ftp://a.example/"]
)
def test_app_without_addresses_is_brought_to_web_addresses_only(ask: Ask, tenant: Tenant, address: str) -> None:
    change(tenant, redirect_uris=[])
    assert ask("jwt.authorize", path={"jwtappname": APP}, query={"redirect_uri": HOME}).status == 302
    assert ask("jwt.authorize", path={"jwtappname": APP}, query={"redirect_uri": address}).status == 400
