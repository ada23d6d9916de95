"""The same seed gives the same verdicts, with any number of processes."""

import pytest

from loginradius_harness.report.recording import event_stream
from tests.checks.conftest import Suite

ASKED = ("suites/contract", "-k", "login_by_username or update_role_permissions or (several and people) or key_is")


def verdicts(suite: Suite, processes: int) -> dict[str, str]:
    """Return the outcome of each test."""
    run = suite(*ASKED, "-n", str(processes))
    return {verdict.test: verdict.outcome for verdict in event_stream.read(run.report / event_stream.STREAM).verdicts}


@pytest.fixture(scope="module")
def alone(suite: Suite) -> dict[str, str]:
    """Return the verdicts of a run in one process."""
    return verdicts(suite, 0)


@pytest.mark.parametrize("processes", [1, 2, 4])
def test_number_of_processes_changes_no_verdict(suite: Suite, alone: dict[str, str], processes: int) -> None:
    assert len(alone) > 100
    assert verdicts(suite, processes) == alone
