import msgspec
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from loginradius_harness import contracts, emulator
from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.client.server_clock import ServerClock
from loginradius_harness.load.workload.offline_validation import OfflineValidator, fetch_validator
from loginradius_harness.load.workload.response_check import ResponseChecker
from loginradius_harness.load.workload.scenarios import SCENARIOS
from loginradius_harness.target.target import load_target

AUDIENCE = "https://api.example.com"
KEY = RSAKey.generate_key(2048, {"kid": "one", "alg": "RS256", "use": "sig"})
OTHER = RSAKey.generate_key(2048, {"kid": "one", "alg": "RS256", "use": "sig"})


@pytest.fixture
def validator(clock: ServerClock) -> OfflineValidator:
    return OfflineValidator(KeySet([KEY]), AUDIENCE, clock)


@pytest.fixture
def claims(clock: ServerClock) -> dict[str, object]:
    return {"aud": [AUDIENCE], "exp": int(clock.now().timestamp()) + 600}


def signed(claims: dict[str, object], key: RSAKey = KEY) -> str:
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key, algorithms=["RS256"])


def test_a_token_that_the_tenant_has_signed_is_valid(validator: OfflineValidator, claims: dict[str, object]) -> None:
    assert validator.trouble(signed(claims)) == ""


def test_a_token_signed_by_another_key_is_invalid(validator: OfflineValidator, claims: dict[str, object]) -> None:
    assert "bad_signature" in validator.trouble(signed(claims, OTHER))


def test_a_token_that_names_its_own_algorithm_is_invalid(
    validator: OfflineValidator, claims: dict[str, object]
) -> None:
    forged = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key("x" * 32), algorithms=["HS256"])
    assert validator.trouble(forged)


@pytest.mark.parametrize("change", [{"exp": 0}, {"exp": None}, {"aud": ["https://other.example.com"]}, {"aud": None}])
def test_a_token_that_is_late_or_for_another_audience_is_invalid(
    validator: OfflineValidator, claims: dict[str, object], change: dict[str, object]
) -> None:
    left = {name: value for name, value in {**claims, **change}.items() if value is not None}
    assert validator.trouble(signed(left))


@pytest.mark.parametrize("text", ["", "None", "a.b", "a.b.c", "é.b.c"])
def test_a_text_that_is_no_token_is_invalid(validator: OfflineValidator, text: str) -> None:
    assert validator.trouble(text)


@pytest.mark.parametrize(("key", "outcome"), [(KEY, "ok"), (OTHER, "contract_violation")])
def test_an_answer_with_a_token_that_does_not_verify_is_a_violation(
    validator: OfflineValidator, claims: dict[str, object], key: RSAKey, outcome: str
) -> None:
    (step,) = SCENARIOS["validate_offline"].steps
    checker = ResponseChecker(step, contracts.get(step.operation), strict=True)
    checker.validator = validator
    answer = {"access_token": signed(claims, key), "token_type": "Bearer", "expires_in": 600}
    result = checker.check(200, msgspec.json.encode(answer))
    assert result.outcome == outcome
    assert [found.requirement for found in result.violations] == ["scenario/offline_token"][: outcome != "ok"]


def test_the_keys_of_a_tenant_validate_its_tokens(running: emulator.Running) -> None:
    target = load_target(running.url, environ={})
    with Client(target) as client:
        machine = {
            "grant_type": "client_credentials",
            "client_id": target.federation.machine_client_id,
            "client_secret": "lrh-machine-secret-of-the-embedded-tenant",
            "audience": target.federation.audience,
        }
        token = client.call("oauth_m2m.token", body=machine).must_succeed().data["access_token"]
        assert fetch_validator(client).trouble(token) == ""
        assert fetch_validator(client).trouble(token[:-4] + "AAAA")


def test_a_tenant_without_keys_is_named(running: emulator.Running) -> None:
    target = msgspec.structs.replace(load_target(running.url, environ={}), hub_url=running.url + "/nowhere")
    with Client(target) as client, pytest.raises(ConfigurationError, match=r"has no keys .+ answered with status 404"):
        fetch_validator(client)
