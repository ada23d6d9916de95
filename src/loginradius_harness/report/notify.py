"""Post to a webhook when results changed, or a run did not finish; an unchanged result is not posted."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx

from loginradius_harness.report.analysis import history
from loginradius_harness.report.recording.event_stream import STREAM, read

WEBHOOK = "HARNESS_NOTIFY_URL"  # takes {"text": ...}, as Slack, Teams and Mattermost do
GITHUB_OUTPUT = "GITHUB_OUTPUT"  # the file in which a GitHub step leaves values for later steps
LISTED = 10


def notify(out: Path, environ: Mapping[str, str] = os.environ, transport: httpx.BaseTransport | None = None) -> str:
    """Compare the last run with the last whole one before it on the same target; return the news.

    Raises OSError where the webhook does not accept it.
    """
    text, is_news = _news(out)
    if GITHUB_OUTPUT in environ:
        with Path(environ[GITHUB_OUTPUT]).open("a", encoding="utf-8") as output:
            output.write(f"changed={'true' if is_news else 'false'}\n")
    if is_news and environ.get(WEBHOOK):
        _post(environ[WEBHOOK], text, transport)
    return text


def _news(out: Path) -> tuple[str, bool]:
    record = read(out / STREAM) if (out / STREAM).exists() else None
    if record is not None and record.run is not None and (record.ended is None or record.ended.interrupted):
        return f"The run on {record.run.target} ({record.run.id}) did not finish.", True
    with history.existing(out) as past:
        run = past.find("last")
        before = past.previous(run)
        if before is None:
            return f"This is the first run on {run.target}: there is nothing to compare with.", False
        changes = past.changes(before, run)
    failures = [change for change in changes if "failed" in (change.before, change.after)]
    return (_text(run, failures), True) if failures else ("No result changed.", False)


def _text(run: history.PastRun, changes: Sequence[history.Change]) -> str:
    network = [change for change in changes if change.is_new_failure and change.cause == "infrastructure"]
    others = [change for change in changes if change not in network]
    lines = [f"{_count(len(others), 'result')} changed on {run.target} ({run.id}):"] if others else []
    lines += [f"- {change.test}: {change.before or 'new'} → {change.after or 'gone'}" for change in others[:LISTED]]
    if len(others) > LISTED:
        lines.append(f"and {len(others) - LISTED} more")
    if network:
        lines.append(f"{_count(len(network), 'test')} on {run.target} failed because of the infrastructure.")
    return "\n".join(lines)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _post(url: str, text: str, transport: httpx.BaseTransport | None) -> None:
    try:
        with httpx.Client(transport=transport, timeout=20) as http:
            http.post(url, json={"text": text}).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        # A webhook's address is a secret, and httpx puts it into its messages.
        raise OSError(f"the webhook of {WEBHOOK} did not accept the message ({type(error).__name__})") from None
