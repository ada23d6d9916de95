"""What happens once happens once, however many ask at the same moment."""

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.server.app import App
from loginradius_harness.emulator.state.tenant import Tenant

AT_ONCE = 64
AUTH, MANAGE = "/identity/v2/auth", "/identity/v2/manage"
PASSWORD = "correct horse 7"
SLOW_HASH = 1_000  # rounds: above what is done inline, so that hashing leaves the event loop


def at_once(app: App, tenant: Tenant, method: str, path: str, **parts: Any) -> Counter[int]:
    """Send the same request 64 times at once, and count the product codes (0 for success)."""

    async def run() -> Counter[int]:
        headers = {"X-LoginRadius-ApiKey": tenant.key, "X-LoginRadius-ApiSecret": tenant.secret}
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as client:
            requests = [client.request(method, path, **parts) for _ in range(AT_ONCE)]
            return Counter(answer.json().get("ErrorCode", 0) for answer in await asyncio.gather(*requests))

    return asyncio.run(run())


def account(email: str = "ada@example.com") -> dict[str, Any]:
    return {"Email": [{"Type": "Primary", "Value": email}], "EmailVerified": True, "Password": PASSWORD}


@pytest.mark.preset("default", hash_rounds=SLOW_HASH)
def test_one_address_makes_one_account(app: App, tenant: Tenant) -> None:
    assert at_once(app, tenant, "POST", f"{MANAGE}/account", json=account()) == {
        0: 1,
        ErrorCode.EMAIL_ALREADY_EXISTS: AT_ONCE - 1,
    }
    assert len(tenant.accounts) == 1


@pytest.mark.preset("default", hash_rounds=SLOW_HASH, lockout_type="Suspend", lockout_threshold=5)
def test_parallel_guesses_do_not_slip_past_the_counter(app: App, tenant: Tenant) -> None:
    at_once(app, tenant, "POST", f"{MANAGE}/account", json=account())
    wrong = {"email": "ada@example.com", "password": "wrong one 1"}
    guesses = at_once(app, tenant, "POST", f"{AUTH}/login", json=wrong)
    assert guesses == {ErrorCode.CREDENTIALS_INCORRECT: 4, ErrorCode.ACCOUNT_LOCKED_TEMPORARILY: AT_ONCE - 4}


@pytest.mark.preset("default", hash_rounds=SLOW_HASH)
def test_a_reset_token_works_once(app: App, tenant: Tenant) -> None:
    at_once(app, tenant, "POST", f"{MANAGE}/account", json=account())
    at_once(app, tenant, "POST", f"{AUTH}/password", json={"email": "ada@example.com"})
    token = tenant.outbox.find(kind="forgotpassword")[-1].token
    body = {"resettoken": token, "password": "another horse 8"}
    outcomes = at_once(app, tenant, "PUT", f"{AUTH}/password/reset", json=body)
    assert outcomes[0] == 1
    assert set(outcomes) <= {0, ErrorCode.LINK_ALREADY_USED, ErrorCode.VERIFICATION_TOKEN_INVALID}


def test_a_refresh_token_works_once(app: App, tenant: Tenant) -> None:
    at_once(app, tenant, "POST", f"{MANAGE}/account", json=account())
    uid = next(uid for uid, _ in tenant.accounts.scan())
    at_once(app, tenant, "GET", f"{MANAGE}/account/access_token", params={"uid": uid})
    (refresh, *_) = [token for _, found in tenant.accounts.scan() for token in found.refresh_tokens]
    outcomes = at_once(app, tenant, "GET", f"{MANAGE}/account/access_token/refresh", params={"refresh_token": refresh})
    assert outcomes == {0: 1, ErrorCode.REFRESH_TOKEN_INVALID: AT_ONCE - 1}


@pytest.mark.preset("default", hash_rounds=SLOW_HASH)
def test_no_update_is_lost(app: App, tenant: Tenant) -> None:
    at_once(app, tenant, "POST", f"{MANAGE}/account", json=account())
    uid, found = next(iter(tenant.accounts.scan()))

    async def run() -> None:
        headers = {"X-LoginRadius-ApiKey": tenant.key, "X-LoginRadius-ApiSecret": tenant.secret}
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as client:
            names = ("FirstName", "LastName", "NickName", "City", "State", "Company")
            await asyncio.gather(*(client.put(f"{MANAGE}/account/{uid}", json={name: name}) for name in names))

    asyncio.run(run())
    assert {name: found.fields[name] for name in found.fields} == {
        name: name for name in ("FirstName", "LastName", "NickName", "City", "State", "Company")
    }
