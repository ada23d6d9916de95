"""Write the result of a run for the terminal: a line for each kind of failure, and for each reason not to ask."""

from collections.abc import Iterator

from loginradius_harness.report.analysis.groups import FailureGroup
from loginradius_harness.report.analysis.model import Report
from loginradius_harness.report.formats.text import printable

GROUPS = 10
REASONS = 10
WIDTH = 200  # characters of a line


def lines(report: Report) -> Iterator[str]:
    """Yield at most some forty lines, however many tests there were."""
    yield _line(report.headline)
    yield from (_line(note) for note in report.notes)
    yield from _failures(report)
    if report.hints:
        yield f"{len(report.hints):>7,}  hints: requirements with weak evidence that are not met; the page lists them"
    if report.not_asked:
        yield "Not asked:"
        yield from (_line(f"  {count:>7,}  {reason}") for reason, count in [*report.not_asked.items()][:REASONS])
        rest = [*report.not_asked.values()][REASONS:]
        if rest:
            yield f"  {sum(rest):>7,}  for {len(rest)} other reasons"


def _failures(report: Report) -> Iterator[str]:
    infrastructure = [group for group in report.groups if group.cause == "infrastructure"]
    others = [group for group in report.groups if group.cause != "infrastructure"]
    for group in others[:GROUPS]:
        yield _line(f"{len(group.tests):>7,}  {group.cause}{_new(group)}: {group.summary}")
    if len(others) > GROUPS:
        yield f"         and {len(others) - GROUPS} other kinds of failure"
    if infrastructure:
        tests = sum(len(group.tests) for group in infrastructure)
        yield _line(f"{tests:>7,}  infrastructure: {infrastructure[0].summary}")
    if report.groups:
        first = report.groups[0].tests[0]
        repeat = next(entry.repeat for entry in report.verdicts if entry.verdict.test == first)
        yield f"Repeat the first one: {repeat}"


def _new(group: FailureGroup) -> str:
    return f", {group.new:,} new" if group.new else ""


def _line(text: str) -> str:
    one = printable(text.replace("\n", " "))
    return one if len(one) <= WIDTH else f"{one[: WIDTH - 3]}..."
