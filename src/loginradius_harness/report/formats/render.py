"""Write every file of a report from the same data."""

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from loginradius_harness.report import folder
from loginradius_harness.report.analysis.model import Report
from loginradius_harness.report.formats.har import har
from loginradius_harness.report.formats.html import page, summary
from loginradius_harness.report.formats.junit import junit
from loginradius_harness.report.formats.postman import postman
from loginradius_harness.report.formats.sarif import sarif

FORMATS: Mapping[str, Callable[[Report], bytes]] = {
    folder.PAGE: page,
    folder.SUMMARY: summary,
    folder.JUNIT: junit,
    folder.JSON: msgspec.json.encode,
    folder.SARIF: sarif,
    folder.HAR: har,
    folder.POSTMAN: postman,
}


def write(report: Report, out: Path) -> None:
    """Write all files. Each is replaced at once, so that a reader never sees a part of one."""
    out.mkdir(parents=True, exist_ok=True)
    for name, write_format in FORMATS.items():
        fresh = out / f".{name}.new"
        fresh.write_bytes(write_format(report))
        fresh.replace(out / name)


def schema() -> bytes:
    """Return the JSON Schema of `report.json`, published as `report.schema.json` beside this module."""
    document = msgspec.json.schema(Report)
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
