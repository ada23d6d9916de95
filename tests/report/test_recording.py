"""What the recording plug-in writes of a run."""

import json
import textwrap
from pathlib import Path

import pytest

from tests.report.sample_project import CONFTEST, Suite

pytest_plugins = ["pytester"]


def test_passed_run_writes_every_form(suite: Suite) -> None:
    assert suite.run("def test_a(): pass") == 0
    assert {file.name for file in suite.out.iterdir()} >= {
        "index.html",
        "summary.md",
        "junit.xml",
        "report.json",
        "security.sarif",
        "journeys.har",
        "record.ndjson",
        "history.sqlite",
    }


def test_verdict_says_suite_and_question(suite: Suite) -> None:
    suite.run("def test_a(): pass")
    assert (suite.verdict.suite, suite.verdict.question) == ("contract", "valid requests")


@pytest.mark.parametrize(
    ("raised", "exit_code", "cause"),
    [
        ("tenant.Broken()", 1, "contract"),
        ("tenant.Failure('registration is off', 2)", 2, "configuration"),
        ("tenant.Failure('502', 3)", 3, "infrastructure"),
        ("ConnectionRefusedError()", 3, "infrastructure"),
        ("ExceptionGroup('both', [tenant.Failure('502', 3), tenant.Broken()])", 1, "contract"),
        ("KeyError('access_token')", 1, "contract"),
    ],
)
def test_cause_of_a_failure_is_the_exit_code(suite: Suite, raised: str, exit_code: int, cause: str) -> None:
    assert suite.run(f"def test_a(tenant): raise {raised}") == exit_code
    assert suite.verdict.cause == cause


def test_broken_promise_outweighs_a_broken_network(suite: Suite) -> None:
    source = "def test_a(tenant): raise tenant.Failure('502', 3)\ndef test_b(tenant): raise tenant.Broken()"
    assert suite.run(source) == 1


def test_failure_tells_requirement_expected_and_actual(suite: Suite) -> None:
    suite.run("def test_a(tenant): raise tenant.Broken()")
    found = suite.verdict
    assert (found.operation, found.requirement, found.expected, found.actual) == (
        "authentication.login_by_email",
        "responses/200/required",
        "access_token",
        "no such member",
    )


def test_failed_comparison_shows_both_sides(suite: Suite) -> None:
    suite.run("def test_a(): assert 938 == 970")
    assert (suite.verdict.expected, suite.verdict.actual) == ("970", "938")


def test_failure_in_a_fixture_fails_the_test(suite: Suite) -> None:
    source = "import pytest\n@pytest.fixture\ndef broken(): raise ConnectionRefusedError()\ndef test_a(broken): pass"
    assert suite.run(source) == 3


def test_skipped_test_tells_its_reason(suite: Suite) -> None:
    assert suite.run("import pytest\ndef test_a(): pytest.skip('PIN is switched off')") == 0
    assert (suite.verdict.outcome, suite.verdict.message) == ("skipped", "PIN is switched off")


def test_secrets_in_messages_are_redacted_in_every_form(suite: Suite) -> None:
    suite.run("def test_a(): assert 'hunter2' == 'x', 'hunter2'\ndef test_b(): raise RuntimeError('hunter2')")
    leaks = [file.name for file in suite.out.iterdir() if b"hunter2" in file.read_bytes()]
    assert leaks == []


def test_operation_is_read_from_the_parameter_and_the_mark(suite: Suite) -> None:
    suite.run(
        "import pytest\n"
        "@pytest.mark.operation('mfa.get_settings')\n"
        "@pytest.mark.parametrize('operation', ['authentication.login_by_email'])\n"
        "def test_a(operation): pass"
    )
    assert suite.verdict.operations == ("authentication.login_by_email", "mfa.get_settings")


def test_operations_of_a_story_are_those_it_called(suite: Suite) -> None:
    source = "def test_a(recorder, tenant): recorder.exchange(tenant.call())"
    suite.run(source, where="suites/journeys/test_story.py")
    assert (suite.verdict.operations, suite.verdict.requests) == (("authentication.login_by_email",), 1)


def test_exchanges_are_kept_for_stories_and_failures(suite: Suite) -> None:
    (suite.pytester.path / "suites/journeys").mkdir(parents=True)
    story = "def test_story(recorder, tenant): recorder.exchange(tenant.call())"
    (suite.pytester.path / "suites/journeys/test_story.py").write_text(story)
    suite.run(
        "def test_good(recorder, tenant): recorder.exchange(tenant.call())\n"
        "def test_bad(recorder, tenant): recorder.exchange(tenant.call()); raise tenant.Broken()"
    )
    assert {name.rpartition("::")[2] for name in suite.record.evidence} == {"test_story", "test_bad"}
    assert len(suite.record.exchanges) == 3


def test_members_of_an_answer_count_as_seen(suite: Suite) -> None:
    suite.run("def test_a(recorder, tenant): recorder.exchange(tenant.call())")
    assert suite.record.covered["C5"] == {"authentication.login_by_email 200 /access_token"}


def test_step_is_told_with_its_outcome(suite: Suite) -> None:
    suite.run(
        "def test_a(recorder):\n with recorder.step('register'): pass\n with recorder.step('log in'): raise KeyError"
    )
    [steps] = suite.record.steps.values()
    assert [(step.name, step.passed) for step in steps] == [("register", True), ("log in", False)]


def test_security_judgement_is_the_verdict(suite: Suite) -> None:
    source = (
        "import pytest\n"
        "@pytest.mark.security(14, 'ASVS 5.0 6.3.8')\n"
        "def test_a(recorder): recorder.set_outcome('by-design', 'documented', expected='one answer', actual='two')"
    )
    assert suite.run(source, where="suites/security/test_names.py") == 0
    found = suite.verdict
    assert (found.outcome, found.row, found.standards, found.actual) == ("by-design", 14, ("ASVS 5.0 6.3.8",), "two")


def test_workers_tell_one_story(suite: Suite) -> None:
    tests = "".join(f"def test_{number}(recorder, tenant): recorder.exchange(tenant.call())\n" for number in range(8))
    (suite.pytester.path / "suites").mkdir()
    (suite.pytester.path / "suites/test_many.py").write_text(tests)
    result = suite.pytester.runpytest_subprocess("-n", "2")
    assert result.ret == 0
    found = suite.record
    assert (len(found.verdicts), len(found.exchanges), found.complete, found.unreadable) == (8, 8, True, 0)


def test_dead_worker_is_an_infrastructure_failure(suite: Suite) -> None:
    (suite.pytester.path / "suites").mkdir()
    (suite.pytester.path / "suites/test_dead.py").write_text("import os\ndef test_a(): os._exit(9)")
    result = suite.pytester.runpytest_subprocess("-n", "1")
    assert result.ret == 3
    assert suite.verdict.title == "The worker that ran this test died"


def test_run_that_cannot_begin_leaves_a_report(suite: Suite) -> None:
    refusal = "        config.reporter.abort(Failure('no target is named stagign; did you mean staging?', 2))\n"
    marker = "\n    @pytest.fixture\n"
    suite.pytester.makeconftest(CONFTEST.replace(marker, refusal + marker, 1))
    (suite.pytester.path / "suites").mkdir()
    (suite.pytester.path / "suites/test_a.py").write_text("def test_a(): pass")
    result = suite.pytester.runpytest_subprocess()
    assert result.ret == 2
    assert "Traceback" not in result.stderr.str()
    assert json.loads((suite.out / "report.json").read_bytes())["causes"] == {"configuration": 1}


def test_interrupted_run_leaves_a_report(suite: Suite) -> None:
    (suite.pytester.path / "suites").mkdir()
    (suite.pytester.path / "suites/test_a.py").write_text(
        "def test_a(): pass\ndef test_b(): raise KeyboardInterrupt\ndef test_c(): pass"
    )
    result = suite.pytester.runpytest_subprocess()
    assert result.ret == 2
    assert json.loads((suite.out / "report.json").read_bytes())["headline"].startswith(
        "The run on staging did not finish"
    )
    assert [found.test.rpartition("::")[2] for found in suite.record.verdicts] == ["test_a"]


def test_own_tests_leave_the_last_report_alone(suite: Suite) -> None:
    suite.run("def test_a(): pass")
    before = (suite.out / "record.ndjson").read_bytes()
    (suite.pytester.path / "tests").mkdir()
    (suite.pytester.path / "tests/test_own.py").write_text("def test_b(recorder): recorder.covered('C1', 'x')")
    suite.pytester.runpytest_inprocess("tests")
    assert (suite.out / "record.ndjson").read_bytes() == before


def test_collecting_leaves_the_last_report_alone(suite: Suite) -> None:
    suite.run("def test_a(): pass")
    before = (suite.out / "record.ndjson").read_bytes()
    suite.pytester.runpytest_inprocess("--collect-only", "-q")
    assert (suite.out / "record.ndjson").read_bytes() == before


def test_full_disk_is_said_in_one_line_with_exit_code_3(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("loginradius_harness.report.formats.render.write", full)
    assert suite.run("def test_a(): pass") == 3


def test_new_drift_fails_a_strict_run_only(suite: Suite) -> None:
    source = (
        "from types import SimpleNamespace as S\n"
        "def test_a(recorder, tenant):\n"
        " new = S(kind='drift', pointer='/New', requirement='responses/200', expected='no member New', actual='{}',"
        " grade='documented', source='')\n"
        " recorder.exchange(tenant.call(violations=(new,)))"
    )
    assert suite.run(source) == 0
    assert suite.run(source, "--strict-contract") == 1


def test_replay_command_names_target_and_test(suite: Suite) -> None:
    suite.run("def test_a(tenant): raise tenant.Broken()")
    [entry] = json.loads((suite.out / "report.json").read_bytes())["verdicts"]
    assert entry["repeat"] == "pytest --target staging suites/contract/test_valid_requests.py::test_a"


def test_judgement_does_not_excuse_a_later_failure(suite: Suite) -> None:
    assert (
        suite.run("def test_a(recorder, tenant): recorder.set_outcome('warning', 'weak'); raise tenant.Broken()") == 1
    )
    assert suite.verdict.outcome == "failed"


def test_failed_story_names_the_operation_that_answered_last(suite: Suite) -> None:
    source = (
        "def test_a(recorder, tenant):\n"
        " recorder.exchange(tenant.call())\n"
        " recorder.exchange(tenant.call(operation='mfa.get_settings'))\n"
        " assert False"
    )
    suite.run(source, where="suites/journeys/test_story.py")
    assert suite.verdict.operation == "mfa.get_settings"


KNOWN = {
    "operation": "authentication.login_by_email",
    "requirement": "responses/200/required",
    "expected": "access_token",
    "actual": "no such member",
    "tenant": "stag*",
    "reason": "an older tenant",
    "since": "2026-01-01",
    "until": "2999-01-01",
}


def test_known_issue_does_not_fail_the_run(suite: Suite, known_issues_home: Path) -> None:
    (known_issues_home / "expected.json").write_text(json.dumps([KNOWN]))
    assert suite.run("def test_a(tenant): raise tenant.Broken()") == 0
    assert suite.verdict.outcome == "expected"


@pytest.mark.parametrize(("arguments", "exit_code"), [((), 1), (("-k", "test_a"), 0)], ids=["whole", "selected"])
def test_known_issue_that_does_not_occur_fails_a_whole_run(
    suite: Suite, known_issues_home: Path, arguments: tuple[str, ...], exit_code: int
) -> None:
    (known_issues_home / "expected.json").write_text(json.dumps([KNOWN]))
    source = f"import pytest\n@pytest.mark.operation('{KNOWN['operation']}')\ndef test_a(): pass"
    assert suite.run(source, *arguments) == exit_code


def test_quarantined_test_does_not_fail_the_run_until_its_date(suite: Suite, known_issues_home: Path) -> None:
    test = "suites/contract/test_valid_requests.py::test_a"
    for until, exit_code in (("2999-01-01", 0), ("2001-01-01", 1)):
        entry = {"test": test, "reason": "flips", "until": until}
        (known_issues_home / "quarantine.json").write_text(json.dumps([entry]))
        assert suite.run("def test_a(tenant): raise tenant.Broken()") == exit_code


def test_invalid_known_issues_end_the_run_with_their_place(suite: Suite) -> None:
    home = (
        "    from pathlib import Path\n    from loginradius_harness.report.analysis import known_issues\n"
        "    known_issues.HOME = Path.cwd()\n"
    )
    suite.pytester.makeconftest(home + CONFTEST)
    (suite.pytester.path / "drift.json").write_text("{")
    result = suite.pytester.runpytest_subprocess()
    assert result.ret == 2
    assert "drift.json: Expected `array`, got `object`" in result.stderr.str()
    assert "Traceback" not in result.stderr.str()


@pytest.mark.parametrize("workers", [(), ("-n", "1")])
def test_run_that_ends_itself_has_the_exit_code_of_its_failures(suite: Suite, workers: tuple[str, ...]) -> None:
    source = """
        import pytest

        @pytest.mark.parametrize("number", range(9))
        def test_value(request, tenant, number):
            request.session.shouldstop = "all fail alike"
            raise tenant.Failure("no response", 3)
        """
    assert suite.run(textwrap.dedent(source), *workers) == 3
    assert suite.record.ended is not None
    assert suite.record.ended.interrupted
