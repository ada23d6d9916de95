"""Write a Postman collection (v2.1) of the failing calls, one folder for each kind of failure."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from loginradius_harness.report.analysis.groups import FailureGroup
from loginradius_harness.report.analysis.model import Report
from loginradius_harness.report.recording import events

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
CALLS = 20  # of one kind of failure: more of the same teach nothing
_VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")


def postman(report: Report) -> bytes:
    """Return the collection; every secret is a variable of the same name as in the shell commands."""
    last = {entry.verdict.test: entry.evidence[-1] for entry in report.verdicts if entry.evidence}
    folders = [_folder(group, last) for group in report.groups]
    used = sorted({name for folder in folders for name in _VARIABLE.findall(json.dumps(folder))})
    document = {
        "info": {"name": f"Failures on {report.run.target}, {report.run.started:%Y-%m-%d %H:%M}", "schema": SCHEMA},
        "item": [folder for folder in folders if folder["item"]],
        "variable": [{"key": name, "value": ""} for name in used],
    }
    return _VARIABLE.sub(r"{{\1}}", json.dumps(document, indent=1)).encode()


def _folder(group: FailureGroup, last: dict[str, events.Evidence]) -> dict[str, Any]:
    calls = [last[test] for test in group.tests if test in last][:CALLS]
    return {"name": f"{group.cause}: {group.summary}"[:200], "item": list(map(_item, calls))}


def _item(call: events.Evidence) -> dict[str, Any]:
    request: dict[str, Any] = {
        "method": call.method,
        "header": [{"key": name, "value": value} for name, value in call.request_headers.items()],
        "url": _url(call.url),
    }
    if call.request_body is not None:
        request["body"] = {"mode": "raw", "raw": call.request_body}
    return {"name": f"{call.operation}: {call.status or call.trouble}", "request": request}


def _url(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    query = [{"key": name, "value": value} for name, value in parse_qsl(parts.query, keep_blank_values=True)]
    return {
        "raw": url,
        "protocol": parts.scheme,
        "host": [parts.hostname or ""],
        "port": str(parts.port or ""),
        "path": list(_path(parts.path)),
        "query": query,
    }


def _path(path: str) -> Iterator[str]:
    return (step for step in path.split("/") if step)
