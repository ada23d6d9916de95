"""Does the tenant go where the reference model goes, step by step?"""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, get_state_machine_test, initialize, rule

from loginradius_harness.checks.state_model import transitions  # noqa: F401  # registers how the steps are taken
from loginradius_harness.checks.state_model.model import EDGES, edges, wording
from loginradius_harness.checks.state_model.paths import BIRTHS, LIVES, follow, reach
from loginradius_harness.checks.state_model.runner import PRESET, SETTINGS, ModelRunner
from loginradius_harness.tenants import TenantContext, TenantProvider, UnsupportedByTarget

Covered = Callable[..., None]

WALK = 50  # steps of one walk
STEPS = [
    *sorted((thing, action) for thing, actions in EDGES.items() for action in actions),
    *sorted({life + 1 for life in LIVES.values()}),  # seconds, after each of which something else is too old
]


@pytest.fixture(scope="module")
def modelled(tenants: TenantProvider) -> Iterator[TenantContext]:
    """A tenant of its own, as the model knows it."""
    try:
        scene = tenants.create(PRESET, **SETTINGS)
    except UnsupportedByTarget as reason:
        pytest.skip(str(reason))
    yield scene
    scene.close()


@pytest.mark.parametrize(("thing", "state", "action"), [pytest.param(*edge, id=wording(*edge)) for edge in edges()])
def test_transition_matches_the_model(
    thing: str, state: str, action: str, modelled: TenantContext, record_coverage: Covered
) -> None:
    """From each state, each action has the outcome that the model predicts."""
    record_coverage("C7", *(wording(*edge) for edge in edges()), seen=False)
    twin = ModelRunner(modelled, 1, record_coverage)
    number = reach(twin, thing, state, action)
    before = len(twin.taken)
    twin.step(thing, action, number)
    assert len(twin.taken) == before + 1
    assert twin.met == (thing, state, action)


class Wanderer(RuleBasedStateMachine):
    """Takes whatever step comes to mind, in a tenant that starts empty."""

    people = 1
    scene: TenantContext
    covered: Covered

    def __init__(self) -> None:
        super().__init__()
        if self.scene.control is not None:
            self.scene.control.reset()
        self.twin = ModelRunner(self.scene, self.people, self.covered)

    @initialize(thing=st.sampled_from(sorted(BIRTHS)))
    def begin(self, thing: str) -> None:
        """Something is there already, of each person."""
        for person in range(self.people):
            follow(self.twin, BIRTHS[thing], person)

    @rule(step=st.sampled_from(STEPS), number=st.integers(0, 7))
    def step(self, step: tuple[str, str] | float, number: int) -> None:
        """One step with one thing of its kind, or so many seconds pass."""
        if isinstance(step, float):
            self.twin.wait(step)
        else:
            self.twin.step(*step, number)

    def teardown(self) -> None:
        """The walk is over."""
        self.twin.look_around()


class Crowd(Wanderer):
    """The same with several people, whose steps must not touch one another."""

    people = 4


@pytest.mark.parametrize("machine", [Wanderer, Crowd], ids=["one person", "several people"])
def test_random_steps_match_the_model(
    machine: type[Wanderer], modelled: TenantContext, record_coverage: Covered, case_seed: int, model_steps: int
) -> None:
    """However the steps are mixed, every one of them has the predicted status, code and change."""
    here = type(machine.__name__, (machine,), {"scene": modelled, "covered": staticmethod(record_coverage)})
    walking = settings(
        max_examples=max(1, model_steps // WALK),
        stateful_step_count=WALK,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    seed(case_seed)(get_state_machine_test(here, settings=walking))()
