"""Management adds providers of the tenant's own, whose JWTs log users in as the settings say."""

import base64
import hmac
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from loginradius_harness.client.response import ApiResponse
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey

Json = Any

pytestmark = pytest.mark.preset("administration")

KEY = "lrh-key-of-a-provider-that-signs"
ISSUER, AUDIENCE = "https://id.example.com", "lrh-app"
JUDGED = {
    "Issuer": {"ExpectedValue": ISSUER, "MatchValue": True},
    "Audience": {"ExpectedValues": [AUDIENCE], "MatchValue": True},
    "ClockSkew": 0,
}


@pytest.fixture
def provider(journey: Journey) -> Iterator[str]:
    """Return the name of a provider, which is removed at the end."""
    name = f"lrh-jwt-{uuid4().hex[:12]}"
    journey.administration.add_jwt_provider(name, Key=KEY, **JUDGED)
    yield name
    if name in journey.administration.jwt_providers():
        journey.administration.remove_jwt_provider(name)


def signed(journey: Journey, key: str = KEY, **changes: Json) -> str:
    """Return a token (HS256) that the provider takes; without the claims that `changes` name as None."""
    now = int(journey.client.clock.now().timestamp())
    claims = {"sub": "lrh-somebody", "iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + 600, **changes}
    claims = {name: value for name, value in claims.items() if value is not None}
    parts = [json.dumps(part).encode() for part in ({"alg": "HS256", "typ": "JWT"}, claims)]
    text = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
    seal = base64.urlsafe_b64encode(hmac.digest(key.encode(), text.encode(), "sha256")).decode().rstrip("=")
    return f"{text}.{seal}"


def log_in(journey: Journey, provider: str, token: str) -> ApiResponse:
    """Send a token to log in with."""
    return journey.client.call("native_social.by_custom_jwt", query={"providername": provider, "id_Token": token})


@pytest.mark.rule("administration.jwt_providers_follow_changes")
def test_provider_of_jwts_is_read_as_written_until_it_is_removed(journey: Journey, provider: str) -> None:
    administration = journey.administration
    before = administration.jwt_providers()[provider]
    assert (before["Algo"], before["ClockSkew"], before["Issuer"]["ExpectedValue"]) == ("HS256", 0, ISSUER)
    changed = administration.change_jwt_provider(provider, ClockSkew=30, ListInInterface=True)
    assert changed == before | {
        "ClockSkew": 30, "ListInInterface": True, "LastModifiedDate": changed["LastModifiedDate"]
    }  # fmt: skip
    read = administration.call("jwt_provider.get", path={"jwt_app": provider}).must_succeed().data
    assert read == administration.jwt_providers()[provider] == changed
    administration.remove_jwt_provider(provider)
    assert provider not in administration.jwt_providers()


@pytest.mark.rule("administration.jwt_provider_decides")
def test_token_of_an_added_provider_logs_in_until_the_provider_is_removed(journey: Journey, provider: str) -> None:
    token = signed(journey)
    log_in(journey, provider, token).must_succeed()
    journey.administration.change_jwt_provider(provider, Key=f"another-{KEY}")
    log_in(journey, provider, token).must_be_refused(ErrorCode.JWT_INVALID)
    log_in(journey, provider, signed(journey, f"another-{KEY}")).must_succeed()
    journey.administration.remove_jwt_provider(provider)
    log_in(journey, provider, token).must_be_refused(ErrorCode.PROVIDER_NOT_CONFIGURED)


@pytest.mark.rule("administration.jwt_provider_decides")
@pytest.mark.parametrize(
    "changes",
    [{"iss": "https://other.example.com"}, {"aud": "another"}, {"exp": 1}, {"exp": None}, {"nbf": 9_999_999_999}],
    ids=["issuer", "audience", "late", "without end", "early"],
)
def test_token_that_the_settings_do_not_allow_is_refused(journey: Journey, provider: str, changes: Json) -> None:
    log_in(journey, provider, signed(journey, **changes)).must_be_refused(ErrorCode.JWT_INVALID)
    log_in(journey, provider, signed(journey)).must_succeed()


@pytest.mark.rule("administration.unknown_jwt_provider_is_refused")
def test_removed_provider_of_jwts_is_unknown_and_a_name_is_given_once(journey: Journey, provider: str) -> None:
    body = {"AppName": provider, "Algo": "HS256", "Mapping": {"ID": "sub"}}
    journey.administration.call("jwt_provider.create", body=body).must_be_refused(ErrorCode.PROVIDER_INVALID)
    journey.administration.remove_jwt_provider(provider)
    for operation, sent in (("get", None), ("update", {"ClockSkew": 1}), ("delete", None)):
        reply = journey.administration.call(f"jwt_provider.{operation}", path={"jwt_app": provider}, body=sent)
        reply.must_be_refused(ErrorCode.PROVIDER_NOT_CONFIGURED)
