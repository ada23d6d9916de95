"""A seed and a stopped clock make ids, codes, tokens and times reproducible, byte for byte."""

import asyncio
from collections.abc import AsyncIterator

import httpx

from loginradius_harness.emulator.core.ids import DEFAULT_KEY, DEFAULT_SECRET
from loginradius_harness.emulator.core.presets import preset
from loginradius_harness.emulator.server.app import App
from loginradius_harness.emulator.state.tenants import TenantRegistry

HEADERS = {"X-LoginRadius-ApiKey": DEFAULT_KEY, "X-LoginRadius-ApiSecret": DEFAULT_SECRET}
MANAGE, AUTH = "/identity/v2/manage", "/identity/v2/auth"


async def story(client: httpx.AsyncClient, app: App) -> AsyncIterator[httpx.Response]:
    """Accounts, logins, second factors and mails: everything that chance has a part in."""
    for number in range(20):
        email, password = f"{number}@example.com", "correct horse 7"
        profile = {"Email": [{"Type": "Primary", "Value": email}], "EmailVerified": True, "Password": password}
        yield await client.post(f"{MANAGE}/account", json=profile)
        login = await client.post(f"{AUTH}/login/2fa", json={"email": email, "password": password})
        yield login
        bearer = {"Authorization": f"Bearer {login.json()['access_token']}"}
        yield await client.get(f"{AUTH}/account/2fa", headers=bearer)
        yield await client.post(f"{AUTH}/password", json={"email": email})
        yield await client.get("/__emulator__/outbox", params={"to": email})
        app.registry.default.clock.advance(61)


def transcript(seed: int) -> list[tuple[int, bytes]]:
    """Every answer of the story, from a new emulator with this seed."""

    async def run() -> list[tuple[int, bytes]]:
        app = App(TenantRegistry(preset("mfa-optional"), seed=seed, frozen_at=1_893_553_445.0))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=HEADERS) as client:
            return [(answer.status_code, answer.content) async for answer in story(client, app)]

    return asyncio.run(run())


def test_the_story_succeeds() -> None:
    assert {status for status, _ in transcript(1)} == {200}


def test_same_seed_gives_the_same_bytes() -> None:
    assert transcript(7) == transcript(7)


def test_another_seed_gives_other_bytes() -> None:
    assert transcript(7) != transcript(8)
