"""`--plan`, `--operation`, `--group` and `--shard`, as a user gives them."""

import pytest

from tests.checks.conftest import Suite


def test_plan_sends_nothing_and_writes_no_report(suite: Suite) -> None:
    run = suite("--plan", "--tier", "smoke", "suites")
    assert run.code == 0, run.output[-2000:]
    assert "requests (cleanup included)" in run.output
    assert not run.report.exists()


def test_plan_of_a_target_that_cannot_be_loaded_is_refused_as_its_run_is(suite: Suite) -> None:
    plan, run = (suite("--target", "stagng", "--tier", "smoke", "suites", *more) for more in (["--plan"], []))
    assert (plan.code, run.code) == (2, 2), plan.output[-2000:]
    assert "Target 'stagng' is a name, but there is no targets.toml" in plan.output
    assert plan.output.strip().splitlines()[-1] == run.output.strip().splitlines()[-1]
    assert not plan.report.exists()


def test_operation_selects_its_tests_only(suite: Suite) -> None:
    run = suite("--operation", "role.list_roles", "suites/contract/test_valid_requests.py")
    assert run.code == 0, run.output[-2000:]
    assert "2 of 2" in run.output or "2 passed" in run.output or "1 passed, 1 skipped" in run.output


@pytest.mark.parametrize(
    ("option", "value", "near"), [("operation", "role.list_role", "role.list_roles"), ("group", "rolle", "role")]
)
def test_unknown_name_is_refused_with_a_suggestion(suite: Suite, option: str, value: str, near: str) -> None:
    run = suite(f"--{option}", value, "suites")
    assert run.code == 4
    assert f"did you mean {near}?" in run.output


@pytest.mark.parametrize("shard", ["5/4", "0/4", "2", "a/b"])
def test_impossible_shard_is_refused(suite: Suite, shard: str) -> None:
    run = suite("--shard", shard, "suites")
    assert run.code == 4
    assert f"{shard!r} is no part of a whole" in run.output
