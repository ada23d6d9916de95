"""Access tokens as JWTs, and the reading of any JWT."""

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core import jwt
from loginradius_harness.emulator.core.clock import Clock
from loginradius_harness.emulator.core.ids import Identifiers
from loginradius_harness.emulator.core.settings import Settings, SettingsError, changed
from loginradius_harness.emulator.core.signing_keys import KeyPair
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Ask, Member

CLAIMS = {"sub": "42", "exp": 200, "nbf": 100}


@pytest.fixture
def token(ask: Ask, person: Member) -> str:
    return str(ask("account.get_access_token_by_uid", query={"uid": person.uid}).data["access_token"])


@pytest.mark.preset("jwt-tokens")
def test_token_names_its_user_and_audience(tenant: Tenant, token: str, person: Member) -> None:
    claims = jwt.read(token, tenant.sessions.tokens.key)
    assert claims is not None
    assert (claims["sub"], claims["aud"], claims["iss"]) == (
        person.uid, tenant.key, "https://emulated.hub.loginradius.com/",
    )  # fmt: skip
    assert claims["exp"] - claims["nbf"] == pytest.approx(tenant.settings.access_token_seconds, abs=1)


@pytest.mark.preset("jwt-tokens")
def test_token_lives_as_long_as_its_session(ask: Ask, tenant: Tenant, token: str) -> None:
    assert ask("authentication.validate_access_token", token=token).status == 200
    tenant.clock.advance(tenant.settings.access_token_seconds)
    assert ask("authentication.validate_access_token", token=token).code == ErrorCode.ACCESS_TOKEN_EXPIRED


@pytest.mark.preset("jwt-tokens")
def test_token_is_worth_nothing_before_its_time(ask: Ask, tenant: Tenant, token: str) -> None:
    tenant.clock.advance(-10)
    assert ask("authentication.validate_access_token", token=token).code == ErrorCode.ACCESS_TOKEN_INVALID


@pytest.mark.preset("jwt-tokens")
def test_token_dies_with_its_session(ask: Ask, token: str) -> None:
    ask("authentication.invalidate_access_token", token=token)
    assert ask("authentication.validate_access_token", token=token).code == ErrorCode.ACCESS_TOKEN_INVALID


@pytest.mark.preset("jwt-tokens")
def test_child_tenant_takes_its_parents_tokens(tenant: Tenant, token: str) -> None:
    assert tenant.fork("key", "secret").sessions.find(token).token == token


@pytest.mark.preset("jwt-tokens")
def test_token_carries_the_tenants_own_claims(ask: Ask, tenant: Tenant, person: Member) -> None:
    tenant.settings = changed(
        tenant.settings,
        {"jwt_claims": {
            "name": "{FirstName}", "mail": "{Email.0.Value}", "plan": "pro", "admin": True, "none": "{Email.7.Value}",
        }},
    )  # fmt: skip
    token = ask("account.get_access_token_by_uid", query={"uid": person.uid}).data["access_token"]
    claims = jwt.read(token, tenant.sessions.tokens.key)
    assert claims is not None
    own = {name: claims.get(name) for name in ("name", "mail", "plan", "admin", "none", "sub")}
    assert own == {"name": "Ada", "mail": person.email, "plan": "pro", "admin": True, "none": None, "sub": person.uid}


def test_registered_claims_are_not_the_tenants_to_choose() -> None:
    with pytest.raises(SettingsError, match="jwt_claims must not contain exp, sub"):
        changed(Settings(), {"jwt_claims": {"sub": "somebody", "exp": 9}})


def test_key_pair_signs_what_it_verifies_and_nothing_else() -> None:
    mine, other = KeyPair(Identifiers()), KeyPair(Identifiers())
    token = jwt.sign(CLAIMS, mine)
    assert jwt.read(token, mine) == CLAIMS
    assert jwt.read(token, other) is None


@pytest.mark.parametrize("signature", [b"", b"\0" * 64, b"\0" * 63, b"\xff" * 64])
def test_signature_that_is_no_point_on_the_curve_is_refused(signature: bytes) -> None:
    assert not KeyPair(Identifiers()).verifies(b"signed", signature)


def test_seed_makes_tokens_reproducible() -> None:
    first, second = (jwt.sign(CLAIMS, KeyPair(Identifiers("seed"))) for _ in range(2))
    assert first == second


def test_another_spelling_of_the_same_signature_is_refused() -> None:
    key = jwt.SharedKey("key")
    token = jwt.sign(CLAIMS, key)
    assert jwt.read(token + "=", key) is None
    assert jwt.read(token + "!", key) is None


@pytest.mark.parametrize(("now", "current"), [(99, False), (100, True), (199, True), (200, False)])
def test_claims_hold_between_nbf_and_exp(now: int, current: bool) -> None:  # noqa: FBT001  # a fact of the table
    assert jwt.is_current(CLAIMS, now) is current


def test_limit_that_is_no_number_is_never_current() -> None:
    assert not jwt.is_current({"exp": "later"}, Clock().now())
