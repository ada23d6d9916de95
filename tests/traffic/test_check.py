"""`loginradius-harness check` on traffic that was recorded with an emulator, and on damaged files."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from loginradius_harness import emulator
from loginradius_harness.cli import main
from loginradius_harness.contracts import overlay
from loginradius_harness.emulator.server.uvicorn_server import Running

PASSWORD = "Correct-horse-1"
EMAIL = "ada@traffic.example.com"
Entry = dict[str, Any]


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with emulator.running() as running:
        yield running


class Browser:
    """Sends requests and records them as a browser's HAR export does."""

    def __init__(self, running: Running) -> None:
        self._url = running.url
        self._key, self._secret = running.api_key, running.api_secret
        self.entries: list[Entry] = []

    def call(self, method: str, path: str, body: Any = None, *, secret: bool = False, token: str = "") -> Any:
        query = {"apikey": self._key} | ({"apisecret": self._secret} if secret else {})
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = httpx.request(method, f"{self._url}{path}", params=query, json=body, headers=headers)
        self.entries.append(entry(answer))
        return answer.json()

    def write(self, path: Path) -> Path:
        path.write_text(json.dumps({"log": {"version": "1.2", "entries": self.entries}}), encoding="utf-8")
        return path


def entry(answer: httpx.Response) -> Entry:
    request = answer.request
    return {
        "request": {
            "method": request.method,
            "url": str(request.url),
            "headers": [{"name": name, "value": value} for name, value in request.headers.items()],
            "postData": {"text": request.content.decode()},
        },
        "response": {
            "status": answer.status_code,
            "content": {"text": base64.b64encode(answer.content).decode(), "encoding": "base64"},
        },
    }


@pytest.fixture
def browser(running: Running) -> Browser:
    return Browser(running)


def created(browser: Browser, email: str) -> str:
    body = {"Email": [{"Type": "Primary", "Value": email}], "Password": PASSWORD, "EmailVerified": True}
    browser.call("POST", "/identity/v2/manage/account", body, secret=True)
    login = browser.call("POST", "/identity/v2/auth/login", {"email": email, "password": PASSWORD})
    return str(login["access_token"])


def checked(path: Path, tmp_path: Path, *options: str) -> int:
    return main(["check", str(path), "--report", str(tmp_path / "out"), *options])


def test_faithful_traffic_passes(browser: Browser, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    token = created(browser, "plain@traffic.example.com")
    browser.call("GET", "/identity/v2/auth/account", token=token)
    assert checked(browser.write(tmp_path / "app.har"), tmp_path) == 0
    assert "0 contract violations in 3 answers of 3 operations" in capsys.readouterr().out
    assert (tmp_path / "out/junit.xml").exists()


def test_member_of_a_wrong_type_is_named(browser: Browser, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    created(browser, "shape@traffic.example.com")
    content = browser.entries[-1]["response"]["content"]
    body = json.loads(base64.b64decode(content["text"]))
    content["text"] = base64.b64encode(json.dumps(body | {"access_token": 7}).encode()).decode()
    assert checked(browser.write(tmp_path / "app.har"), tmp_path) == 1
    assert "authentication.login_by_email: responses/200" in capsys.readouterr().out


DOCUMENTED_ELSEWHERE, UNKNOWN = 1339, 4711  # error codes


def refused_with(browser: Browser, code: int) -> None:
    """Record a log-in that is refused with another code than its contract lists."""
    browser.call("POST", "/identity/v2/auth/login", {"email": EMAIL, "password": PASSWORD})
    content = browser.entries[-1]["response"]["content"]
    body = json.loads(base64.b64decode(content["text"]))
    content["text"] = base64.b64encode(json.dumps(body | {"ErrorCode": code}).encode()).decode()


@pytest.mark.parametrize(
    ("code", "options", "kind", "exit_code"),
    [
        (DOCUMENTED_ELSEWHERE, [], "hint", 0),
        (DOCUMENTED_ELSEWHERE, ["--strict"], "undocumented", 1),
        (UNKNOWN, [], "undocumented", 1),
    ],
)
def test_refusal_with_a_code_that_is_not_listed_is_as_grave_as_the_list_is_known(  # noqa: PLR0913  # pytest's fixtures
    browser: Browser,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    *,
    code: int,
    options: list[str],
    kind: str,
    exit_code: int,
) -> None:
    refused_with(browser, code)
    assert checked(browser.write(tmp_path / "app.har"), tmp_path, *options) == exit_code
    assert re.search(rf"errors/ErrorCode: .*, got {code} \({kind}, 1 times", capsys.readouterr().out)


def test_overlay_learns_from_traffic_and_what_is_accepted_passes(browser: Browser, tmp_path: Path) -> None:
    refused_with(browser, UNKNOWN)
    browser.call("GET", "/identity/v2/serverinfo")
    traffic, file = browser.write(tmp_path / "app.har"), tmp_path / "staging.overlay.json"
    assert checked(traffic, tmp_path, "--overlay", str(file)) == 1
    learned = overlay.read(file)
    assert [action.status for action in learned.actions] == ["proposed"]
    assert list(learned.confirmed) == ["configuration.get_server_time"]
    overlay.write(overlay.accept(learned, [action.id for action in learned.actions]), file)
    assert checked(traffic, tmp_path, "--overlay", str(file)) == 0
    [action] = overlay.read(file).actions
    assert (action.status, action.evidence.count) == ("accepted", 2)


def test_token_that_works_after_logout_is_named(
    browser: Browser, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    token = created(browser, "order@traffic.example.com")
    browser.call("GET", "/identity/v2/auth/account", token=token)
    browser.call("GET", "/identity/v2/auth/access_token/invalidate", token=token)
    browser.entries.append(browser.entries[-2])
    assert checked(browser.write(tmp_path / "app.har"), tmp_path) == 1
    assert "tokens.invalidated_one_is_dead_everywhere" in capsys.readouterr().out


def test_secrets_do_not_reach_the_report(browser: Browser, tmp_path: Path) -> None:
    token = created(browser, "secret@traffic.example.com")
    content = browser.entries[-1]["response"]["content"]
    body = json.loads(base64.b64decode(content["text"]))
    content["text"] = base64.b64encode(json.dumps(body | {"expires_in": token}).encode()).decode()
    assert checked(browser.write(tmp_path / "app.har"), tmp_path) == 1
    written = b"".join(path.read_bytes() for path in (tmp_path / "out").iterdir())
    assert token.encode() not in written
    assert PASSWORD.encode() not in written


def test_alias_is_judged_as_its_operation(
    browser: Browser, running: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    email = "alias@traffic.example.com"
    body = {"Email": [{"Type": "Primary", "Value": email}], "Password": PASSWORD}
    browser.call("POST", "/identity/v2/manage/account", body, secret=True)
    query = {"apikey": running.api_key, "apisecret": running.api_secret, "vtype": "emailverification", "email": email}
    answer = httpx.get(f"{running.url}/identity/v2/manage/account/vtoken", params=query)
    assert answer.json()["VerificationToken"]
    browser.entries.append(entry(answer))
    assert checked(browser.write(tmp_path / "app.har"), tmp_path) == 0
    assert "0 contract violations in 2 answers of 2 operations" in capsys.readouterr().out


def test_unknown_route_is_listed(browser: Browser, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    created(browser, "route@traffic.example.com")
    browser.call("GET", "/identity/v2/nowhere")
    assert checked(browser.write(tmp_path / "app.har"), tmp_path) == 0
    assert "no contract: GET /identity/v2/nowhere (1 times)" in capsys.readouterr().out


def test_custom_domain_is_judged_when_it_is_named(browser: Browser, tmp_path: Path) -> None:
    created(browser, "domain@traffic.example.com")
    for recorded in browser.entries:
        recorded["request"]["url"] = recorded["request"]["url"].replace("127.0.0.1", "auth.mycompany.example")
    path = browser.write(tmp_path / "app.har")
    assert checked(path, tmp_path) == 2
    assert checked(path, tmp_path, "--host", "auth.mycompany.example") == 0


def test_postman_collection_is_judged(browser: Browser, tmp_path: Path) -> None:
    created(browser, "postman@traffic.example.com")
    saved = browser.entries[-1]
    answer = {
        "originalRequest": {
            "method": "POST",
            "url": {"raw": saved["request"]["url"]},
            "body": {"mode": "raw", "raw": saved["request"]["postData"]["text"]},
        },
        "code": 200,
        "body": base64.b64decode(saved["response"]["content"]["text"]).decode(),
    }
    schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
    folder = {"name": "folder", "item": [{"name": "Log in", "response": [answer]}]}
    path = tmp_path / "collection.json"
    path.write_text(json.dumps({"info": {"schema": schema}, "item": [folder]}))
    assert checked(path, tmp_path) == 0


def test_curl_trace_is_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "trace.txt"
    path.write_text(
        "== Info: Connected\n"
        "=> Send header, 90 bytes (0x5a)\n"
        "0000: GET /identity/v2/auth/email?apikey=k&email=a@example.com HTTP/1.1\n"
        "0043: Host: api.loginradius.com\n"
        "005e: \n"
        "<= Recv header, 17 bytes (0x11)\n"
        "0000: HTTP/1.1 200 OK\n"
        "<= Recv data, 16 bytes (0x10)\n"
        '0000: {"IsExist": 7}\n'
    )
    assert checked(path, tmp_path) == 1
    assert "/IsExist" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x00\x01binary", "not a HAR file"),
        (b"", "not a HAR file"),
        (b'{"log": {"entries": [', "unreadable after entry 0"),
        (b'{"log": {"entries": [{"request": {"url": "\xff"}}]}}', "unreadable after entry 0"),
        (b'{"event": "run"}\n{"event":"evidence",\n', "line 2 is damaged"),
    ],
)
def test_damaged_file_ends_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, message: str
) -> None:
    path = tmp_path / "traffic.har"
    path.write_bytes(content)
    assert checked(path, tmp_path) == 2
    captured = capsys.readouterr().err
    assert message in captured
    assert len(captured.splitlines()) == 1


def test_missing_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert checked(tmp_path / "none.har", tmp_path) == 2
    assert "none.har: No such file or directory." in capsys.readouterr().err


def test_answer_without_a_recorded_body_is_not_judged(
    browser: Browser, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    created(browser, "bodies@traffic.example.com")
    del browser.entries[-1]["response"]["content"]["text"]
    assert checked(browser.write(tmp_path / "app.har"), tmp_path) == 0
    assert "not judged: the recorder left out the answer's body (1 times)" in capsys.readouterr().out


def test_weak_promise_is_binding_where_the_check_is_strict(
    browser: Browser, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    created(browser, "weak@traffic.example.com")
    content = browser.entries[-1]["response"]["content"]
    answer = json.loads(base64.b64decode(content["text"]))
    answer["Profile"]["DisableLogin"] = "no"
    content["text"] = base64.b64encode(json.dumps(answer).encode()).decode()
    file = browser.write(tmp_path / "app.har")
    assert checked(file, tmp_path) == 0
    assert "(hint, 1 times" in capsys.readouterr().out
    assert checked(file, tmp_path, "--strict") == 1
