"""Write the page and the summary from templates."""

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from msgspec import Struct

from loginradius_harness.report.analysis import failure_causes
from loginradius_harness.report.analysis.groups import FailureGroup
from loginradius_harness.report.analysis.model import Cell, Numbered, OperationRow, Report, worst
from loginradius_harness.report.formats import charts, page_data
from loginradius_harness.report.recording import events

TEMPLATES = Path(__file__).parent / "templates"
SIGNS: dict[events.Outcome, str] = {
    "passed": "✓", "failed": "✗", "skipped": "·", "warning": "!", "by-design": "=", "not-observable": "?",
    "not-applicable": "/", "expected": "≈", "quarantined": "~", "blocked": "‖",
}  # fmt: skip
CARDS = 40  # kinds of failure that have a card; the others have a line
LISTED = 100  # tests listed on a card


class Card(Struct, frozen=True):
    """One kind of failure as the page shows it: the first test stands for all."""

    group: FailureGroup
    first: Numbered
    numbers: tuple[int, ...]


class CheckRow(Struct, frozen=True):
    """One row of the security checklist: its worst verdict stands for all."""

    row: int
    worst: Numbered
    count: int


def page(report: Report) -> bytes:
    """Return one file that needs no network; failures can be read without script."""
    cards = _cards(report)
    text = (
        _environment()
        .get_template("page.html")
        .render(
            report=report,
            cards=[card for card in cards if card.group.cause != "infrastructure"],
            infrastructure=[card for card in cards if card.group.cause == "infrastructure"],
            journeys=[entry for entry in report.verdicts if entry.verdict.suite == "journeys"],
            checks=_checks(report),
            numbers={entry.verdict.test: entry.number for entry in report.verdicts},
            rules={rule.id: rule for rule in report.rules},
            known={row.id for row in report.operations},
            titles=failure_causes.TITLES,
            retried=[entry for entry in report.verdicts if entry.verdict.attempts > 1],
            verdicts=page_data.verdicts(report),
            details=page_data.details(report),
        )
    )
    return text.encode(errors="backslashreplace")


def summary(report: Report) -> bytes:
    """Return Markdown for the summary of a CI job."""
    text = _environment().get_template("summary.md").render(report=report, cards=_cards(report))
    return text.encode(errors="backslashreplace")


def _cards(report: Report) -> list[Card]:
    entries = {entry.verdict.test: entry for entry in report.verdicts}
    return [
        Card(group, entries[group.tests[0]], tuple(entries[test].number for test in group.tests))
        for group in report.groups
    ]


def _checks(report: Report) -> list[CheckRow]:
    rows: dict[int, list[Numbered]] = defaultdict(list)
    for entry in report.verdicts:
        if entry.verdict.row is not None:
            rows[entry.verdict.row].append(entry)
    return [CheckRow(row, _worst(entries), len(entries)) for row, entries in sorted(rows.items())]


def _worst(entries: list[Numbered]) -> Numbered:
    outcome = worst(entry.verdict.outcome for entry in entries)
    return next(entry for entry in entries if entry.verdict.outcome == outcome)


def _cells(row: OperationRow, questions: Sequence[str]) -> str:
    """Return the results of an operation in few bytes, `✓17:2 - ✗4`: sign, first verdict, tests. Script draws them."""
    return " ".join(_cell(row.cells.get(question)) for question in questions)


def _cell(cell: Cell | None) -> str:
    if cell is None:
        return "-"
    tests = len(cell.numbers)
    return f"{SIGNS[cell.outcome]}{cell.numbers[0]}" + (f":{tests}" if tests > 1 else "")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        signs=SIGNS, charts=charts, response=page_data.response, calls=page_data.CALLS, most=CARDS, listed=LISTED
    )
    environment.filters.update(cell=_markdown_cell, duration=_duration, slug=_slug, brief=page_data.brief, cells=_cells)
    return environment


def _markdown_cell(text: Any) -> str:
    """Return a text that cannot break out of a Markdown table."""
    one_line = " ".join(str(text).split())[:300]
    return re.sub(r"([\\|<>`*_\[\]])", r"\\\1", one_line)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes:.0f} min {rest:.0f} s" if minutes else f"{rest:.1f} s"


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
