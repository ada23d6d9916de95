import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loginradius_harness.load.workload.arrival_schedule import LoadCurve, Stage, WorkerShare, arrivals

STAGES = st.lists(st.builds(Stage, st.floats(0.5, 5), st.floats(1, 40), st.booleans()), min_size=1, max_size=4).map(
    tuple
)

unhurried = settings(deadline=None)  # the machine may be busy with other tests


def test_even_arrivals_are_evenly_spaced() -> None:
    assert list(arrivals(LoadCurve((Stage(1, 4),)), spacing="even")) == pytest.approx([0, 0.25, 0.5, 0.75])


@unhurried
@given(STAGES, st.integers(1, 5))
def test_each_even_arrival_belongs_to_exactly_one_share(stages: tuple[Stage, ...], count: int) -> None:
    curve = LoadCurve(stages)
    assigned = sorted(itertools.chain(*(arrivals(curve, WorkerShare(index, count), "even") for index in range(count))))
    assert assigned == pytest.approx(list(arrivals(curve, spacing="even")))


@unhurried
@given(STAGES, st.floats(0, 1))
def test_time_at_inverts_area_at(stages: tuple[Stage, ...], share: float) -> None:
    curve = LoadCurve(stages)
    at = share * curve.seconds
    found = curve.time_at(curve.area_at(at))
    assert found == pytest.approx(at, abs=1e-3)


def test_a_ramp_from_zero_has_half_the_arrivals_of_its_end_level() -> None:
    starts = list(arrivals(LoadCurve((Stage(10, 100, ramp=True),)), spacing="even"))
    assert len(starts) == 500
    assert sum(start < 5 for start in starts) == pytest.approx(125, abs=1)


def test_poisson_arrivals_have_the_rate_and_its_variance() -> None:
    starts = list(arrivals(LoadCurve((Stage(200, 50),)), seed=1))
    counts = [sum(second <= start < second + 1 for start in starts) for second in range(200)]
    mean = sum(counts) / 200
    assert mean == pytest.approx(50, rel=0.05)
    assert sum((count - mean) ** 2 for count in counts) / 200 == pytest.approx(mean, rel=0.35)


def test_poisson_shares_add_up_to_the_whole_rate() -> None:
    starts = [
        *arrivals(LoadCurve((Stage(100, 90),)), WorkerShare(0, 3)),
        *arrivals(LoadCurve((Stage(100, 90),)), WorkerShare(1, 3)),
    ]
    assert len(starts) == pytest.approx(6000, rel=0.05)


@pytest.mark.parametrize(("old", "new"), [(2, 1), (50, 49), (50, 51)])
def test_a_change_of_shares_loses_and_repeats_no_arrival(old: int, new: int) -> None:
    curve, change = LoadCurve((Stage(10, 20),)), 5.01
    before = [at for index in range(old) for at in arrivals(curve, WorkerShare(index, old), "even") if at < change]
    after = [at for index in range(new) for at in arrivals(curve, WorkerShare(index, new), "even", begin=change)]
    assert sorted(before + after) == pytest.approx(list(arrivals(curve, spacing="even")))


def test_arrivals_are_the_same_for_the_same_seed() -> None:
    curve = LoadCurve((Stage(3, 20),))
    assert list(arrivals(curve, seed=7)) == list(arrivals(curve, seed=7)) != list(arrivals(curve, seed=8))


def test_a_scaled_curve_keeps_its_shape() -> None:
    curve = LoadCurve((Stage(5, 10), Stage(5, 30, ramp=True))).scaled(60)
    assert (curve.level(2), curve.level(7.5), curve.peak) == (20, 40, 60)


def test_the_level_is_zero_before_and_after_the_curve() -> None:
    curve = LoadCurve((Stage(5, 10),))
    assert (curve.level(-1), curve.level(5), curve.area_at(99)) == (0, 0, 50)
    assert math.isclose(curve.area, 50)
