"""A scripted tenant, and a client that sends requests to it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from loginradius_harness import emulator
from loginradius_harness.client.client import Client
from loginradius_harness.client.exchange import Exchange
from loginradius_harness.client.secrets import Secret
from loginradius_harness.target.target import Limits, Target, load_target
from loginradius_harness.tenants import TenantProvider

KEY = "00000000-1111-2222-3333-444444444444"
SECRET = "55555555-6666-7777-8888-999999999999"
SERVER_TIME = {
    "ServerLocation": "East", "ServerName": "one", "CurrentTime": "2030-01-02 03:04:05",
    "Sott": {"StartTime": "2030-01-02 03:04:05", "EndTime": "2030-01-02 03:14:05", "TimeDifference": "10"},
}  # fmt: skip

Answers = list[httpx.Response | Exception]


class ScriptedTenant(httpx.BaseTransport):
    """Answers from a list and records the requests; reports its time whenever it is requested."""

    def __init__(self) -> None:
        self.answers: Answers = []
        self.requests: list[httpx.Request] = []
        self.time: dict[str, Any] = dict(SERVER_TIME)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/serverinfo"):
            return httpx.Response(200, json=self.time)
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def will_answer(self, *answers: httpx.Response | Exception) -> None:
        self.answers.extend(answers)


class Sleeper:
    """Replaces time.sleep and time.monotonic; records the waits."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def tenant() -> ScriptedTenant:
    return ScriptedTenant()


@pytest.fixture
def sleeper() -> Sleeper:
    return Sleeper()


@pytest.fixture
def make_client(tenant: ScriptedTenant, sleeper: Sleeper) -> Iterator[Callable[..., Client]]:
    """`make_client(sign_requests=True, ...)`: a client whose target has these members."""
    clients: list[Client] = []

    def make(**members: Any) -> Client:
        target = Target(
            hub_url="https://scripted.hub.loginradius.com",
            **{
                "name": "scripted", "api_key": Secret(KEY), "api_secret": Secret(SECRET),
                "limits": Limits(retries=2, retries_per_run=5), **members,
            }
        )  # fmt: skip
        client = Client(target, tenant, sleep=sleeper.sleep, monotonic=sleeper.monotonic)
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def client(make_client: Callable[..., Client]) -> Client:
    return make_client()


@pytest.fixture
def exchanges(client: Client) -> list[Exchange]:
    """Return the exchanges that the client has reported."""
    reported: list[Exchange] = []
    client.listeners.append(reported.append)
    return reported


def refusal(code: int, status: int, **extra: Any) -> httpx.Response:
    """Return an error response of the product."""
    envelope = {
        "Description": "advice", "ErrorCode": code, "Message": "text", "IsProviderError": False,
        "ProviderErrorResponse": None,
    }  # fmt: skip
    return httpx.Response(status, json=envelope | extra)


def moment(text: str) -> datetime:
    """Return a moment in UTC, from `2030-01-02 03:04:05`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture(scope="session")
def running() -> Iterator[emulator.Running]:
    """Return an emulator for all tests of a folder; each test creates tenants of its own."""
    with emulator.running() as running:
        yield running


@pytest.fixture(scope="session")
def tenants(running: emulator.Running) -> Iterator[TenantProvider]:
    """Return tenants by preset on that emulator."""
    provider = TenantProvider(load_target(running.url, environ={}), lambda _: None)
    yield provider
    provider.close()
