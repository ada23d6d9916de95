"""A tenant in this process, called through its ASGI application; every response is checked against its contract."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page

from loginradius_harness import contracts, emulator, faults
from loginradius_harness.emulator.core.message_texts import TEXTS
from loginradius_harness.emulator.core.oauth_client import MACHINE_CLIENT, MACHINE_SECRET, MANAGEMENT_AUDIENCE
from loginradius_harness.emulator.core.presets import preset
from loginradius_harness.emulator.server.app import App
from loginradius_harness.emulator.server.uvicorn_server import Running
from loginradius_harness.emulator.state.outbox import Message
from loginradius_harness.emulator.state.social_provider import Script
from loginradius_harness.emulator.state.tenant import Tenant
from loginradius_harness.emulator.state.tenants import TenantRegistry


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and data of a response; `code` is the product error code of a refusal."""

    status: int
    data: Any
    code: int | None
    headers: httpx.Headers


@dataclass(frozen=True, slots=True)
class Member:
    """A registered, verified person of the tenant."""

    uid: str
    email: str
    password: str


Ask = Callable[..., Answer]
Manage = Callable[..., Answer]
ProviderUser = Callable[..., dict[str, str]]
UNPROMISED = frozenset({404, 405, 429, 501})  # answers that stand beside the contracts


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", "preset(name, **settings): settings of the tenant that the test asks")


@pytest.fixture
def app(request: pytest.FixtureRequest) -> Iterator[App]:
    """Return an emulator whose default tenant has the preset of `@pytest.mark.preset(name, **settings)`.

    At the end, every message that it has sent must be of a kind that the documentation lists.
    """
    marker = request.node.get_closest_marker("preset")
    settings = preset(marker.args[0] if marker and marker.args else "default")
    for name, value in (marker.kwargs if marker else {}).items():
        setattr(settings, name, value)
    app = App(TenantRegistry(settings))
    yield app
    assert {message.kind for message in app.registry.default.outbox.find()} - TEXTS.keys() == set()


@pytest.fixture
def tenant(app: App) -> Tenant:
    """Return the emulator's default tenant: settings, clock and state to look at and to change."""
    return app.registry.default


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """One event loop for all requests of a test."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture
def ask(app: App, tenant: Tenant, loop: asyncio.AbstractEventLoop) -> Iterator[Ask]:
    """One request, one Answer: `ask(operation_id, path=, query=, body=, token=, sott=, secret=, key=, headers=)`."""
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1")

    def ask(operation_id: str, **parts: Any) -> Answer:
        operation = contracts.get(operation_id)
        response = loop.run_until_complete(client.request(**_request(operation, tenant, **parts)))
        location = response.headers.get("location")
        is_json = response.headers.get("content-type", "").startswith("application/json")
        answer = response.json() if is_json and response.content else response.text
        data = answer if response.content else {"location": location} if location else None
        code = data.get("ErrorCode") if isinstance(data, dict) else None
        if response.status_code not in UNPROMISED:
            broken = operation.check(response.status_code, data, projected="fields" in parts.get("query", {}))
            assert not broken, "\n".join(str(violation) for violation in broken)
        return Answer(response.status_code, data, code, response.headers)

    yield ask
    loop.run_until_complete(client.aclose())


@pytest.fixture
def manage(ask: Ask) -> Manage:
    """`manage(operation, **request)`: call an operation of the management API as a machine."""
    body = {
        "grant_type": "client_credentials",
        "client_id": MACHINE_CLIENT,
        "client_secret": MACHINE_SECRET,
        "audience": MANAGEMENT_AUDIENCE,
    }
    token = ask("oauth_m2m.token", body=body).data["access_token"]
    return lambda operation, **request: ask(operation, token=token, **request)


def _request(  # noqa: PLR0913  # the parts of a request, all optional
    operation: contracts.Operation,
    tenant: Tenant,
    *,
    path: dict[str, str] | None = None,
    query: dict[str, Any] | None = None,
    body: Any = None,
    token: str | None = None,
    sott: str | None = None,
    secret: bool = True,
    key: str | None = None,
    headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    headers = {"X-LoginRadius-ApiKey": key or tenant.key, **(headers or {})}
    if secret and "apisecret" in operation.auth:
        headers["X-LoginRadius-ApiSecret"] = tenant.secret
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if sott:
        headers["X-LoginRadius-Sott"] = sott
    url = operation.path.format(**(path or {}))
    return {"method": operation.method, "url": url, "params": query or {}, "headers": headers, "json": body}


@pytest.fixture
def last(tenant: Tenant) -> Callable[[str, str], Message]:
    """`last(kind, to)`: the newest message of a kind to an address; fails where there is none."""

    def last(kind: str, to: str) -> Message:
        found = tenant.outbox.find(to, kind)
        assert found, f"no {kind} message to {to}; there are {[(m.kind, m.to) for m in tenant.outbox.find()]}"
        return found[-1]

    return last


@pytest.fixture
def person(ask: Ask) -> Member:
    """Return a verified person, made by the management API."""
    email, password = "ada@example.com", "correct horse 7"
    answer = ask(
        "account.create_account",
        body={
            "Email": [{"Type": "Primary", "Value": email}],
            "EmailVerified": True,
            "Password": password,
            "FirstName": "Ada",
        },
    )
    assert answer.status == 200, answer
    return Member(answer.data["Uid"], email, password)


@pytest.fixture
def provider_user(tenant: Tenant) -> Callable[..., dict[str, str]]:
    """`provider_user(provider, id=, email=, ...)`: a user at a provider, and the credentials that it issues."""

    def provider_user(provider: str, **options: Any) -> dict[str, str]:
        return tenant.provider.hand_out(tenant.provider.script(Script(provider=provider, **options)))

    return provider_user


@dataclass(frozen=True, slots=True)
class ControlResponse:
    """Status and data of a control call."""

    status: int
    data: Any


Control = Callable[..., ControlResponse]


@pytest.fixture
def control(app: App, loop: asyncio.AbstractEventLoop) -> Iterator[Control]:
    """Send a control call: `control("POST clock", {"advance_seconds": 60}, apikey=KEY)`; `content=` sends bytes."""
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1/__emulator__/")

    def control(call: str, body: Any = None, *, content: bytes | None = None, **query: Any) -> ControlResponse:
        verb, path = call.split(" ")
        sent = {"json": body} if body is not None else {"content": content}
        response = loop.run_until_complete(client.request(verb, path, params=query, **sent))
        return ControlResponse(response.status_code, response.json())

    yield control
    loop.run_until_complete(client.aclose())


@pytest.fixture
def running() -> Iterator[Running]:
    """Run an emulator on a port of its own, whose faults can be switched."""
    with emulator.running(faults=lambda: faults) as running:
        yield running


@pytest.fixture
def api(running: Running) -> Iterator[httpx.Client]:
    """Return a client of `running` that knows its key and secret."""
    headers = {"X-LoginRadius-ApiKey": running.api_key, "X-LoginRadius-ApiSecret": running.api_secret}
    with httpx.Client(base_url=running.url, headers=headers) as api:
        yield api


@pytest.fixture
def page(browser: Browser, running: Running) -> Iterator[Page]:
    """Return a page that makes a test fail when its script does or its policy stops something."""
    context = browser.new_context(base_url=running.url, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
    page.on("dialog", lambda dialog: dialog.accept())
    yield page
    context.close()
    assert errors == []
