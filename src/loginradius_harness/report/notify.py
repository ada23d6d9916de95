"""Tell people that verdicts changed; a run that ends as the last one did is no news."""

import os
from collections.abc import Mapping
from pathlib import Path

import httpx

from loginradius_harness.report.analysis import history

WEBHOOK = "HARNESS_NOTIFY_URL"  # takes {"text": ...}, as Slack, Teams and Mattermost do
GITHUB_OUTPUT = "GITHUB_OUTPUT"  # the file in which a GitHub step leaves values for later steps
NAMED = 10


def notify(out: Path, environ: Mapping[str, str] = os.environ, transport: httpx.BaseTransport | None = None) -> str:
    """Compare the last run with the one before it on the same target; returns what was said.

    Raises OSError where the webhook does not take it.
    """
    with history.existing(out) as past:
        runs = past.runs(limit=1)
        earlier = [run for run in past.runs(runs[0].target) if run.number != runs[0].number] if runs else []
        if not earlier:
            return "Nothing to compare with yet."
        changes = [change for change in past.diff(earlier[0], runs[0]) if "failed" in (change.before, change.after)]
    if GITHUB_OUTPUT in environ:
        with Path(environ[GITHUB_OUTPUT]).open("a", encoding="utf-8") as output:
            output.write(f"changed={'true' if changes else 'false'}\n")
    if not changes:
        return "No verdict changed."
    text = _text(runs[0], changes)
    if environ.get(WEBHOOK):
        _post(environ[WEBHOOK], text, transport)
    return text


def _text(run: history.Past, changes: list[history.Change]) -> str:
    lines = [f"{len(changes)} verdicts changed on {run.target} ({run.id}):"]
    lines += [f"- {change.test}: {change.before or 'new'} → {change.after or 'gone'}" for change in changes[:NAMED]]
    return "\n".join([*lines, f"and {len(changes) - NAMED} more"] if len(changes) > NAMED else lines)


def _post(url: str, text: str, transport: httpx.BaseTransport | None) -> None:
    try:
        with httpx.Client(transport=transport, timeout=20) as http:
            http.post(url, json={"text": text}).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        # A webhook's address is a secret, and httpx puts it into its messages.
        raise OSError(f"the webhook of {WEBHOOK} did not take the news ({type(error).__name__})") from None
