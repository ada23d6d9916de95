"""How a failed test is judged on a tenant: by the evidence of the rules that it proves."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from loginradius_harness import emulator, faults
from loginradius_harness.checks.support import judgement
from loginradius_harness.client.errors import ContractViolationError
from loginradius_harness.contracts.overlay import REFUSED
from loginradius_harness.report.recording import event_stream
from tests.checks.conftest import Run, Suite

SHOULD = (
    "consent.answers_do_not_show",
    "suites/journeys/test_consent.py::test_profile_holds_the_consent_answers",
    "consent.submission_by_token_shows_in_profile",
)
MUST = (
    "recovery.token_works_twice",
    "suites/security/test_links.py::test_reset_token_works_once",
    "recovery.reset_token_dies_on_first_use",
)
SECURITY = ("links.lead_to_the_forwarded_host", "suites/journeys/test_email_links.py", "links.host_header_is_ignored")
Judge = Callable[..., Run]


@contextmanager
def _tenant(fault: str, file: Path) -> Iterator[None]:
    """Run an emulator with a fault, and describe it as a target of which weak evidence is not binding."""
    with faults.activated(fault), emulator.running() as running:
        file.write_text(f'[tenant]\nenvironment = "emulator"\napi_url = "{running.url}"\nstrict = false\n')
        yield


@pytest.fixture
def judge(suite: Suite, tmp_path: Path) -> Judge:
    """Return `judge(fault, test, *options)`, which runs a test against a tenant with a fault."""

    def run(fault: str, test: str, *options: str) -> Run:
        file = tmp_path / "targets.toml"
        with _tenant(fault, file):
            return suite("--target", "tenant", "--targets-file", str(file), "-m", "", *options, test)

    return run


def test_weak_rule_that_does_not_hold_is_a_hint(judge: Judge) -> None:
    fault, test, rule = SHOULD
    run = judge(fault, test)
    assert run.code == 0, run.output[-2000:]
    record = event_stream.read(run.report / event_stream.STREAM)
    assert [verdict.outcome for verdict in record.verdicts] == ["warning"]
    assert {hint.violation.requirement for hint in record.hints} == {rule}
    assert "1  hints: " in run.output


def test_strict_run_makes_a_weak_rule_binding(judge: Judge) -> None:
    fault, test, _ = SHOULD
    assert judge(fault, test, "--strict-contract").code == 1


def test_documented_rule_that_must_hold_fails_a_tenant(judge: Judge) -> None:
    fault, test, rule = MUST
    run = judge(fault, test)
    [verdict] = event_stream.read(run.report / event_stream.STREAM).verdicts
    assert (run.code, verdict.cause) == (1, "contract"), run.output[-2000:]
    assert rule in verdict.rules


def test_requirement_of_a_standard_is_a_security_finding(judge: Judge) -> None:
    fault, test, rule = SECURITY
    run = judge(fault, test, "-k", "host")
    [verdict, *_] = [
        one for one in event_stream.read(run.report / event_stream.STREAM).verdicts if one.outcome == "failed"
    ]
    assert (run.code, verdict.cause, verdict.grade) == (1, "security", "security finding"), run.output[-2000:]
    assert rule in verdict.rules
    assert "security: WSTG-ATHN-09, ASVS 5.0 4.1.3" in run.output
    assert "contract:" not in run.output
    assert "security findings</h3>" in (run.report / "index.html").read_text().lower()


@pytest.mark.parametrize(
    ("requirement", "outcome"), [(REFUSED, "warning"), ("responses/200/required", None)], ids=["refusal", "contract"]
)
def test_refusal_that_only_a_weak_rule_wants_is_a_warning(requirement: str, outcome: str | None) -> None:
    """The code with which the request would be refused is documented; that it is refused is not."""
    weak = SimpleNamespace(args=("password.shorter_than_15_is_refused",))
    check = SimpleNamespace(iter_markers=lambda _name: [weak], get_closest_marker=lambda _name: weak)
    failure = ContractViolationError("authentication.change_password", requirement, "1015", "200", grade="documented")
    excuse = judgement.excuse(cast("pytest.Item", check), failure, strict=False)
    assert (excuse and excuse[0]) == outcome


def test_security_check_that_is_not_set_up_is_skipped(suite: Suite) -> None:
    run = suite("-p", "tests.checks.skip_every_test", "-n", "0", "suites/security/test_jwt.py")
    assert run.code == 0, run.output
    assert {verdict.outcome for verdict in event_stream.read(run.report / event_stream.STREAM).verdicts} == {"skipped"}
