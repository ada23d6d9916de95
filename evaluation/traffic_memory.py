"""Measure the memory that `check` takes for large files: python -m evaluation.traffic_memory [MEGABYTES]."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

Json = Any
MEGABYTE = 1_000_000
CHILD = """
import re, sys
from pathlib import Path
from loginradius_harness.cli import main
code = main(["check", sys.argv[1], "--report", sys.argv[2]])
print("PEAK", code, re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text()).group(1))
"""
REQUEST = {"method": "GET", "headers": []}
API = "https://api.loginradius.com/identity/v2/auth"
PADDING = "x" * 4_000


def _har(number: int, url: str, body: str) -> str:
    entry = {"request": REQUEST | {"url": url}, "response": {"status": 200, "content": {"text": body}}}
    return ("" if number == 1 else ",") + json.dumps(entry)


def _postman(number: int, url: str, body: str) -> str:
    answer = {"originalRequest": REQUEST | {"url": url}, "code": 200, "body": body}
    return ("" if number == 1 else ",") + json.dumps({"name": f"item {number}", "response": [answer]})


def _stream(_: int, url: str, body: str) -> str:
    return json.dumps({"event": "evidence", "method": "GET", "url": url, "status": 200, "response_body": body}) + "\n"


def _curl(_: int, url: str, body: str) -> str:
    host, path = url.removeprefix("https://").split("/", 1)
    parts = [body[start : start + 64] for start in range(0, len(body), 64)]
    shown = "".join(f"{64 * row:04x}: {part}\n" for row, part in enumerate(parts))
    head = f"=> Send header, 9 bytes\n0000: GET /{path} HTTP/1.1\n0099: Host: {host}\n"
    return f"{head}<= Recv header, 9 bytes\n0000: HTTP/1.1 200 OK\n<= Recv data, {len(body)} bytes\n{shown}"


SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
# form: beginning, function that writes one exchange, end
FORMS = {
    "HAR": ('{"log": {"version": "1.2", "entries": [', _har, "]}}"),
    "Postman": (f'{{"info": {{"schema": "{SCHEMA}"}}, "item": [', _postman, "]}"),
    "record.ndjson": ("", _stream, ""),
    "curl": ("== Info: begin\n", _curl, ""),
}


def _exchange(number: int) -> tuple[str, str]:
    """Return URL and answer: in turn a log-out, which is remembered, and an answer that deviates, by its own values."""
    if number % 2:
        token = f"{number:08x}-0000-4000-8000-000000000000"
        return f"{API}/access_token/invalidate?apikey=k&access_token={token}", json.dumps(
            {"IsPosted": True, "a": PADDING}
        )
    answer = {"IsExist": number, "Member": f"text {number} {PADDING}"}
    return f"{API}/email?apikey=k&email=user-{number}@example.com", json.dumps(answer)


def write(form: str, file: Path, megabytes: int) -> None:
    """Write a file of a form and size: each exchange has secrets and values of its own."""
    beginning, written, end = FORMS[form]
    left = megabytes * MEGABYTE
    with file.open("w", encoding="utf-8") as out:
        out.write(beginning)
        for number in count(1):
            text = written(number, *_exchange(number))
            out.write(text)
            left -= len(text)
            if left <= 0:
                break
        out.write(end)


def peak(file: Path) -> float:
    """Return the most memory in MB that `check` of a file held. Raises RuntimeError where it could not read it."""
    with tempfile.TemporaryDirectory() as out:
        done = subprocess.run([sys.executable, "-c", CHILD, file, out], capture_output=True, text=True, check=False)
    found = done.stdout.rpartition("PEAK ")[2].split()
    if len(found) != 2 or found[0] not in "01":
        raise RuntimeError(f"{file}: {done.stdout[-500:]}{done.stderr[-500:]}")
    return int(found[1]) / 1024


def figures(megabytes: int) -> Iterator[tuple[str, float, float]]:
    """Yield form, peak for 1 MB and peak for so many megabytes, in MB."""
    with tempfile.TemporaryDirectory() as folder:
        for form in FORMS:
            peaks = []
            for size in (1, megabytes):
                file = Path(folder) / "traffic"
                write(form, file, size)
                peaks.append(peak(file))
            yield form, peaks[0], peaks[1]


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    for form, small, large in figures(size):
        print(f"{form}: {small:.0f} MB for a file of 1 MB, {large:.0f} MB for one of {size} MB", flush=True)
