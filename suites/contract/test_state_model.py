"""Does the tenant behave like the reference model, step by step?"""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, get_state_machine_test, initialize, rule

from loginradius_harness.checks.state_model import transitions  # noqa: F401  # registers how the steps are taken
from loginradius_harness.checks.state_model.model import OUTCOMES, all_transitions, transition_name
from loginradius_harness.checks.state_model.paths import CREATION, LIFETIMES, bring_into_state, perform
from loginradius_harness.checks.state_model.runner import PRESET, SETTINGS, ModelRunner
from loginradius_harness.tenants import TenantContext, TenantProvider, UnsupportedByTarget

Covered = Callable[..., None]

STEPS_PER_RUN = 50  # steps of one random sequence
STEPS = [
    *sorted((thing, action) for thing, actions in OUTCOMES.items() for action in actions),
    *sorted({life + 1 for life in LIFETIMES.values()}),  # seconds; after each another lifetime has ended
]


@pytest.fixture(scope="module")
def model_tenant(tenants: TenantProvider) -> Iterator[TenantContext]:
    """Create a tenant with the model's settings."""
    try:
        tenant = tenants.create(PRESET, **SETTINGS)
    except UnsupportedByTarget as reason:
        pytest.skip(str(reason))
    yield tenant
    tenant.close()


@pytest.mark.parametrize(
    ("thing", "state", "action"), [pytest.param(*edge, id=transition_name(*edge)) for edge in all_transitions()]
)
def test_transition_matches_the_model(
    thing: str, state: str, action: str, model_tenant: TenantContext, record_coverage: Covered
) -> None:
    """From each state, each action has the outcome that the model predicts."""
    record_coverage("C7", *(transition_name(*edge) for edge in all_transitions()), seen=False)
    runner = ModelRunner(model_tenant, 1, record_coverage)
    number = bring_into_state(runner, thing, state, action)
    before = len(runner.performed)
    runner.step(thing, action, number)
    assert len(runner.performed) == before + 1
    assert runner.last_transition == (thing, state, action)


class AccountMachine(RuleBasedStateMachine):
    """Performs random actions on a tenant that starts empty."""

    account_count = 1
    tenant: TenantContext
    covered: Covered

    def __init__(self) -> None:
        super().__init__()
        if self.tenant.control is not None:
            self.tenant.control.reset()
        self.runner = ModelRunner(self.tenant, self.account_count, self.covered)

    @initialize(thing=st.sampled_from(sorted(CREATION)))
    def begin(self, thing: str) -> None:
        """Bring each account's thing into being."""
        for person in range(self.account_count):
            perform(self.runner, CREATION[thing], person)

    @rule(step=st.sampled_from(STEPS), number=st.integers(0, 7))
    def step(self, step: tuple[str, str] | float, number: int) -> None:
        """Perform one action on one thing of its kind, or let time pass."""
        if isinstance(step, float):
            self.runner.wait(step)
        else:
            self.runner.step(*step, number)

    def teardown(self) -> None:
        """Check all tokens at the end."""
        self.runner.check_all_tokens()


class SeveralAccountsMachine(AccountMachine):
    """The same with several accounts, whose actions must not affect one another."""

    account_count = 4


@pytest.mark.parametrize("machine", [AccountMachine, SeveralAccountsMachine], ids=["one person", "several people"])
def test_random_steps_match_the_model(
    machine: type[AccountMachine],
    model_tenant: TenantContext,
    record_coverage: Covered,
    case_seed: int,
    model_steps: int,
) -> None:
    """Every action of a random sequence has the predicted status, code and change."""
    here = type(machine.__name__, (machine,), {"tenant": model_tenant, "covered": staticmethod(record_coverage)})
    walking = settings(
        max_examples=max(1, model_steps // STEPS_PER_RUN),
        stateful_step_count=STEPS_PER_RUN,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    seed(case_seed)(get_state_machine_test(here, settings=walking))()
