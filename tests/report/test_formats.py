import json
import sqlite3
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest

from loginradius_harness import contracts
from loginradius_harness.report import finish
from loginradius_harness.report.analysis.model import Context, Report, build
from loginradius_harness.report.formats import render
from loginradius_harness.report.formats.har import har
from loginradius_harness.report.formats.html import page, summary
from loginradius_harness.report.formats.junit import junit
from loginradius_harness.report.formats.sarif import sarif
from loginradius_harness.report.recording import event_stream, events
from tests.report.sample_data import LOGIN, ended, evidence, exchange, run, three_failures, verdict, write

BYTES = "".join(map(chr, range(0x20))) + "\x7f\x85\ud800\ufffe]]>&<\"'|`\u2028"
HOSTILE = f"<script>alert(1)</script>{BYTES}"


@pytest.fixture
def report() -> Report:
    return build(event_stream.collect(three_failures()), Context())


def parsed(report: Report) -> ET.Element:
    return ET.fromstring(junit(report))  # noqa: S314  # our own document


@pytest.fixture
def hostile(stream: Path) -> Report:
    test = f"suites/journeys/test_a.py::test_a[{BYTES}]"
    texts = {
        "title": HOSTILE,
        "message": HOSTILE,
        "expected": HOSTILE,
        "actual": HOSTILE,
        "replay": HOSTILE,
        "requirement": HOSTILE,
    }
    failed = verdict(test, outcome="failed", cause="contract", row=1, **texts)
    stream_of_run: list[events.AnyEvent] = [run(), failed, evidence(test, response_body=HOSTILE, url=HOSTILE), ended()]
    return build(event_stream.read(write(stream, stream_of_run)), Context())


@pytest.mark.parametrize("name", sorted(render.FORMATS))
def test_every_format_takes_whatever_bytes_a_tenant_sent(hostile: Report, name: str) -> None:
    assert render.FORMATS[name](hostile).decode("utf-8")


def test_junit_is_strictly_valid_whatever_bytes_a_tenant_sent(hostile: Report) -> None:
    [failure] = parsed(hostile).iter("failure")
    assert "\\x00" in (failure.text or "")


def test_page_takes_no_markup_from_a_tenant(hostile: Report) -> None:
    assert b"<script>alert" not in page(hostile)


def test_junit_counts_what_it_lists(report: Report) -> None:
    root = parsed(report)
    assert root.get("tests") == str(len(list(root.iter("testcase"))))
    assert root.get("failures") == str(len(list(root.iter("failure")))) == "3"


def test_junit_failure_names_operation_expected_and_got(report: Report) -> None:
    failure = next(parsed(report).iter("failure"))
    assert failure.get("message") == "expected access_token, got no such member"
    assert f"operation: {LOGIN}" in (failure.text or "")


def test_junit_distinguishes_causes(report: Report) -> None:
    kinds = [failure.get("type") for failure in parsed(report).iter("failure")]
    assert kinds == ["contract", "configuration", "infrastructure"]


def test_json_follows_its_published_schema(report: Report) -> None:
    schema = json.loads((Path(render.__file__).parent / "report.schema.json").read_bytes())
    validator = jsonschema_rs.Draft202012Validator(schema)
    assert [error.message for error in validator.iter_errors(json.loads(render.FORMATS["report.json"](report)))] == []


def test_published_schema_is_that_of_the_code() -> None:
    published = Path(render.__file__).parent / "report.schema.json"
    assert published.read_bytes() == render.schema(), (
        "run: loginradius-harness report schema > src/loginradius_harness/report/formats/report.schema.json"
    )


def test_sarif_results_point_at_declared_rules(report: Report) -> None:
    [found] = json.loads(sarif(report))["runs"]
    assert {result["ruleId"] for result in found["results"]} == {
        rule["id"] for rule in found["tool"]["driver"]["rules"]
    }


def test_sarif_has_a_level_for_failures_only(report: Report) -> None:
    results = json.loads(sarif(report))["runs"][0]["results"]
    assert [(result["kind"], result["level"]) for result in results] == [("fail", "error"), ("informational", "none")]


def test_har_holds_the_journeys_exchanges(report: Report) -> None:
    log = json.loads(har(report))["log"]
    assert [entry["request"]["method"] for entry in log["entries"]] == ["POST"]
    assert log["version"] == "1.2"


def test_summary_names_every_failure_and_how_to_repeat_it(report: Report) -> None:
    text = summary(report).decode()
    assert "| 1 | 1 |  | contract | authentication.login\\_by\\_email | access\\_token | no such member |" in text
    assert "pytest 'suites/contract/test_valid_requests.py" in text


def test_summary_table_keeps_its_columns(hostile: Report) -> None:
    [row] = [line for line in summary(hostile).decode().splitlines() if line.startswith("| 1 |")]
    assert row.replace("\\|", "").count("|") == 8


@pytest.mark.parametrize(
    ("outcomes", "headline"),
    [
        ({}, "No test asked embedded anything"),
        ({"a": "passed"}, "embedded meets its contracts: none of 1 verdicts failed"),
        ({"a": "passed", "b": "failed"}, "1 of 2 verdicts on embedded failed: 1 contract"),
    ],
)
def test_headline_is_the_run_in_one_sentence(outcomes: dict[str, str], headline: str) -> None:
    verdicts = [verdict(f"suites/contract/test_a.py::{name}", outcome=how) for name, how in outcomes.items()]
    assert build(event_stream.collect([run(), *verdicts, ended()]), Context()).headline == headline


def test_killed_run_says_so() -> None:
    report = build(event_stream.collect([run(), verdict("suites/contract/test_a.py::a")]), Context())
    assert not report.complete
    assert any("killed" in note for note in report.notes)
    assert report.headline == "The run on embedded did not finish: none of the 1 verdicts so far failed"


def test_cell_leads_to_the_worst_verdict_first(report: Report) -> None:
    row = next(row for row in report.operations if row.id == LOGIN)
    assert (row.cells["valid requests"].outcome, row.cells["valid requests"].numbers[0]) == ("failed", 1)


def test_operation_lists_its_responses(report: Report) -> None:
    row = next(row for row in report.operations if row.id == LOGIN)
    assert row.responses == {"200": 2, "401 966": 1}


def test_last_verdict_of_a_test_counts() -> None:
    test = "suites/contract/test_a.py::a"
    report = build(event_stream.collect([run(), verdict(test), verdict(test, outcome="failed")]), Context())
    assert [entry.verdict.outcome for entry in report.verdicts] == ["failed"]


def test_load_run_alone_makes_a_report(tmp_path: Path) -> None:
    loads = [event for event in three_failures() if type(event).__name__ == "Load"]
    assert finish.write_report(tmp_path, event_stream.collect(loads)).run.target == "embedded"


def test_second_run_shows_what_changed(tmp_path: Path) -> None:
    test = "suites/contract/test_a.py::a"
    finish.write_report(tmp_path, event_stream.collect([run(id="first"), verdict(test), ended()]))
    later = run(id="second", started=run().started.replace(day=2))
    second = finish.write_report(tmp_path, event_stream.collect([later, verdict(test, outcome="failed"), ended()]))
    assert [(change.before, change.after) for change in second.changes] == [("passed", "failed")]
    assert test.encode() in page(second)


def test_newer_history_is_noted_and_the_report_is_written(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "history.sqlite") as newer:
        newer.execute("pragma user_version = 99")
    newer.close()
    report = finish.write_report(tmp_path, event_stream.collect([run(), ended()]))
    assert any("has schema 99" in note for note in report.notes)
    assert (tmp_path / "index.html").exists()


def test_large_run_stays_small_enough_to_open() -> None:
    verdicts = [
        verdict(f"suites/contract/test_q{q}.py::test_q[{op.id}]", operations=(op.id,), question=f"question {q}")
        for op in contracts.operations()
        for q in range(8)
    ]
    calls = [exchange(op.id, status=status) for op in contracts.operations() for status in range(200, 440)]
    report = build(event_stream.collect([run(), *verdicts, *calls, ended()]), Context())
    assert len(calls) >= 60_000
    assert len(page(report)) <= 3_000_000
