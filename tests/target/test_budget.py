"""What a run may spend is never exceeded, whoever of its processes spends it."""

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from loginradius_harness import contracts
from loginradius_harness.client.errors import BudgetExhausted
from loginradius_harness.client.request import Call
from loginradius_harness.client.secrets import Secret
from loginradius_harness.target.shared_tenant.budget import (
    MAILS,
    SMS,
    USERS,
    Cost,
    RateLimiter,
    RunBudget,
    cost,
)
from loginradius_harness.target.target import Limits, Target
from tests.scripted_tenant import Sleeper

SPENDER = """
import sys
from pathlib import Path
from loginradius_harness.client.errors import BudgetExhausted
from loginradius_harness.target.shared_tenant.budget import RunBudget
from loginradius_harness.client.secrets import Secret
from loginradius_harness.target.target import Limits, Target
target = Target(name="t", api_key=Secret("k"), api_secret=None, limits=Limits(requests=100))
purse, bought = RunBudget(Path(sys.argv[1]), target), 0
try:
    while True:
        purse.spend_request()
        bought += 1
except BudgetExhausted:
    print(bought)
"""


def target(**limits: float) -> Target:
    return Target(
        name="staging", api_key=Secret("k"), api_secret=None, environment="staging",
        limits=Limits(**limits),  # type: ignore[arg-type]  # counts are whole numbers
    )  # fmt: skip


def call(operation_id: str) -> Call:
    return Call(contracts.get(operation_id), {}, {}, None, None, {}, {})


def test_every_priced_operation_exists() -> None:
    assert (USERS | MAILS | SMS) - {operation.id for operation in contracts.operations()} == set()


def test_registration_costs_a_request_a_user_and_a_mail() -> None:
    assert cost(contracts.get("authentication.register_by_email")) == Cost(1, 1, 1, 0)


@pytest.mark.parametrize(
    ("limit", "operation"),
    [
        ("users", "account.create_account"),
        ("mails", "authentication.forgot_password"),
        ("sms", "phone.resend_otp"),
    ],
)
def test_call_beyond_a_limit_is_stopped(tmp_path: Path, limit: str, operation: str) -> None:
    purse = RunBudget(tmp_path / "spent.json", target(**{limit: 1}))
    purse.spend_on(call(operation))
    with pytest.raises(BudgetExhausted, match=rf"raise limits\.{limit}"):
        purse.spend_on(call(operation))
    purse.spend_on(call("authentication.get_profile"))


def test_requests_are_kept_back_for_cleaning_up(tmp_path: Path) -> None:
    purse = RunBudget(tmp_path / "spent.json", target(requests=10))
    purse.reserve = lambda: 7
    for _ in range(3):
        purse.spend_request()
    with pytest.raises(BudgetExhausted):
        purse.spend_request()


def test_purse_is_shared_by_processes(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SPENDER, str(tmp_path / "spent.json")]
    spenders = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert sum(int(spender.communicate()[0]) for spender in spenders) == 100


def test_killed_writer_leaves_what_was_spent_before(tmp_path: Path) -> None:
    purse = RunBudget(tmp_path / "spent.json", target())
    purse.spend_request()
    (tmp_path / "spent.new").write_text('{"requests": 1')
    purse.spend_request()
    assert purse.spent() == Cost(2)


def test_budget_is_announced_in_one_line(tmp_path: Path) -> None:
    assert RunBudget(tmp_path / "spent.json", target()).announcement() == (
        "Budget on staging: 5 requests/s, 30000 requests, 5000 users, 3000 mails, 300 SMS."
    )


def paces(path: Path, count: int, sleeper: Sleeper) -> list[RateLimiter]:
    return [RateLimiter(path, 5, sleeper.monotonic, sleeper.sleep) for _ in range(count)]


def test_turns_of_all_processes_keep_the_rate(tmp_path: Path, sleeper: Sleeper) -> None:
    turns: list[float] = []
    for _ in range(20):
        for pace in paces(tmp_path / "pace.json", 3, sleeper):
            pace.wait_for_turn()
            turns.append(sleeper.now)
    assert all(later - earlier >= 1 / 5 for earlier, later in pairwise(turns))
    assert turns[-1] == pytest.approx((len(turns) - 1) / 5, rel=0.03)


def test_idle_time_is_not_saved_up(tmp_path: Path, sleeper: Sleeper) -> None:
    (pace,) = paces(tmp_path / "pace.json", 1, sleeper)
    pace.wait_for_turn()
    sleeper.now += 1000
    pace.wait_for_turn()
    pace.wait_for_turn()
    assert sum(sleeper.naps) == pytest.approx(0.204)


def test_turn_left_by_a_clock_that_was_set_back_is_not_waited_for(tmp_path: Path, sleeper: Sleeper) -> None:
    path = tmp_path / "pace.json"
    path.write_text('{"next": 86400}')
    paces(path, 1, sleeper)[0].wait_for_turn()
    assert sleeper.naps == []
