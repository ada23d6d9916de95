"""The page and the summary, from templates."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from msgspec import Struct

from loginradius_harness import contracts
from loginradius_harness.report.analysis.model import Numbered, Report
from loginradius_harness.report.formats import charts
from loginradius_harness.report.formats.text import cut
from loginradius_harness.report.recording import events

TEMPLATES = Path(__file__).parent / "templates"
SIGNS: Mapping[events.Outcome, str] = {
    "passed": "✓", "failed": "✗", "skipped": "·", "warning": "!", "by-design": "=", "not-observable": "?",
    "not-applicable": "/", "expected": "≈", "quarantined": "~",
}  # fmt: skip
SHOWN_WITH_EXCHANGES = 60  # failures whose exchanges the page holds; report.json holds all
EXCHANGES_SHOWN = 4  # per failure: the last ones decide
BODY_SHOWN = 2_000  # characters of a body on the page


class Moment(Struct, frozen=True):
    """One line of a journey's timeline; `left` and `width` are percent of the whole."""

    name: str
    answer: str
    milliseconds: float
    left: float
    width: float
    is_step: bool
    went_well: bool


def page(report: Report) -> bytes:
    """One offline file, readable without script."""
    failed = [entry for entry in report.verdicts if entry.verdict.outcome == "failed"]
    text = (
        _environment()
        .get_template("page.html")
        .render(
            report=report,
            failed=failed,
            rest=[entry for entry in report.verdicts if entry.verdict.outcome != "failed"],
            journeys=[entry for entry in report.verdicts if entry.verdict.suite == "journeys"],
            checks=sorted(
                (entry for entry in report.verdicts if entry.verdict.row is not None),
                key=lambda entry: (entry.verdict.row, entry.number),
            ),
            numbers={entry.verdict.test: entry.number for entry in report.verdicts},
            rules={rule.id: rule for rule in contracts.rules()},
            known={row.id for row in report.operations},
            capabilities=_capabilities(report),
            with_exchanges={entry.number for entry in failed[:SHOWN_WITH_EXCHANGES]},
        )
    )
    return text.encode(errors="backslashreplace")


def summary(report: Report) -> bytes:
    """Markdown for the summary of a CI job."""
    failed = [entry for entry in report.verdicts if entry.verdict.outcome == "failed"]
    text = _environment().get_template("summary.md").render(report=report, failed=failed)
    return text.encode(errors="backslashreplace")


def timeline(entry: Numbered) -> list[Moment]:
    """Steps and calls of a journey in the order in which they began."""
    events_: Sequence[events.Step | events.Evidence] = sorted(
        [*entry.steps, *entry.evidence], key=lambda event: (event.started, not isinstance(event, events.Step))
    )
    if not events_:
        return []
    begin = events_[0].started
    ends = [(event.started - begin).total_seconds() + event.seconds for event in events_]
    whole = max(*ends, 1e-9)
    return [_moment(event, (event.started - begin).total_seconds() / whole, event.seconds / whole) for event in events_]


def _moment(event: events.Step | events.Evidence, left: float, width: float) -> Moment:
    is_step = isinstance(event, events.Step)
    name = event.name if isinstance(event, events.Step) else event.operation
    answer = "" if isinstance(event, events.Step) else _answer(event)
    went_well = event.passed if isinstance(event, events.Step) else event.trouble is None
    return Moment(
        name, answer, round(event.seconds * 1000, 1), round(left * 100, 2), round(width * 100, 2), is_step, went_well
    )


def _answer(call: events.Evidence) -> str:
    if call.status is None:
        return call.trouble or "no answer"
    return str(call.status) if call.error_code is None else f"{call.status} · {call.error_code}"


def _capabilities(report: Report) -> dict[str, list[Numbered]]:
    """Reason of not being asked -> the tests that it kept from running."""
    found: dict[str, list[Numbered]] = defaultdict(list)
    for entry in report.verdicts:
        if entry.verdict.outcome in {"skipped", "not-applicable", "not-observable"}:
            found[entry.verdict.message or "no reason given"].append(entry)
    return dict(sorted(found.items()))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(signs=SIGNS, charts=charts, timeline=timeline, answer=_answer, shown=EXCHANGES_SHOWN)
    environment.filters.update(
        cell=_markdown_cell, duration=_duration, slug=_slug, brief=lambda text: cut(text, BODY_SHOWN) if text else ""
    )
    return environment


def _markdown_cell(text: Any) -> str:
    """Text that cannot break out of a Markdown table."""
    one_line = " ".join(str(text).split())[:300]
    return re.sub(r"([\\|<>`*_\[\]])", r"\\\1", one_line)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes:.0f} min {rest:.0f} s" if minutes else f"{rest:.1f} s"


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
