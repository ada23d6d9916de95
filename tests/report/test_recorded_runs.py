"""Reruns, killed runs, second runs, and what the terminal shows."""

from xml.etree import ElementTree as ET

import pytest

from loginradius_harness.report import folder
from tests.report.sample_project import CONFTEST, Suite

pytest_plugins = ["pytester"]


RERUN = """
    import pytest
    from _pytest.runner import runtestprotocol

    class Reruns:
        def pytest_runtest_protocol(self, item, nextitem):  # as pytest-rerunfailures runs a test
            item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
            reports = runtestprotocol(item, nextitem=nextitem, log=False)
            if any(report.failed for report in reports):
                item._initrequest()
                reports = runtestprotocol(item, nextitem=nextitem, log=False)
            for report in reports:
                item.ihook.pytest_runtest_logreport(report=report)
            item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
            return True

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(session):
        session.config.pluginmanager.register(Reruns())
"""


def test_test_that_passes_when_tried_again_is_passed_and_flaky(suite: Suite) -> None:
    suite.pytester.makeconftest(CONFTEST + RERUN)
    source = "tries = []\ndef test_a(tenant):\n tries.append(1)\n if len(tries) == 1: raise tenant.Broken()"
    assert suite.run(source) == 0
    found = suite.verdict
    assert (found.outcome, found.attempts, found.cause) == ("passed", 2, None)
    assert found.message.startswith("passed on attempt 2; the first failed: Broken")


def test_test_that_fails_again_is_failed(suite: Suite) -> None:
    suite.pytester.makeconftest(CONFTEST + RERUN)
    assert suite.run("def test_a(tenant): raise tenant.Broken()") == 1
    assert (suite.verdict.outcome, suite.verdict.attempts) == ("failed", 2)


def test_killed_run_leaves_no_older_report(suite: Suite) -> None:
    suite.run("def test_a(): pass")
    (suite.pytester.path / "suites/contract/test_valid_requests.py").write_text("import os\ndef test_a(): os._exit(9)")
    suite.pytester.runpytest_subprocess()
    for name in ("index.html", "summary.md", "junit.xml"):
        assert "has not finished" in (suite.out / name).read_text()
    assert not {"report.json", "security.sarif", "journeys.har"} & {file.name for file in suite.out.iterdir()}


def test_junit_of_a_killed_run_has_an_error(suite: Suite) -> None:
    (suite.pytester.path / "suites").mkdir()
    (suite.pytester.path / "suites/test_a.py").write_text("import os\ndef test_a(): os._exit(9)")
    suite.pytester.runpytest_subprocess()
    root = ET.parse(suite.out / "junit.xml").getroot()  # noqa: S314  # our own document
    assert (root.get("errors"), len(list(root.iter("error")))) == ("1", 1)


def test_second_run_in_the_same_folder_is_refused_in_one_line(suite: Suite) -> None:
    suite.run("def test_a(): pass")
    before = (suite.out / "record.ndjson").read_bytes()
    with folder.lock(suite.out):
        result = suite.pytester.runpytest_subprocess()
        other = suite.pytester.runpytest_subprocess("--report", "elsewhere")
    assert (result.ret, other.ret) == (2, 0)
    assert "Another run is writing to" in result.stderr.str()
    assert "Traceback" not in result.stderr.str()
    assert (suite.out / "record.ndjson").read_bytes() == before


def test_selection_by_a_plug_in_makes_a_run_partial(suite: Suite) -> None:
    selecting = """
    def pytest_collection_modifyitems(config, items):
        config.hook.pytest_deselected(items=[items.pop()])
"""
    suite.pytester.makeconftest(CONFTEST + selecting)
    suite.run("def test_a(): pass\ndef test_b(): pass")
    assert (suite.record.deselected, suite.record.whole) == (1, False)


@pytest.mark.parametrize("arguments", [(), ("-n", "2")], ids=["one process", "workers"])
def test_tests_that_the_tier_leaves_out_are_counted_once_by_reason(suite: Suite, arguments: tuple[str, ...]) -> None:
    selecting = """
    def pytest_collection_modifyitems(config, items):
        for item in items[2:]:
            item.user_properties.append(("left_out", "needs passkeys: switch them on"))
        config.hook.pytest_deselected(items=items[1:])
        del items[1:]
"""
    suite.pytester.makeconftest(CONFTEST + selecting)
    (suite.pytester.path / "suites").mkdir()
    tests = "def test_a(): pass\ndef test_chosen_by_the_user(): pass\ndef test_c(): pass\ndef test_d(): pass"
    (suite.pytester.path / "suites/test_a.py").write_text(tests)
    suite.pytester.runpytest_subprocess(*arguments).stdout.fnmatch_lines(
        ["*none of 1 verdicts failed; 2 not asked", "Not asked:", "*2  needs passkeys: switch them on"]
    )
    assert suite.record.left_out == {"needs passkeys: switch them on": 2}
    assert "| 2 | needs passkeys: switch them on |" in (suite.out / "summary.md").read_text()
    page = (suite.out / "index.html").read_text()
    assert "needs passkeys: switch them on</th>" in page.replace(" </th>", "</th>")  # no verdict to show


@pytest.mark.parametrize(("option", "folder"), [((), "reports/out"), (("--report=here",), "suites/here")])
def test_report_of_a_run_in_a_subfolder(
    suite: Suite, monkeypatch: pytest.MonkeyPatch, option: tuple[str, ...], folder: str
) -> None:
    """By default it is where those of other runs are, and where `report` looks for it."""
    suites = suite.pytester.mkdir("suites")
    (suites / "test_a.py").write_text("def test_a(): pass")
    monkeypatch.chdir(suites)
    suite.pytester.runpytest_subprocess(*option).assert_outcomes(passed=1)
    assert (suite.pytester.path / folder / "index.html").exists()


@pytest.mark.parametrize("arguments", [(), ("-n", "2")], ids=["one process", "workers"])
def test_terminal_stays_short_in_ci(suite: Suite, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]) -> None:
    monkeypatch.setenv("CI", "true")
    for name in ("a", "b"):
        tests = "".join(f"def test_{number}(): pytest.skip('no webhooks')\n" for number in range(40))
        tests += "".join(f"def test_failing_{number}(tenant): raise tenant.Broken()\n" for number in range(40))
        file = suite.pytester.path / f"suites/contract/test_{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"import pytest\n{tests}")
    output = suite.pytester.runpytest_subprocess(*arguments).stdout
    output.fnmatch_lines(
        [
            "1 of 1 verdicts on staging failed: 1 contract; 159 not asked",
            "*1  contract: *expected access_token, got no such member",
            "Repeat the first one: pytest --target staging *test_?.py::test_failing_*",
            "*80  no webhooks",
            "*79  blocked by #*: authentication.login_by_email: expected access_token",
        ]
    )
    assert len(output.lines) < 60


def test_few_failures_keep_their_tracebacks_outside_ci(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    (suite.pytester.path / "suites").mkdir()
    (suite.pytester.path / "suites/test_a.py").write_text("def test_a(tenant): raise tenant.Broken()")
    suite.pytester.runpytest_subprocess().stdout.fnmatch_lines(["*def test_a(tenant): raise tenant.Broken()"])
