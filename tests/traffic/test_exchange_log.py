"""The exchanges of a capture as a file: without secrets and personal data, and readable by `check`."""

from pathlib import Path

import httpx
import pytest

from loginradius_harness import emulator
from loginradius_harness.cli import main
from loginradius_harness.traffic.capture import Upstream
from loginradius_harness.traffic.exchange_log import FILE, ExchangeLog
from tests.traffic.proxies import proxy

EMAIL, PASSWORD = "ada.lovelace@mycompany.test", "Correct-horse-1"


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return the file of a story through the proxy, and the access token that it held."""
    folder = tmp_path_factory.mktemp("capture")
    log = ExchangeLog(folder)
    with emulator.running() as running, proxy(Upstream.parse(running.url)) as (port, read):
        base, key = f"http://127.0.0.1:{port}/identity/v2", {"apikey": running.api_key}
        with httpx.Client(base_url=base, params=key) as client:
            body = {"Email": [{"Type": "Primary", "Value": EMAIL}], "Password": PASSWORD, "EmailVerified": True}
            secret = {"apisecret": running.api_secret, "apikey": running.api_key}
            assert client.post("/manage/account", params=secret, json=body).status_code == 200
            login = client.post("/auth/login", json={"email": EMAIL, "password": PASSWORD}).json()
            bearer = {"Authorization": f"Bearer {login['access_token']}"}
            assert client.get("/auth/account", headers=bearer).status_code == 200
            client.get("/auth/access_token/invalidate", headers=bearer)
            assert client.get("/auth/account", headers=bearer).status_code == 403
    for exchange in read:
        log.add(exchange)
    log.close()
    return folder / FILE, login["access_token"]


def test_no_secret_and_no_address_is_written(logged: tuple[Path, str]) -> None:
    text = logged[0].read_text(encoding="utf-8")
    assert len(text.splitlines()) == 5
    for secret in (logged[1], PASSWORD, EMAIL):
        assert secret not in text


def test_file_is_judged_as_the_traffic_was(
    logged: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(logged[0]), "--report", str(tmp_path)]) == 0, capsys.readouterr().out
    assert "0 contract violations in 5 answers of 4 operations" in capsys.readouterr().out


def test_earlier_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("earlier", encoding="utf-8")
    ExchangeLog(tmp_path).close()
    assert (tmp_path / FILE).read_text(encoding="utf-8") == ""
