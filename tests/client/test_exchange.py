"""An announced exchange: redacted, and able to be repeated."""

import subprocess

import httpx

from loginradius_harness.client.client import Client
from loginradius_harness.client.exchange import Exchange
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
