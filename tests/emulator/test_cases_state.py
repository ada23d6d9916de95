"""State that tests arrange: a clock that is set, stopped and read, tenants with chosen keys, JWTs after a restart."""

import json
from base64 import urlsafe_b64decode
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from loginradius_harness import emulator
from loginradius_harness.client import sott
from loginradius_harness.client.secrets import Secret
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.state import snapshot
from loginradius_harness.emulator.state.tenant import Tenant
from loginradius_harness.emulator.state.tenants import TenantRegistry

from .conftest import Ask, Control, Member

MOMENT = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC).timestamp()
OTHER_KEY, OTHER_SECRET = "99999999-1111-2222-3333-444444444444", "88888888-1111-2222-3333-444444444444"


def log_in(ask: Ask, person: Member) -> str:
    body = {"email": person.email, "password": person.password}
    token: str = ask("authentication.login_by_email", body=body).data["access_token"]
    return token


# --- the clock --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("now", [MOMENT, "2031-02-03T04:05:06Z", "2031-02-03T06:05:06+02:00"])
def test_clock_is_set_stopped_and_read(control: Control, now: float | str) -> None:
    assert control("POST clock", {"now": now, "frozen": True}).data == {"now": MOMENT, "frozen": True}
    assert control("GET clock").data == {"now": MOMENT, "frozen": True}
    assert control("POST clock", {"advance_seconds": 60}).data == {"now": MOMENT + 60, "frozen": True}


def test_stopped_clock_runs_on_from_where_it_stands(control: Control, tenant: Tenant) -> None:
    control("POST clock", {"now": MOMENT, "frozen": True})
    running = control("POST clock", {"frozen": False}).data
    assert running["frozen"] is False
    assert tenant.clock.now() == pytest.approx(MOMENT, abs=5)


def test_stopped_clock_is_part_of_a_snapshot(control: Control) -> None:
    control("POST clock", {"now": MOMENT, "frozen": True})
    kept = control("GET snapshot").data
    control("POST reset")
    control("PUT snapshot", kept)
    assert control("GET clock").data == {"now": MOMENT, "frozen": True}


def test_clock_of_a_seeded_emulator_shows_the_real_time() -> None:
    tenant = TenantRegistry(Settings(), seed=1).default
    assert tenant.clock.now() == pytest.approx(datetime.now(UTC).timestamp(), abs=5)


def test_sott_and_jwt_of_a_seeded_emulator_are_current() -> None:
    with emulator.running(preset="jwt-tokens", seed=1) as running, httpx.Client(base_url=running.url) as http:
        key, secret = Secret(running.api_key), Secret(running.api_secret)
        made = sott.generate(key, secret, *sott.window(datetime.now(UTC)))
        body = {"Email": [{"Type": "Primary", "Value": "ada@example.com"}], "Password": "correct horse 7"}
        asked = {"apikey": running.api_key, "sott": made}
        assert http.post("/identity/v2/auth/register", params=asked, json=body).status_code == 200
        account = running.app.registry.default.accounts.by_email("ada@example.com")
        assert account is not None
        account.emails[0].verified = True
        login = {"email": "ada@example.com", "password": "correct horse 7"}
        token = http.post("/identity/v2/auth/login", params={"apikey": running.api_key}, json=login).json()[
            "access_token"
        ]
    payload = token.split(".")[1]
    claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims["nbf"] <= datetime.now(UTC).timestamp() < claims["exp"]


# --- tenants with chosen keys -----------------------------------------------------------------------------------------


def test_keys_of_a_new_tenant_can_be_chosen(ask: Ask, control: Control) -> None:
    keys = {"apikey": OTHER_KEY, "apisecret": OTHER_SECRET}
    assert control("POST tenants", keys).data == keys
    assert ask("configuration.get_configurations", key=OTHER_KEY).status == 200


def test_key_of_another_tenant_is_refused(control: Control, tenant: Tenant) -> None:
    refused = control("POST tenants", {"apikey": tenant.key.upper()})
    assert (refused.status, refused.data["error"][:17]) == (409, "there is a tenant")


# --- all tenants in one file ------------------------------------------------------------------------------------------


def test_every_tenant_is_part_of_the_saved_state(control: Control) -> None:
    registry = TenantRegistry(Settings())
    registry.create(Settings(app_name="second"), OTHER_KEY, OTHER_SECRET)
    restored = TenantRegistry(Settings())
    snapshot.restore_all(restored, snapshot.take_all(registry))
    second = restored.by_key(OTHER_KEY)
    assert second is not None
    assert (second.settings.app_name, second.secret) == ("second", OTHER_SECRET)
    assert "further tenants" in control("PUT snapshot", snapshot.take_all(registry)).data["error"]


# --- JSON web tokens after a restart ----------------------------------------------------------------------------------


def is_live(ask: Ask, token: str, key: str | None = None) -> bool:
    answer = ask("authentication.validate_access_token", token=token, key=key)
    assert answer.status == 200 or answer.code == ErrorCode.ACCESS_TOKEN_INVALID
    return answer.status == 200


@pytest.mark.preset("jwt-tokens")
def test_jwt_is_live_in_a_restored_tenant(ask: Ask, control: Control, person: Member) -> None:
    token, kept = log_in(ask, person), control("GET snapshot").data
    keys = control("GET jwks").data
    control("POST reset")
    assert not is_live(ask, token)
    control("PUT snapshot", kept)
    assert is_live(ask, token)
    assert control("GET jwks").data == keys


@pytest.mark.preset("jwt-tokens")
def test_jwt_is_live_in_a_fork(ask: Ask, control: Control, person: Member) -> None:
    token = log_in(ask, person)
    assert is_live(ask, token, key=control("POST fork").data["apikey"])


@pytest.mark.preset("jwt-tokens")
@pytest.mark.parametrize("damage", [{"secret": "no hex"}, {"secret": "0"}, {"kid": None}])
def test_damaged_signing_key_changes_nothing(
    ask: Ask, control: Control, person: Member, damage: dict[str, Any]
) -> None:
    token, kept = log_in(ask, person), control("GET snapshot").data
    damaged = {name: value for name, value in {**kept["signing_key"], **damage}.items() if value is not None}
    assert control("PUT snapshot", {**kept, "signing_key": damaged}).status == 400
    assert is_live(ask, token)
