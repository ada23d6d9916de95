"""Write JUnit XML, with the elements and attributes that Jenkins, GitLab and GitHub read."""

from collections import defaultdict
from xml.etree import ElementTree as ET

from loginradius_harness.report.analysis.model import Numbered, Report
from loginradius_harness.report.formats.text import printable

_NOT_RUN = frozenset({"skipped", "not-observable", "not-applicable", "expected", "quarantined", "blocked"})


def junit(report: Report) -> bytes:
    """Return the report as one XML document, whatever bytes a tenant sent."""
    suites: dict[str, list[Numbered]] = defaultdict(list)
    for entry in report.verdicts:
        suites[entry.verdict.suite].append(entry)
    root = ET.Element("testsuites", _counts(report.verdicts), name=printable(report.run.target))
    for name, entries in suites.items():
        stamp = report.run.started.replace(tzinfo=None).isoformat(timespec="seconds")
        suite = ET.SubElement(root, "testsuite", _counts(entries), name=printable(name), timestamp=stamp)
        for entry in entries:
            _case(suite, entry)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _counts(entries: list[Numbered] | tuple[Numbered, ...]) -> dict[str, str]:
    outcomes = [entry.verdict.outcome for entry in entries]
    return {
        "tests": str(len(outcomes)),
        "failures": str(outcomes.count("failed")),
        "errors": "0",
        "skipped": str(sum(outcome in _NOT_RUN for outcome in outcomes)),
        "time": f"{sum(entry.verdict.seconds for entry in entries):.3f}",
    }


def _case(suite: ET.Element, entry: Numbered) -> None:
    verdict = entry.verdict
    file, _, name = verdict.test.partition("::")
    where = file.removesuffix(".py").replace("/", ".")
    case = ET.SubElement(
        suite, "testcase", classname=printable(where), name=printable(name or file), time=f"{verdict.seconds:.3f}"
    )
    if verdict.outcome == "failed":
        failure = ET.SubElement(case, "failure", type=verdict.cause or "contract", message=printable(_message(entry)))
        failure.text = printable(_text(entry))
    elif verdict.outcome in _NOT_RUN:
        ET.SubElement(case, "skipped", message=printable(f"{verdict.outcome}: {verdict.message}"[:500]))


def _message(entry: Numbered) -> str:
    verdict = entry.verdict
    if verdict.expected:
        return f"expected {verdict.expected}, got {verdict.actual}"[:500]
    return (verdict.message.splitlines() or [verdict.title])[0][:500]


def _text(entry: Numbered) -> str:
    verdict = entry.verdict
    lines = {
        "operation": verdict.operation or ", ".join(verdict.operations),
        "requirement": verdict.requirement,
        "rules": ", ".join(verdict.rules),
        "expected": verdict.expected,
        "actual": verdict.actual,
        "grade": verdict.grade,
        "source": verdict.source,
        "repeat": entry.repeat,
        "request": verdict.replay,
    }
    details = [f"{name}: {value}" for name, value in lines.items() if value]
    return "\n".join([*details, "", verdict.message])
