"""The folder of a report: its files, its lock, and what stands in it until the run has finished."""

from collections.abc import Collection
from html import escape
from pathlib import Path
from xml.etree import ElementTree as ET

from filelock import FileLock, Timeout

from loginradius_harness.report.formats.text import printable
from loginradius_harness.report.recording.event_stream import STREAM
from loginradius_harness.report.recording.events import RunStarted

PAGE = "index.html"
SUMMARY = "summary.md"
JUNIT = "junit.xml"
JSON = "report.json"
SARIF = "security.sarif"
HAR = "journeys.har"
POSTMAN = "failures.postman_collection.json"
FILES = (PAGE, SUMMARY, JUNIT, JSON, SARIF, HAR, POSTMAN)
LOCK = ".lock"


class FolderInUse(Exception):  # noqa: N818  # named after what happened, as the client's failures are
    """Another run writes into the folder."""

    exit_code = 2


def lock(out: Path) -> FileLock:
    """Return the lock of a folder, acquired; the end of the process releases it in any case.

    Raises FolderInUse where another run holds it. A second run is refused rather than given a folder of its own:
    CI publishes the folder that it knows, and nobody looks for a result in another one.
    """
    out.mkdir(parents=True, exist_ok=True)
    held = FileLock(out / LOCK)
    try:
        held.acquire(timeout=0)
    except Timeout:
        raise FolderInUse(
            f"Another run is writing to {out}: wait for it, or give this one its own folder with --report=DIR"
        ) from None
    return held


def begin(out: Path, run: RunStarted, keep: Collection[str] = ()) -> None:
    """Replace the earlier run's files, so that a run that is killed never leaves an older result in their place.

    `keep` names files that stay.
    """
    for name in {STREAM, *FILES}.difference(keep):
        (out / name).unlink(missing_ok=True)
    title = printable(f"The run on {run.target} that started {run.started:%Y-%m-%d %H:%M} UTC has not finished")
    advice = "`loginradius-harness report render` writes the report of what it has recorded."
    (out / PAGE).write_text(_page(title, advice), encoding="utf-8", errors="backslashreplace")
    (out / SUMMARY).write_text(f"## ❌ {title}\n\n{advice}\n", encoding="utf-8", errors="backslashreplace")
    (out / JUNIT).write_bytes(_junit(title, advice))


def _page(title: str, advice: str) -> str:
    return (
        '<!doctype html>\n<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><h1>{escape(title)}</h1><p>{escape(advice)}</p></html>\n"
    )


def _junit(title: str, advice: str) -> bytes:
    """Return one test case with an error: what reads JUnit shows a red run, not an empty one."""
    counts = {"tests": "1", "failures": "0", "errors": "1", "skipped": "0"}
    root = ET.Element("testsuites", counts)
    case = ET.SubElement(ET.SubElement(root, "testsuite", counts, name="run"), "testcase")
    case.attrib.update(classname="run", name="finish")
    ET.SubElement(case, "error", type="infrastructure", message=title).text = advice
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document
