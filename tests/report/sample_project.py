"""A sample project whose suites are run by the recording plug-in."""

from pathlib import Path

import pytest

from loginradius_harness.report.formats import charts  # noqa: F401  # it replaces an import hook, which pytester must know
from loginradius_harness.report.recording import event_stream, events

CONFTEST = """
    import shlex
    from datetime import UTC, datetime
    from types import SimpleNamespace
    import pytest
    from loginradius_harness.report.recording import events

    pytest_plugins = ["loginradius_harness.report.recording.plugin"]

    class Failure(Exception):
        def __init__(self, text, exit_code):
            super().__init__(text)
            self.exit_code = exit_code

    class Broken(AssertionError):
        operation = "authentication.login_by_email"
        requirement = "responses/200/required"
        expected = "access_token"
        actual = "no such member"

    def call(**facts):
        return SimpleNamespace(**({
            "operation": "authentication.login_by_email", "started": datetime.now(UTC), "seconds": 0.01,
            "status": 200, "error_code": None, "trouble": None, "violations": (), "method": "POST",
            "url": "http://127.0.0.1:1/", "request_headers": {}, "request_body": {}, "response_headers": {},
            "response_body": {"access_token": "x"}, "replay": "curl http://127.0.0.1:1/",
        } | facts))

    def pytest_configure(config):
        from loginradius_harness.report.recording.plugin import begin
        now = datetime.now(UTC)
        words = map(str, config.invocation_params.args)
        command = shlex.join(["pytest", *(word for word in words if "--basetemp" not in word)])
        facts = {"target": "staging", "repeat": "pytest --target staging", "command": command}
        run = events.RunStarted(id="run", started=now, **facts)
        config.reporter = begin(config, run, lambda text: text.replace("hunter2", "***"))

    @pytest.fixture
    def tenant():
        return SimpleNamespace(Failure=Failure, Broken=Broken, call=call)
"""


class Suite:
    """A sample project with suites, run by the plug-in under test."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        pytester.makeconftest(CONFTEST)
        pytester.makeini("[pytest]\ntestpaths = suites\naddopts = -ra\n")

    def run(self, source: str, *arguments: str, where: str = "suites/contract/test_valid_requests.py") -> int:
        file = self.pytester.path / where
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source)
        return int(self.pytester.runpytest_inprocess(*arguments).ret)

    @property
    def out(self) -> Path:
        return self.pytester.path / "reports/out"

    @property
    def record(self) -> event_stream.RunRecord:
        return event_stream.read(self.out / "record.ndjson")

    @property
    def verdict(self) -> events.Verdict:
        [only] = self.record.verdicts
        return only
