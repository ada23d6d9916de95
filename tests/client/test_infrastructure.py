"""Failures of the network, of a gateway and of rate limits are no contract violations."""

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
FAILURES: dict[str, httpx.Response | Exception] = {
    "HTML instead of JSON": HTML,
    "an empty body with status 200": httpx.Response(200),
    "502 from a gateway": httpx.Response(502, json={"message": "Bad gateway"}),
    "JSON that cannot be read": httpx.Response(
        200, content=b'{"IsExist": tr', headers={"content-type": "application/json"}
    ),
    "JSON that cannot be read with status 200: maximum recursion": httpx.Response(200, content=b"[" * 100_000),
    "no JSON with status 200": httpx.Response(200, text="OK"),
    "no response within 30 s": httpx.ReadTimeout("slow"),
    "cannot connect to api.loginradius.com": httpx.ConnectError("refused"),
    "the connection broke": httpx.RemoteProtocolError("Server disconnected"),
}


def read(client: Client) -> None:
    client.call(READ, query={"email": "a@b.co"})


def change(client: Client) -> None:
    client.call(WRITE, query={"resetPasswordUrl": "https://x.example"}, body={"email": "a@b.co"}, check=False)


@pytest.mark.parametrize("words", FAILURES)
def test_failure_is_named_and_violates_no_contract(
    client: Client, tenant: ScriptedTenant, exchanges: list[Exchange], words: str
) -> None:
    tenant.will_answer(*[FAILURES[words]] * 3)
    with pytest.raises(InfrastructureError) as caught:
        read(client)
    assert words in caught.value.trouble
    assert caught.value.attempts == 3
    assert exchanges[0].trouble == caught.value.trouble
    assert exchanges[0].violations == ()


@pytest.mark.parametrize("words", FAILURES)
def test_reading_is_repeated_until_it_succeeds(client: Client, tenant: ScriptedTenant, words: str) -> None:
    tenant.will_answer(FAILURES[words], GOOD)
    read(client)
    assert len(tenant.requests) == 2


@pytest.mark.parametrize("words", ["502 from a gateway", "no response within 30 s", "the connection broke"])
def test_write_that_may_have_been_processed_is_not_repeated(client: Client, tenant: ScriptedTenant, words: str) -> None:
    tenant.will_answer(FAILURES[words])
    with pytest.raises(InfrastructureError):
        change(client)
    assert len(tenant.requests) == 1


@pytest.mark.parametrize("failure", [httpx.Response(429), httpx.ConnectError("refused")], ids=["429", "no connection"])
def test_write_that_was_not_processed_is_repeated(
    client: Client, tenant: ScriptedTenant, failure: httpx.Response | Exception
) -> None:
    tenant.will_answer(failure, httpx.Response(200, json={"IsPosted": True}))
    change(client)
    assert len(tenant.requests) == 2


def test_waits_grow(client: Client, tenant: ScriptedTenant, sleeper: Sleeper) -> None:
    tenant.will_answer(httpx.Response(502), httpx.Response(502), GOOD)
    read(client)
    assert sleeper.waits == [0.5, 1.0]


@pytest.mark.parametrize(
    ("asked", "slept"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("2.5", 2.5),
        ("86400", 60.0),
        ("9" * 400, 60.0),
        ("soon", 0.5),
        ("-5", 0.5),
        ("nan", 0.5),
        ("\u00b2", 0.5),
        ("Wed, 02 Jan 2030 03:04:12 GMT", 7.0),
        ("Wednesday, 02-Jan-30 03:04:12 GMT", 7.0),
        ("Wed Jan  2 03:04:12 2030", 7.0),
        ("Wed, 02 Jan 2030 03:04:00 GMT", 0.0),
        ("Wed, 02 Jan 99999999999999999999 03:04:12 GMT", 0.5),
    ],
)
def test_retry_after_is_respected_within_limits(
    client: Client, tenant: ScriptedTenant, sleeper: Sleeper, asked: str, slept: float
) -> None:
    headers = {b"retry-after": asked.encode("latin-1"), b"date": b"Wed, 02 Jan 2030 03:04:05 GMT"}
    tenant.will_answer(httpx.Response(429, headers=headers), GOOD)
    read(client)
    assert sleeper.waits == [slept]


@pytest.mark.parametrize(("asked", "slept"), [("5", 5.0), ("3600", 10.0)])
def test_gateway_that_says_when_it_is_back_is_asked_then(
    client: Client, tenant: ScriptedTenant, sleeper: Sleeper, asked: str, slept: float
) -> None:
    tenant.will_answer(httpx.Response(503, headers={"retry-after": asked}), GOOD)
    read(client)
    assert sleeper.waits == [slept]


def test_rate_limit_of_half_a_minute_is_waited_for(client: Client, tenant: ScriptedTenant, sleeper: Sleeper) -> None:
    tenant.will_answer(*[httpx.Response(429)] * 7, GOOD)
    read(client)
    assert sleeper.waits == [0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0]


def test_rate_limit_is_reported_to_other_processes(client: Client, tenant: ScriptedTenant) -> None:
    reported: list[float] = []
    client.sender.on_rate_limit.append(reported.append)
    tenant.will_answer(httpx.Response(429, headers={"retry-after": "7"}), GOOD)
    read(client)
    assert reported == [7.0]


def test_deletion_is_repeated_on_request(client: Client, tenant: ScriptedTenant) -> None:
    tenant.will_answer(httpx.Response(502), httpx.Response(200, json={"IsDeleted": True}))
    client.call("account.delete_account_by_email", query={"email": "a@b.co"}, check=False, repeatable=True)
    assert len(tenant.requests) == 2


def test_run_has_a_budget_of_retries(make_client: Callable[..., Client], tenant: ScriptedTenant) -> None:
    client = make_client(limits=Limits(retries=2, retries_per_run=1))
    tenant.will_answer(*[httpx.Response(502)] * 3)
    for _ in range(2):
        with pytest.raises(InfrastructureError):
            read(client)
    assert len(tenant.requests) == 3


def test_rate_limit_that_does_not_end_is_given_up(client: Client, tenant: ScriptedTenant, sleeper: Sleeper) -> None:
    tenant.will_answer(*[httpx.Response(429)] * 20)
    with pytest.raises(InfrastructureError, match="429 too many requests") as caught:
        read(client)
    assert caught.value.status == 429
    assert 120 <= sleeper.now <= 130


def test_client_without_retries_waits_for_no_rate_limit(
    make_client: Callable[..., Client], tenant: ScriptedTenant, sleeper: Sleeper
) -> None:
    tenant.will_answer(httpx.Response(429))
    with pytest.raises(InfrastructureError, match="429"):
        read(make_client(limits=Limits(retries=0)))
    assert sleeper.waits == []


def test_answer_that_drips_is_given_up(client: Client, tenant: ScriptedTenant, sleeper: Sleeper) -> None:
    class Drip(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                sleeper.now += 1
                yield b" "

    tenant.will_answer(*[httpx.Response(200, stream=Drip()) for _ in range(3)])
    with pytest.raises(InfrastructureError, match="not complete within 30 s"):
        read(client)


def test_answer_without_end_is_given_up(client: Client, tenant: ScriptedTenant) -> None:
    class Flood(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                yield b" " * 4_000_000

    tenant.will_answer(*[httpx.Response(200, stream=Flood()) for _ in range(3)])
    with pytest.raises(InfrastructureError, match="more than"):
        read(client)


def test_compressed_answer_is_read(client: Client, tenant: ScriptedTenant) -> None:
    content = gzip.compress(b'{"IsExist":true}')
    tenant.will_answer(httpx.Response(200, content=content, headers=JSON | {"content-encoding": "gzip"}))
    read(client)


def test_page_of_a_gateway_is_kept_as_evidence(
    client: Client, tenant: ScriptedTenant, exchanges: list[Exchange]
) -> None:
    tenant.will_answer(*[HTML] * 3)
    with pytest.raises(InfrastructureError):
        read(client)
    assert exchanges[0].status == 403
    assert exchanges[0].response_body == "<html><h1>Request blocked</h1>"
