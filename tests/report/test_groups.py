from typing import Any

from loginradius_harness.report.analysis import groups
from loginradius_harness.report.recording import events
from tests.report.sample_data import LOGIN, verdict

NETWORK = {
    "cause": "infrastructure",
    "message": "InfrastructureError: authentication.login_by_email: 502 from a gateway",
}
MISSING = {"requirement": "responses/200/required at /Profile", "expected": "required: property LastLoginLocation"}


def failure(name: str, operation: str = LOGIN, **changes: Any) -> events.Verdict:
    facts: dict[str, Any] = {"outcome": "failed", "cause": "contract", "operation": operation} | changes
    return verdict(f"suites/contract/test_a.py::{name}", operations=(operation,), **facts)


def test_one_missing_member_is_one_group_in_all_operations() -> None:
    failures = [
        failure(str(number), f"group.{number}", actual=f"{{'Uid': {number}}}", **MISSING) for number in range(549)
    ]
    [group] = groups.group(failures, ())
    assert (len(group.tests), len(group.operations)) == (549, 549)


def test_different_actual_values_of_a_check_are_different_groups() -> None:
    one = failure("a", requirement="the request is refused", expected="938", actual="403, 1011")
    other = failure("b", requirement="the request is refused", expected="938", actual="200")
    assert len(groups.group([one, other], ())) == 2


def test_unrelated_comparisons_are_different_groups() -> None:
    one = failure("a", expected="1", actual="2", question="signatures")
    other = failure("b", expected="1", actual="2", question="credentials")
    assert len(groups.group([one, other], ())) == 2


def test_one_gateway_is_one_group_in_all_operations() -> None:
    message = "InfrastructureError: pin.login: 502 from a gateway"
    failures = [failure("a", **NETWORK), failure("b", "pin.login", cause="infrastructure", message=message)]
    assert len(groups.group(failures, ())) == 1


def test_new_contract_failures_come_first() -> None:
    old = [failure(name, requirement="old", expected="1", actual="2") for name in ("a", "b")]
    new = failure("c", requirement="new", expected="1", actual="2")
    network = [failure(name, **NETWORK) for name in ("d", "e", "f")]
    found = groups.group([*network, *old, new], {new.test, network[0].test})
    assert [(group.cause, group.new) for group in found] == [("contract", 1), ("contract", 0), ("infrastructure", 1)]
