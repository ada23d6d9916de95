"""An exchange is redacted and can be repeated."""

import json
import shlex
import subprocess
from typing import Any

import httpx
import pytest

from loginradius_harness import contracts
from loginradius_harness.client.client import Client
from loginradius_harness.client.exchange import Exchange
from loginradius_harness.contracts import Operation
from loginradius_harness.contracts.codes import ErrorCode
from tests.scripted_tenant import KEY, SECRET, ScriptedTenant, refusal

TOKEN = "9f1c4a52-7b1e-4a40-9a3c-0d5f1f0a6a11"
LOGIN = {"email": "lrh-1-1@example.com", "password": "it's $HOME and `secret`", "note": 'it\'s $HOME `x` "y"'}


def log_in(client: Client, tenant: ScriptedTenant, exchanges: list[Exchange]) -> Exchange:
    tenant.will_answer(httpx.Response(200, json={"access_token": TOKEN}, headers={"set-cookie": "sid=abcdef"}))
    client.call("authentication.login_by_email", body=LOGIN, check=False)
    return exchanges[-1]


def test_nothing_that_can_be_read_is_secret(client: Client, tenant: ScriptedTenant, exchanges: list[Exchange]) -> None:
    exchange = log_in(client, tenant, exchanges)
    public = [name for name in dir(exchange) if not name.startswith("_")]
    shown = " ".join(f"{getattr(exchange, name)}" for name in public) + repr(exchange)
    for secret in (KEY, SECRET, TOKEN, LOGIN["password"], "abcdef"):
        assert secret not in shown


def test_exchange_tells_status_code_and_attempts(
    client: Client, tenant: ScriptedTenant, exchanges: list[Exchange]
) -> None:
    tenant.will_answer(httpx.Response(429), refusal(ErrorCode.CREDENTIALS_INCORRECT, 401))
    client.call("authentication.login_by_email", body=LOGIN)
    assert (exchanges[0].operation, exchanges[0].method) == ("authentication.login_by_email", "POST")
    assert (exchanges[0].status, exchanges[0].error_code, exchanges[0].attempts) == (
        401,
        ErrorCode.CREDENTIALS_INCORRECT,
        2,
    )


def test_replay_fills_secrets_from_the_environment_and_nothing_else(
    client: Client, tenant: ScriptedTenant, exchanges: list[Exchange]
) -> None:
    command = log_in(client, tenant, exchanges).replay
    environment = {"HARNESS_API_KEY": "K", "PASSWORD": "P", "HOME": "H"}
    script = "curl() { printf '%s\\n' \"$@\"; }\n" + command
    words = subprocess.run(
        ["/bin/bash", "-c", script], env=environment, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert words == [
        "--include", "--request", "POST", "https://api.loginradius.com/identity/v2/auth/login?apikey=K",
        "--header", "Content-Type: application/json",
        "--data-raw", '{"email": "lrh-1-1@example.com", "password": "P", "note": "it\'s $HOME `x` \\"y\\""}',
    ]  # fmt: skip


def test_replay_holds_nothing_that_curl_would_expand(
    client: Client, tenant: ScriptedTenant, exchanges: list[Exchange]
) -> None:
    tenant.will_answer(httpx.Response(200, json={}))
    client.call("authentication.check_email_availability", query={"email": "{a,b}[1-3]"}, check=False)
    url = shlex.split(exchanges[-1].replay)[4]
    assert not {"{a", "[1"} & {url[place : place + 2] for place in range(len(url))}
    assert httpx.URL(url).params["email"] == "{a,b}[1-3]"


def _text(value: object) -> object:
    """Fill the placeholders of an example with texts that are hard to quote."""
    if isinstance(value, dict):
        return {str(_text(key)): _text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_text(item) for item in value]
    return value.replace("{", "it's \"").replace("}", '" `$HOME`') if isinstance(value, str) else value


# The scripted tenant answers a request for its time by itself.
OPERATIONS = [operation for operation in contracts.operations() if operation.id != "configuration.get_server_time"]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_redacted_replay_is_the_request_in_a_shell(
    client: Client, tenant: ScriptedTenant, exchanges: list[Exchange], operation: Operation
) -> None:
    tenant.will_answer(httpx.Response(200, json={}))
    example: Any = _text({part: operation.example.get(part, {}) for part in ("path", "query")})
    body = _text(operation.example.get("body"))
    client.call(operation.id, **example, body=body, token=TOKEN, check=False)
    replay = client.redactor.text(exchanges[-1].replay)
    assert replay == exchanges[-1].replay
    request = tenant.requests[-1]
    words = shlex.split(replay)
    assert words[:4] == ["curl", "--include", "--request", request.method]
    assert httpx.URL(words[4]).path == request.url.path
    names = [name.partition(":")[0].lower() for name in words[5:] if ": " in name and not name.startswith("{")]
    assert set(names) <= set(request.headers)
    if body is not None:
        assert json.loads(words[-1]).keys() == json.loads(request.content).keys()
