"""Rows 50 to 52: forged and misused JWTs, and tokens of a login callback."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from loginradius_harness.checks.security import jwt_forgery
from loginradius_harness.checks.security.jwt_forgery import Token, hs256
from loginradius_harness.checks.security.login_attempts import log_in, provider_user
from loginradius_harness.checks.security.strict_tenants import StrictTenants
from loginradius_harness.checks.support.concurrency import count_successes
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person
from loginradius_harness.tenants import TenantContext

WRONG_TOKEN, EXPIRED_TOKEN, NO_PERSON, WRONG_ID_TOKEN = (
    ErrorCode.ACCESS_TOKEN_INVALID,
    ErrorCode.ACCESS_TOKEN_EXPIRED,
    ErrorCode.JWT_IDENTIFIER_MISSING,
    ErrorCode.JWT_INVALID,
)
WRONG_CALLBACK, LATE_CALLBACK = ErrorCode.REQUEST_TOKEN_INVALID, ErrorCode.REQUEST_TOKEN_EXPIRED
HOUR = 3_600
PROVIDER = "myjwt"


@pytest.fixture
def token(session: Session) -> Token:
    """Return the victim's access token, decoded."""
    if session.token.count(".") != 2:
        pytest.skip("the tenant's access tokens are no JWTs that can be read")
    return Token.read(session.token)


@pytest.fixture
def public_key(tenant_context: TenantContext) -> dict[str, str]:
    """Return the public key that verifies the tenant's access tokens."""
    if tenant_context.control is None:
        pytest.skip("needs the tenant's published key: its address is not part of this API")
    key: dict[str, str] = tenant_context.control.jwks()["keys"][0]
    return key


@pytest.fixture
def id_token(journey: Journey) -> Token:
    """Return an id token signed by the tenant's own provider."""
    return Token.read(provider_user(journey, PROVIDER, email=journey.new_person().email)["id_token"])


@pytest.fixture
def provider_key(tenant_context: TenantContext) -> bytes:
    """Return the key that the tenant shares with its own provider."""
    if tenant_context.control is None:
        pytest.skip("needs a provider that can be scripted: an emulator")
    return str(tenant_context.control.settings()["custom_jwt_key"]).encode()


def as_access_token(journey: Journey, token: str) -> ApiResponse:
    return journey.client.call("authentication.validate_access_token", token=token)


def as_id_token(journey: Journey, token: str) -> ApiResponse:
    return journey.client.call("native_social.by_custom_jwt", query={"id_Token": token, "providername": PROVIDER})


def assert_all_refused(
    journey: Journey, use: Callable[[Journey, str], ApiResponse], forged: Iterable[tuple[str, str]], genuine: Token
) -> None:
    """Assert that every forgery is refused as such, and the genuine token is not."""
    code = WRONG_ID_TOKEN if use is as_id_token else WRONG_TOKEN
    answers = {name: use(journey, text).error_code for name, text in forged}
    assert {name: answer for name, answer in answers.items() if answer != code} == {}
    use(journey, genuine.with_signature(genuine.signature)).must_succeed()


@pytest.mark.preset("jwt-tokens")
@pytest.mark.security(50, "ASVS 5.0 9.1.1", "ASVS 5.0 9.1.2", "WSTG-SESS-10", "API2:2023")
@pytest.mark.rule("tokens.unsigned_jwt_is_refused")
def test_unsigned_access_token_is_refused(journey: Journey, token: Token) -> None:
    assert_all_refused(journey, as_access_token, jwt_forgery.unsigned(token), token)


@pytest.mark.preset("jwt-tokens")
@pytest.mark.security(50, "ASVS 5.0 9.1.1", "WSTG-SESS-10")
@pytest.mark.rule("tokens.edited_jwt_is_refused")
def test_edited_access_token_is_refused(journey: Journey, token: Token) -> None:
    thief = log_in(journey, journey.verified_person())
    other = Token.read(thief.token).claims
    changes = {"sub": other["sub"], "jti": other["jti"], "exp": token.claims["exp"] + HOUR, "aud": "x", "iss": "x"}
    assert_all_refused(journey, as_access_token, jwt_forgery.edited(token, **changes), token)


@pytest.mark.preset("jwt-tokens")
@pytest.mark.security(50, "ASVS 5.0 9.1.2", "WSTG-SESS-10")
@pytest.mark.rule("tokens.jwt_of_other_algorithm_is_refused")
def test_token_signed_with_the_public_key_is_refused(
    journey: Journey, token: Token, public_key: dict[str, str]
) -> None:
    forged = jwt_forgery.confused(token, token.claims, public_key)
    assert_all_refused(journey, as_access_token, forged, token)


@pytest.mark.preset("jwt-tokens")
@pytest.mark.security(50, "ASVS 5.0 9.1.3", "WSTG-SESS-10")
@pytest.mark.rule("tokens.jwt_brings_no_key")
def test_key_supplied_by_the_token_is_ignored(journey: Journey, token: Token) -> None:
    assert_all_refused(journey, as_access_token, jwt_forgery.self_keyed(token, token.claims), token)


@pytest.mark.security(50, "ASVS 5.0 6.8.2", "ASVS 5.0 9.1.1")
@pytest.mark.rule("social.jwt_is_judged")
def test_forged_id_token_is_refused(journey: Journey, id_token: Token) -> None:
    forged = [
        *jwt_forgery.unsigned(id_token),
        *jwt_forgery.edited(id_token, sub="1", email="victim@example.com", exp=id_token.claims["exp"] + HOUR),
        *jwt_forgery.self_keyed(id_token, id_token.claims),
    ]
    assert_all_refused(journey, as_id_token, forged, id_token)


@pytest.mark.security(50, "ASVS 5.0 6.8.2")
@pytest.mark.rule("social.jwt_is_judged")
def test_id_token_without_subject_is_refused(journey: Journey, id_token: Token, provider_key: bytes) -> None:
    subjects: list[Any] = [None, "", 0, [], {}]
    for subject in subjects:
        claims = {**id_token.claims, "sub": subject}
        as_id_token(journey, hs256({}, claims, provider_key)).must_be_refused(NO_PERSON)
    claims = {name: value for name, value in id_token.claims.items() if name != "sub"}
    as_id_token(journey, hs256({}, claims, provider_key)).must_be_refused(NO_PERSON)


@pytest.mark.preset("jwt-tokens", access_token_seconds=900)
@pytest.mark.security(51, "ASVS 5.0 9.2.1")
@pytest.mark.rule("tokens.jwt_outside_its_time_is_refused")
def test_access_token_is_refused_outside_its_validity(journey: Journey, session: Session, token: Token) -> None:
    assert token.claims["exp"] - token.claims["nbf"] <= 901
    journey.let_time_pass(-60)
    as_access_token(journey, session.token).must_be_refused(WRONG_TOKEN)
    journey.let_time_pass(60)
    as_access_token(journey, session.token).must_succeed()
    journey.let_time_pass(905)
    as_access_token(journey, session.token).must_be_refused(EXPIRED_TOKEN)


@pytest.mark.preset("jwt-tokens")
@pytest.mark.security(51, "ASVS 5.0 9.2.3", "ASVS 5.0 8.4.1")
@pytest.mark.rule("tokens.jwt_for_others_is_refused")
def test_access_token_of_another_tenant_is_refused(
    journey: Journey, token: Token, strict_tenants: StrictTenants
) -> None:
    other = strict_tenants.create("jwt-tokens")
    foreign = log_in(other.journey, other.journey.verified_person()).token
    as_access_token(other.journey, foreign).must_succeed()
    as_access_token(journey, foreign).must_be_refused(WRONG_TOKEN)
    mine = Token(Token.read(foreign).header, token.claims, b"").with_signature(Token.read(foreign).signature)
    as_access_token(journey, mine).must_be_refused(WRONG_TOKEN)
    other.close()


CLAIMS: list[tuple[str, dict[str, Any], int]] = [
    ("over", {"exp": -60}, WRONG_ID_TOKEN),
    ("not begun", {"nbf": 60}, WRONG_ID_TOKEN),
]


@pytest.mark.parametrize(("times", "code"), [pytest.param(*case[1:], id=case[0]) for case in CLAIMS])
@pytest.mark.security(51, "ASVS 5.0 9.2.1")
@pytest.mark.rule("tokens.jwt_outside_its_time_is_refused")
def test_id_token_is_refused_outside_its_validity(
    journey: Journey, id_token: Token, provider_key: bytes, times: dict[str, int], code: int
) -> None:
    now = int(journey.client.clock.now().timestamp())
    changed = {name: now + seconds for name, seconds in times.items()}
    as_id_token(journey, hs256({}, {**id_token.claims, **changed}, provider_key)).must_be_refused(code)
    as_id_token(journey, hs256({}, id_token.claims, provider_key)).must_succeed()


@pytest.mark.parametrize("claim", ["iss", "aud"])
@pytest.mark.security(51, "ASVS 5.0 9.2.3", "ASVS 5.0 8.4.1")
@pytest.mark.rule("tokens.jwt_for_others_is_refused")
def test_id_token_for_another_audience_is_refused(
    journey: Journey, id_token: Token, provider_key: bytes, claim: str
) -> None:
    as_id_token(journey, hs256({}, {**id_token.claims, claim: "others"}, provider_key)).must_be_refused(WRONG_ID_TOKEN)
    as_id_token(journey, hs256({}, id_token.claims, b"the key of others")).must_be_refused(WRONG_ID_TOKEN)


@pytest.mark.security(52, "ASVS 5.0 10.4.2")
@pytest.mark.rule("tokens.request_token_is_exchanged_once")
def test_callback_token_works_once(journey: Journey) -> None:
    token = callback(journey)
    exchanged(journey, token).must_succeed()
    exchanged(journey, token).must_be_refused(WRONG_CALLBACK)
    exchanged(journey, token[:-1]).must_be_refused(WRONG_CALLBACK)


@pytest.mark.security(52, "ASVS 5.0 10.4.2", "ASVS 5.0 2.3.4")
@pytest.mark.rule("tokens.request_token_is_exchanged_once")
@pytest.mark.usefixtures("requires_private_tenant")
def test_concurrent_use_of_a_callback_token_succeeds_once(journey: Journey) -> None:
    token = callback(journey)
    assert count_successes(lambda: exchanged(journey, token)) == 1


@pytest.mark.preset("strict-security", request_token_seconds=600)
@pytest.mark.security(52, "ASVS 5.0 10.4.3")
@pytest.mark.rule("tokens.request_token_expires")
def test_callback_token_expires(journey: Journey) -> None:
    token = callback(journey)
    journey.let_time_pass(610)
    exchanged(journey, token).must_be_refused(LATE_CALLBACK)


def callback(journey: Journey) -> str:
    """Return the request token of a login callback."""
    person: Person = journey.new_person()
    return str(provider_user(journey, "facebook", email=person.email)["request_token"])


def exchanged(journey: Journey, token: str) -> ApiResponse:
    return journey.client.call("social.exchange_access_token", query={"token": token})
