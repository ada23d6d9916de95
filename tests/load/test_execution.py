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
    setup_task,
)
from loginradius_harness.load.workload.scenarios import SCENARIOS
from loginradius_harness.load.workload.virtual_users import VirtualUser
from loginradius_harness.target.target import Target


@pytest.fixture
def actors(clock: ServerClock) -> list[VirtualUser]:
    return [VirtualUser(clock, {"email": f"lrh-{number}@example.com", "password": "x"}) for number in range(30)]


def mix(weights: dict[str, float], target: Target, actors: list[VirtualUser], clock: ServerClock) -> ScenarioMix:
    return compose(weights, target, actors, clock)


def test_scenarios_are_drawn_in_the_proportion_of_their_weights(
    target: Target, actors: list[VirtualUser], clock: ServerClock
) -> None:
    drawn = mix({"login_by_email": 60, "validate_token": 25, "read_profile": 10, "register": 5}, target, actors, clock)
    counts = Counter(drawn.draw().name for _ in range(100))
    assert counts == {"login_by_email": 60, "validate_token": 25, "read_profile": 10, "register": 5}


def test_no_account_is_used_twice_at_once(target: Target, actors: list[VirtualUser], clock: ServerClock) -> None:
    program = BoundScenario(SCENARIOS["login_by_email"], target, actors, clock)
    drawn = [program.draw() for _ in range(31)]
    assert len({id(actor) for actor in drawn[:30]}) == 30
    assert drawn[30] is None


def test_an_account_can_be_used_again_when_its_run_has_ended(
    target: Target, actors: list[VirtualUser], clock: ServerClock
) -> None:
    program = BoundScenario(SCENARIOS["login_by_email"], target, actors[:1], clock)
    first = program.draw()
    assert first is not None
    program.release(first)
    assert program.draw() is first


def test_an_account_at_work_in_one_scenario_is_not_free_for_another(
    target: Target, actors: list[VirtualUser], clock: ServerClock
) -> None:
    drawn = mix({"login_by_email": 1, "session": 1}, target, actors[:1], clock)
    log_in, session = drawn.programs
    assert log_in.draw() is not None
    assert session.draw() is None


def test_shared_tokens_belong_to_accounts_that_nobody_logs_out(
    target: Target, actors: list[VirtualUser], clock: ServerClock
) -> None:
    session, validate = mix({"session": 1, "validate_many": 1}, target, actors, clock).programs
    assert not {id(actor) for actor in session.actors} & {id(actor) for actor in validate.actors}


def test_hot_tokens_are_few(target: Target, actors: list[VirtualUser], clock: ServerClock) -> None:
    (program,) = mix({"validate_token": 1}, target, actors, clock).programs
    assert len({id(program.draw()) for _ in range(100)}) == 10


def test_accounts_without_a_token_log_in_before_the_run(
    target: Target, actors: list[VirtualUser], clock: ServerClock
) -> None:
    actors[0]["token"] = "known"
    drawn = mix({"validate_token": 1, "read_profile": 1}, target, actors, clock)
    chores = setup_task(drawn, target, clock)
    assert len(chores) == 29
    assert all(actor is not actors[0] for _, actor in chores)


def test_tokens_that_are_about_to_expire_are_renewed(
    target: Target, actors: list[VirtualUser], clock: ServerClock
) -> None:
    actors[0] |= {"token": "a", "expires": "2030-01-02T03:01:00.000Z"}
    actors[1] |= {"token": "b", "expires": "2030-01-02T03:10:00.000Z"}
    drawn = mix({"validate_many": 1}, target, actors[:2], clock)
    assert [actor for _, actor in renewals(drawn, target, clock)] == [actors[0]]


def test_a_scenario_without_the_accounts_that_it_needs_is_refused(
    target: Target, actors: list[VirtualUser], clock: ServerClock
) -> None:
    with pytest.raises(ConfigurationError, match="validate_expired needs accounts with expired_token"):
        mix({"validate_expired": 1}, target, actors, clock)


def test_a_flow_goes_through_its_steps_and_ends(target: Target, actors: list[VirtualUser], clock: ServerClock) -> None:
    flow = Iteration(BoundScenario(SCENARIOS["session"], target, actors, clock), actors[0], 1.0, "lane", measured=True)
    rows = [flow.step.row]
    while flow.advance(2.0):
        rows.append(flow.step.row)
    assert rows == [step.operation for step in SCENARIOS["session"].steps]
    assert (flow.began, flow.intended) == (1.0, 2.0)
