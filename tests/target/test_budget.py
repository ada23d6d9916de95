"""What a run may spend is never exceeded, whoever of its processes spends it."""

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from loginradius_harness import contracts
from loginradius_harness.client.errors import BudgetExhausted
from loginradius_harness.client.request import CALL, Call
from loginradius_harness.client.secrets import Secret
from loginradius_harness.target.shared_tenant.budget import Cost, RateLimiter, RunBudget, announcement, cost
from loginradius_harness.target.shared_tenant.shared_numbers import SharedNumbers
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
budget, bought = RunBudget(Path(sys.argv[1]), target), 0
try:
    while True:
        budget.spend_request()
        bought += 1
except BudgetExhausted:
    print(bought)
"""


def target(**limits: float) -> Target:
    return Target(
        name="staging", api_key=Secret("k"), api_secret=None, environment="staging",
        limits=Limits(**limits),  # type: ignore[arg-type]  # counts are whole numbers
    )  # fmt: skip


def request(operation_id: str) -> httpx.Request:
    call = Call(contracts.get(operation_id), {}, {}, None, None, {}, {})
    return httpx.Request("POST", "https://api.loginradius.com", extensions={CALL: call})


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
    budget = RunBudget(tmp_path / "spent.json", target(**{limit: 1}))
    budget.spend_on(request(operation))
    with pytest.raises(BudgetExhausted, match=rf"raise limits\.{limit}"):
        budget.spend_on(request(operation))
    budget.spend_on(request("authentication.get_profile"))


def test_requests_are_reserved_for_cleanup(tmp_path: Path) -> None:
    budget = RunBudget(tmp_path / "spent.json", target(requests=10))
    budget.reserve = lambda: 7
    for _ in range(3):
        budget.spend_request()
    with pytest.raises(BudgetExhausted):
        budget.spend_request()


def test_budget_is_shared_by_processes(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SPENDER, str(tmp_path / "spent.json")]
    spenders = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert sum(int(spender.communicate()[0]) for spender in spenders) == 100


def test_refused_request_leaves_the_previous_state(tmp_path: Path) -> None:
    budget = RunBudget(tmp_path / "spent.json", target(requests=1))
    budget.spend_request()
    with pytest.raises(BudgetExhausted):
        budget.spend_request()
    assert budget.spent() == Cost(1)


def test_budget_is_announced_in_one_line() -> None:
    assert announcement(target()) == (
        "Budget on staging: 5 requests/s, 30000 requests, 5000 users, 3000 mails, 300 SMS."
    )


def limiters(path: Path, count: int, sleeper: Sleeper) -> list[RateLimiter]:
    return [RateLimiter(path, 5, sleeper.monotonic, sleeper.sleep) for _ in range(count)]


def test_all_processes_together_keep_the_rate(tmp_path: Path, sleeper: Sleeper) -> None:
    turns: list[float] = []
    for _ in range(20):
        for limiter in limiters(tmp_path / "rate.json", 3, sleeper):
            limiter.wait_for_turn()
            turns.append(sleeper.now)
    assert all(later - earlier >= 1 / 5 for earlier, later in pairwise(turns))
    assert turns[-1] == pytest.approx((len(turns) - 1) / 5, rel=0.03)


def test_idle_time_is_not_saved_up(tmp_path: Path, sleeper: Sleeper) -> None:
    (limiter,) = limiters(tmp_path / "rate.json", 1, sleeper)
    limiter.wait_for_turn()
    sleeper.now += 1000
    limiter.wait_for_turn()
    limiter.wait_for_turn()
    assert sum(sleeper.waits) == pytest.approx(0.204)


def test_turn_of_a_changed_clock_is_ignored(tmp_path: Path, sleeper: Sleeper) -> None:
    path = tmp_path / "rate.json"
    with SharedNumbers(path, count=1) as numbers:
        numbers[0] = 86_400
    limiters(path, 1, sleeper)[0].wait_for_turn()
    assert sleeper.waits == []


def test_pause_delays_all_processes(tmp_path: Path, sleeper: Sleeper) -> None:
    first, second = limiters(tmp_path / "rate.json", 2, sleeper)
    first.pause(7)
    second.wait_for_turn()
    assert sleeper.now == pytest.approx(7)
