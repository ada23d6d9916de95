"""What a network, a gateway or a limit does is told apart from what a tenant answers."""

import gzip
from collections.abc import Callable, Iterator

import httpx
import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import InfrastructureError
from loginradius_harness.client.exchange import Exchange
from loginradius_harness.target.target import Limits
from tests.scripted_tenant import ScriptedTenant, Sleeper

READ = "authentication.check_email_availability"
WRITE = "authentication.forgot_password"
JSON = {"content-type": "application/json"}
GOOD = httpx.Response(200, json={"IsExist": True})
HTML = httpx.Response(403, html="<html><h1>Request blocked</h1>")
TROUBLES: dict[str, httpx.Response | Exception] = {
    "HTML instead of JSON": HTML,
    "an empty body with status 200": httpx.Response(200),
    "429 too many requests": httpx.Response(429),
    "502 from a gateway": httpx.Response(502, json={"message": "Bad gateway"}),
    "JSON that cannot be read": httpx.Response(
        200, content=b'{"IsExist": tr', headers={"content-type": "application/json"}
    ),
    "no JSON with status 200": httpx.Response(200, text="OK"),
    "no answer within 30 s": httpx.ReadTimeout("slow"),
    "cannot connect to api.loginradius.com": httpx.ConnectError("refused"),
    "the connection broke": httpx.RemoteProtocolError("Server disconnected"),
}


def look(client: Client) -> None:
    client.call(READ, query={"email": "a@b.co"})


def change(client: Client) -> None:
    client.call(WRITE, query={"resetPasswordUrl": "https://x.example"}, body={"email": "a@b.co"}, check=False)


@pytest.mark.parametrize("words", TROUBLES)
def test_trouble_is_named_and_is_not_the_contracts(
    client: Client, tenant: ScriptedTenant, heard: list[Exchange], words: str
) -> None:
    tenant.will_answer(*[TROUBLES[words]] * 3)
    with pytest.raises(InfrastructureError) as caught:
        look(client)
    assert words in caught.value.trouble
    assert caught.value.attempts == 3
    assert heard[0].trouble == caught.value.trouble
    assert heard[0].violations == ()


@pytest.mark.parametrize("words", TROUBLES)
def test_reading_is_repeated_until_it_succeeds(client: Client, tenant: ScriptedTenant, words: str) -> None:
    tenant.will_answer(TROUBLES[words], GOOD)
    look(client)
    assert len(tenant.requests) == 2


@pytest.mark.parametrize("words", ["502 from a gateway", "no answer within 30 s", "the connection broke"])
def test_change_that_may_have_happened_is_not_repeated(client: Client, tenant: ScriptedTenant, words: str) -> None:
    tenant.will_answer(TROUBLES[words])
    with pytest.raises(InfrastructureError):
        change(client)
    assert len(tenant.requests) == 1


@pytest.mark.parametrize("words", ["429 too many requests", "cannot connect to api.loginradius.com"])
def test_change_that_cannot_have_happened_is_repeated(client: Client, tenant: ScriptedTenant, words: str) -> None:
    tenant.will_answer(TROUBLES[words], httpx.Response(200, json={"IsPosted": True}))
    change(client)
    assert len(tenant.requests) == 2


def test_waits_grow(client: Client, tenant: ScriptedTenant, sleeper: Sleeper) -> None:
    tenant.will_answer(httpx.Response(502), httpx.Response(502), GOOD)
    look(client)
    assert sleeper.naps == [0.5, 1.0]


@pytest.mark.parametrize(("asked", "slept"), [("7", 7.0), ("86400", 60.0), ("soon", 0.5)])
def test_retry_after_is_honoured_within_reason(
    client: Client, tenant: ScriptedTenant, sleeper: Sleeper, asked: str, slept: float
) -> None:
    tenant.will_answer(httpx.Response(429, headers={"retry-after": asked}), GOOD)
    look(client)
    assert sleeper.naps == [slept]


def test_run_has_a_budget_of_retries(make_client: Callable[..., Client], tenant: ScriptedTenant) -> None:
    client = make_client(limits=Limits(retries=2, retries_per_run=1))
    tenant.will_answer(*[httpx.Response(502)] * 3)
    for _ in range(2):
        with pytest.raises(InfrastructureError):
            look(client)
    assert len(tenant.requests) == 3


def test_status_of_the_limit_can_be_read(client: Client, tenant: ScriptedTenant) -> None:
    tenant.will_answer(*[httpx.Response(429)] * 3)
    with pytest.raises(InfrastructureError) as caught:
        look(client)
    assert caught.value.status == 429


def test_answer_that_drips_is_given_up(client: Client, tenant: ScriptedTenant, sleeper: Sleeper) -> None:
    class Drip(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                sleeper.now += 1
                yield b" "

    tenant.will_answer(*[httpx.Response(200, stream=Drip()) for _ in range(3)])
    with pytest.raises(InfrastructureError, match="not complete within 30 s"):
        look(client)


def test_answer_without_end_is_given_up(client: Client, tenant: ScriptedTenant) -> None:
    class Flood(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                yield b" " * 4_000_000

    tenant.will_answer(*[httpx.Response(200, stream=Flood()) for _ in range(3)])
    with pytest.raises(InfrastructureError, match="more than"):
        look(client)


def test_compressed_answer_is_read(client: Client, tenant: ScriptedTenant) -> None:
    content = gzip.compress(b'{"IsExist":true}')
    tenant.will_answer(httpx.Response(200, content=content, headers=JSON | {"content-encoding": "gzip"}))
    look(client)


def test_page_of_a_gateway_is_kept_as_evidence(client: Client, tenant: ScriptedTenant, heard: list[Exchange]) -> None:
    tenant.will_answer(*[HTML] * 3)
    with pytest.raises(InfrastructureError):
        look(client)
    assert heard[0].status == 403
    assert heard[0].response_body == "<html><h1>Request blocked</h1>"
