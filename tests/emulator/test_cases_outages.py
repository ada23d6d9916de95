"""Outages by rule: status, delay, reset and truncated responses, for some requests."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from loginradius_harness import emulator
from loginradius_harness.emulator import Running
from loginradius_harness.emulator.control import outage_rules
from loginradius_harness.emulator.control.routes import InvalidControlCallError
from loginradius_harness.emulator.state.outages import OutageRule

TIME = "configuration.get_server_time"


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with emulator.running() as running:
        yield running


def switch(running: Running, **rule: Any) -> None:
    body = {"outages": [{"operation": TIME, **rule}]}
    assert httpx.put(f"{running.url}/__emulator__/faults", json=body).status_code == 200


def ask(running: Running) -> httpx.Response:
    return httpx.get(f"{running.url}/identity/v2/serverinfo", params={"apikey": running.api_key})


def test_status_is_answered_for_a_number_of_requests(running: Running) -> None:
    switch(running, status=429, retry_after=7, times=2)
    answers = [ask(running) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["retry-after"] == "7"
    assert httpx.get(f"{running.url}/__emulator__/faults").json()["outages"] == []


def test_other_operations_are_answered(running: Running) -> None:
    switch(running, status=503, times=1)
    assert httpx.get(f"{running.url}/ciam/appinfo", params={"apikey": running.api_key}).status_code == 200
    assert ask(running).status_code == 503


def test_request_is_delayed(running: Running) -> None:
    switch(running, delay_ms=200, times=1)
    started = time.perf_counter()
    assert ask(running).status_code == 200
    assert time.perf_counter() - started >= 0.2


def test_connection_is_reset(running: Running) -> None:
    switch(running, connection="reset", times=1)
    with pytest.raises((httpx.NetworkError, httpx.RemoteProtocolError)):
        ask(running)
    assert ask(running).status_code == 200


def test_body_is_truncated(running: Running) -> None:
    switch(running, connection="truncate", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        ask(running)
    assert ask(running).status_code == 200


def test_share_of_the_requests_fails(running: Running) -> None:
    switch(running, status=500, share=0.5)
    statuses = {ask(running).status_code for _ in range(60)}
    switch(running, status=500, times=1)
    assert statuses == {200, 500}


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"operation": "configuration.get_server_tim"}, "did you mean"),
        ({"status": 200}, ">= 400"),
        ({"delay_ms": -1}, ">= 0"),
        ({"share": 0}, "> 0"),
        ({"times": 0}, ">= 1"),
        ({"connection": "lost"}, "Invalid enum value"),
        ({"dely_ms": 1}, "dely_ms"),
    ],
)
def test_invalid_rule_is_refused(running: Running, rule: dict[str, Any], message: str) -> None:
    body = {"outages": [{"operation": TIME, **rule}]}
    refused = httpx.put(f"{running.url}/__emulator__/faults", json=body)
    assert (refused.status_code, message in refused.json()["error"]) == (400, True)


def test_outages_are_added_and_ended_one_by_one(running: Running) -> None:
    outages = f"{running.url}/__emulator__/outages"
    httpx.delete(outages)
    for status in (429, 503):
        rule = {"operation": TIME, "status": status, "times": 1}
        assert httpx.post(outages, json=rule).status_code == 200
    assert httpx.post(outages, json={"operation": "nothing"}).status_code == 400
    assert [ask(running).status_code for _ in range(3)] == [429, 503, 200]
    httpx.post(outages, json={"operation": "*", "status": 500})
    assert httpx.delete(outages).json()["outages"] == []
    assert ask(running).status_code == 200


def test_rule_of_the_command_is_read() -> None:
    rule = outage_rules.parsed(f"operation={TIME},status=503,retry_after=3,times=2,share=0.5")
    assert rule == OutageRule(operation=TIME, status=503, retry_after=3, times=2, share=0.5)


@pytest.mark.parametrize("text", ["status=503", "operation=nothing", f"operation={TIME},status=ok", "503"])
def test_invalid_rule_of_the_command_is_refused(text: str) -> None:
    with pytest.raises(InvalidControlCallError):
        outage_rules.parsed(text)
