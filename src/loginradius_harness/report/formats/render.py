"""Every form of a report, written from the same data."""

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from loginradius_harness.report.analysis.model import Report
from loginradius_harness.report.formats.har import har
from loginradius_harness.report.formats.html import page, summary
from loginradius_harness.report.formats.junit import junit
from loginradius_harness.report.formats.sarif import sarif

PAGE = "index.html"
FORMS: Mapping[str, Callable[[Report], bytes]] = {
    PAGE: page,
    "summary.md": summary,
    "junit.xml": junit,
    "report.json": msgspec.json.encode,
    "security.sarif": sarif,
    "journeys.har": har,
}


def write(report: Report, out: Path) -> None:
    """Write all forms. A file is replaced at once, so that a reader never sees half of one."""
    out.mkdir(parents=True, exist_ok=True)
    for name, form in FORMS.items():
        fresh = out / f".{name}.new"
        fresh.write_bytes(form(report))
        fresh.replace(out / name)


def schema() -> bytes:
    """The JSON Schema of `report.json`, published as `reports/report.schema.json`."""
    document = msgspec.json.schema(Report)
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
