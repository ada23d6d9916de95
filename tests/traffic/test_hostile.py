"""Files as they should not be: each is read, or ends in one sentence and exit code 2."""

import base64
import gzip
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from loginradius_harness.cli import main
from loginradius_harness.traffic import files

Json = Any
PATH = "/identity/v2/auth/email?apikey=k&email=a@example.com"
URL = f"https://api.loginradius.com{PATH}"
ENTRY: Json = {
    "startedDateTime": "2026-03-01T10:00:00.000+02:00",
    "time": 12.5,
    "request": {"method": "GET", "url": URL, "headers": []},
    "response": {"status": 200, "content": {"text": '{"IsExist": true}'}},
}
SCHEMA = "https://schema.getpostman.com/json/collection/{}/collection.json"
READ = "0 contract violations in 1 answers of 1 operations"


def har(*entries: Json) -> bytes:
    return json.dumps({"log": {"version": "1.2", "entries": entries}}).encode()


def changed(**changes: Json) -> Json:
    return ENTRY | changes


def postman(url: Json, version: str = "v2.1.0", **more: Json) -> bytes:
    answer = {"originalRequest": {"method": "GET", "url": url}, "code": 200, "body": '{"IsExist": true}'}
    items = [{"name": "folder", "item": [{"name": "deeper", "item": [{"name": "Ask", "response": [answer]}]}]}]
    return json.dumps({"info": {"schema": SCHEMA.format(version)}, "item": items} | more).encode()


def trace(*lines: str, end: str = "\n") -> bytes:
    return end.join([*lines, ""]).encode()


HTTP2 = trace(
    "== Info: [HTTP/2] [1] OPENED stream",
    "12:00:00.000001 [0-0] => Send header, 90 bytes (0x5a)",
    "0000: :method: GET",
    f"0010: :path: {PATH}",
    "0050: :scheme: https",
    "0060: :authority: api.loginradius.com",
    "0080: user-agent: curl/8.5.0",
    "12:00:00.000002 [0-0] <= Recv header, 13 bytes (0xd)",
    "0000: HTTP/2 200 ",
    "12:00:00.000003 [0-0] <= Recv data, 17 bytes (0x11)",
    '0000: {"IsExist": true}',
    end="\r\n",
)

DEEP = "[" * 10_000 + "]" * 10_000
READABLE = {
    "mark of UTF-8": b"\xef\xbb\xbf" + har(ENTRY),
    "UTF-16": har(ENTRY).decode().encode("utf-16"),
    "UTF-16 of the other kind": b"\xfe\xff" + har(ENTRY).decode().encode("utf-16-be"),
    "gzip": gzip.compress(har(ENTRY)),
    "base64": har(
        changed(
            response={
                "status": 200,
                "content": {"text": base64.b64encode(b'{"IsExist": true}').decode(), "encoding": "base64"},
            }
        )
    ),
    "no times": har({name: value for name, value in ENTRY.items() if name in {"request", "response"}}),
    "times that are none": har(changed(startedDateTime="yesterday", time="soon")),
    "time without a zone": har(changed(startedDateTime="2026-03-01T10:00:00")),
    "entries that are none": har(None, 7, [], {"request": None}, {"request": {"url": 7}}, ENTRY),
    "members of a wrong type": har(changed(request=ENTRY["request"] | {"headers": "many", "postData": [1]})),
    "deep entry": har(changed(extra=json.loads("[" * 900 + "]" * 900))),
    "very deep extra": har(ENTRY).replace(b'"time": 12.5', b'"time": ' + DEEP.encode()),
    "Postman 2.0": postman(URL, "v2.0.0"),
    "Postman 2.1": postman({"raw": URL, "host": ["api"]}),
    "variable": postman("{{base}}" + PATH, variable=[{"key": "base", "value": "https://api.loginradius.com"}]),
    "unresolved variable": postman("{{base_url}}" + PATH),
    "HTTP/2 and Windows line ends": HTTP2,
    "curl in UTF-16, as PowerShell writes": HTTP2.decode().encode("utf-16"),
}


def checked(path: Path, tmp_path: Path) -> int:
    return main(["check", str(path), "--report", str(tmp_path / "out")])


@pytest.mark.parametrize("name", READABLE)
def test_odd_file_is_read(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "traffic"
    path.write_bytes(READABLE[name])
    assert checked(path, tmp_path) == 0, capsys.readouterr().err
    assert READ in capsys.readouterr().out


UNREADABLE = {
    "empty": (b"", "not a HAR file"),
    "empty gzip": (gzip.compress(b""), "not a HAR file"),
    "truncated": (har(ENTRY, ENTRY)[:-30], "unreadable after entry 1"),
    "truncated gzip": (gzip.compress(har(ENTRY))[:-20], "damaged gzip"),
    "gzip of noise": (b"\x1f\x8b" + bytes(range(255)), "damaged gzip"),
    "binary": (bytes(range(256)) * 20, "not a HAR file"),
    "latin-1": (har(changed(comment="\x00")).replace(b"\\u0000", b"\xe9"), "unreadable after entry 0"),
    "UTF-16 without a mark": (har(ENTRY).decode().encode("utf-16-le"), "not a HAR file"),
    "UTF-16 cut in a character": (har(ENTRY).decode().encode("utf-16")[:-1], "unreadable after entry 1"),
    "damaged UTF-16": (har(ENTRY).decode().encode("utf-16") + b"\x00\xdc\x00\x00", "damaged text. Save it as UTF-8."),
    "number without end": (har(ENTRY).replace(b"12.5", b"1" * 5_000), "unreadable after entry 0"),
    "JSON that is no HAR": (b'{"a": 1}', "not a HAR file"),
    "list": (b"[1, 2]", "not a HAR file"),
    "Postman 1": (
        b'{"id": "a", "name": "b", "order": ["c"], "requests": [{"url": "x"}]}',
        "a Postman collection of format 1. Export it in format 2.1.",
    ),
    "truncated Postman": (postman(URL)[:-5], "unreadable after answer 1"),
    "deep Postman": (postman(URL)[:-1] + b', "item": ' + DEEP.encode()[:-5], "unreadable after answer 1"),
    "damaged stream": (b'{"event": "run"}\n{"event":"evidence", "url": ' + DEEP.encode() + b"}\n", "line 2 is damaged"),
    "stream of a wrong type": (
        b'{"event":"evidence", "method": "GET", "url": "/", "seconds": "many"}\n',
        "line 1 is damaged",
    ),
    "other hosts only": (har(changed(request=ENTRY["request"] | {"url": "https://example.com/"})), "--host"),
    "addresses that are none": (har(changed(request=ENTRY["request"] | {"url": "https://[::1/x"})), "--host"),
    "no request in a curl trace": (trace("== Info: nothing"), "--host"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable_file_ends_in_one_sentence(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content, message = UNREADABLE[name]
    path = tmp_path / "traffic"
    path.write_bytes(content)
    assert checked(path, tmp_path) == 2
    said = capsys.readouterr().err
    assert message in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    "body", [DEEP, "[" * 600 + "]" * 600, "1" * 5_000, "\x00", "<html>", '"\ud800"', "9" * 400 + "e999"]
)
def test_odd_answer_is_judged_or_named(body: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "app.har"
    odd = changed(response={"status": 200, "content": {"text": body}})
    path.write_bytes(har(odd, changed(request=ENTRY["request"] | {"postData": {"text": body}})))
    assert checked(path, tmp_path) in {0, 1}
    assert re.search(r"not judged: status 200 without JSON|violations in 2 answers", capsys.readouterr().out)


def test_folder_is_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert checked(tmp_path, tmp_path) == 2
    assert f"{tmp_path}: no file." in capsys.readouterr().err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_pipe_is_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert checked(tmp_path / "pipe", tmp_path) == 2
    assert "no file." in capsys.readouterr().err


def test_file_that_vanishes_before_it_is_read_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "first.har").write_bytes(har(ENTRY))
    assert main(["check", str(tmp_path / "first.har"), str(tmp_path / "gone.har"), "--report", str(tmp_path)]) == 2
    assert "gone.har: No such file or directory." in capsys.readouterr().err


def test_record_in_the_report_folder_is_not_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = tmp_path / "record.ndjson"
    record.write_text('{"event": "run"}\n', encoding="utf-8")
    assert main(["check", str(record), "--report", str(tmp_path)]) == 2
    assert "would be replaced by the report" in capsys.readouterr().err
    assert record.read_text(encoding="utf-8") == '{"event": "run"}\n'


def test_form_that_a_recorder_took_apart_is_a_body(tmp_path: Path) -> None:
    path = tmp_path / "app.har"
    posted = {"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "a", "value": "b c"}]}
    headers = [{"name": "Content-Type", "value": posted["mimeType"]}]
    path.write_bytes(har(changed(request=ENTRY["request"] | {"headers": headers, "postData": posted})))
    [exchange] = files.read(path)
    assert exchange.request_json == {"a": "b c"}
