from collections import Counter

import pytest

from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.client.server_clock import ServerClock
from loginradius_harness.load.workload.execution import (
    BoundScenario,
    Iteration,
    ScenarioMix,
    compose,
    renewals,
    setup_tasks,
)
from loginradius_harness.load.workload.scenarios import SCENARIOS
from loginradius_harness.load.workload.virtual_users import VirtualUser
from loginradius_harness.target.target import Target


@pytest.fixture
def users(clock: ServerClock) -> list[VirtualUser]:
    return [VirtualUser(clock, {"email": f"lrh-{number}@example.com", "password": "x"}) for number in range(30)]


def mix(weights: dict[str, float], target: Target, users: list[VirtualUser], clock: ServerClock) -> ScenarioMix:
    return compose(weights, target, users, clock)


def test_scenarios_are_drawn_in_proportion_to_their_weights(
    target: Target, users: list[VirtualUser], clock: ServerClock
) -> None:
    drawn = mix({"login_by_email": 60, "validate_token": 25, "read_profile": 10, "register": 5}, target, users, clock)
    counts = Counter(drawn.draw().name for _ in range(100))
    assert counts == {"login_by_email": 60, "validate_token": 25, "read_profile": 10, "register": 5}


def test_no_account_runs_two_iterations_at_once(target: Target, users: list[VirtualUser], clock: ServerClock) -> None:
    scenario = BoundScenario(SCENARIOS["login_by_email"], target, users, clock)
    drawn = [scenario.draw() for _ in range(31)]
    assert len({id(user) for user in drawn[:30]}) == 30
    assert drawn[30] is None


def test_an_account_is_available_again_after_its_iteration(
    target: Target, users: list[VirtualUser], clock: ServerClock
) -> None:
    scenario = BoundScenario(SCENARIOS["login_by_email"], target, users[:1], clock)
    first = scenario.draw()
    assert first is not None
    scenario.release(first)
    assert scenario.draw() is first


def test_an_account_busy_in_one_scenario_is_not_drawn_by_another(
    target: Target, users: list[VirtualUser], clock: ServerClock
) -> None:
    drawn = mix({"login_by_email": 1, "session": 1}, target, users[:1], clock)
    log_in, session = drawn.scenarios
    assert log_in.draw() is not None
    assert session.draw() is None


def test_shared_tokens_belong_to_accounts_that_never_log_out(
    target: Target, users: list[VirtualUser], clock: ServerClock
) -> None:
    session, validate = mix({"session": 1, "validate_many": 1}, target, users, clock).scenarios
    assert not {id(user) for user in session.users} & {id(user) for user in validate.users}


def test_hot_scenarios_use_ten_tokens(target: Target, users: list[VirtualUser], clock: ServerClock) -> None:
    (scenario,) = mix({"validate_token": 1}, target, users, clock).scenarios
    assert len({id(scenario.draw()) for _ in range(100)}) == 10


def test_accounts_without_a_token_log_in_before_the_run(
    target: Target, users: list[VirtualUser], clock: ServerClock
) -> None:
    users[0]["token"] = "known"
    drawn = mix({"validate_token": 1, "read_profile": 1}, target, users, clock)
    tasks = setup_tasks(drawn, target, clock)
    assert len(tasks) == 29
    assert all(user is not users[0] for _, user in tasks)


def test_tokens_about_to_expire_are_renewed(target: Target, users: list[VirtualUser], clock: ServerClock) -> None:
    users[0] |= {"token": "a", "expires": "2030-01-02T03:01:00.000Z"}
    users[1] |= {"token": "b", "expires": "2030-01-02T03:10:00.000Z"}
    drawn = mix({"validate_many": 1}, target, users[:2], clock)
    assert [user for _, user in renewals(drawn, target, clock)] == [users[0]]


def test_a_scenario_without_suitable_accounts_is_refused(
    target: Target, users: list[VirtualUser], clock: ServerClock
) -> None:
    with pytest.raises(ConfigurationError, match="validate_expired needs accounts with expired_token"):
        mix({"validate_expired": 1}, target, users, clock)


def test_an_iteration_runs_its_steps_in_order(target: Target, users: list[VirtualUser], clock: ServerClock) -> None:
    iteration = Iteration(
        BoundScenario(SCENARIOS["session"], target, users, clock), users[0], 1.0, "closed", measured=True
    )
    rows = [iteration.step.operation]
    while iteration.advance(2.0):
        rows.append(iteration.step.operation)
    assert rows == [step.operation for step in SCENARIOS["session"].steps]
    assert (iteration.began, iteration.intended) == (1.0, 2.0)
