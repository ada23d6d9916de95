import math

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loginradius_harness.load.metrics.histogram import Histogram

MICROS = st.lists(st.integers(0, 60_000_000), min_size=1, max_size=300)
SHARES = st.floats(0, 1)

unhurried = settings(deadline=None)  # the machine may be busy with other tests


def recorded(micros: list[int]) -> Histogram:
    histogram = Histogram()
    for value in micros:
        histogram.record(value)
    return histogram


@unhurried
@given(MICROS, SHARES)
def test_every_percentile_is_right_to_a_thousandth(micros: list[int], share: float) -> None:
    exact = sorted(micros)[max(1, math.ceil(share * len(micros) - 1e-9)) - 1]
    assert abs(recorded(micros).percentile(share) - exact) <= exact / 1000


@unhurried
@given(MICROS, MICROS)
def test_merging_loses_nothing(first: list[int], second: list[int]) -> None:
    merged = recorded(first)
    merged.add(recorded(second))
    assert merged == recorded(first + second)


@unhurried
@given(MICROS, SHARES)
def test_a_coarse_copy_counts_the_same_and_is_right_to_half_a_hundredth(micros: list[int], share: float) -> None:
    fine = recorded(micros)
    coarse = fine.coarse()
    assert (coarse.count, coarse.largest) == (fine.count, fine.largest)
    assert coarse.percentile(share) == pytest.approx(fine.percentile(share), rel=0.005)


@unhurried
@given(MICROS)
def test_a_histogram_travels_between_processes_unchanged(micros: list[int]) -> None:
    histogram = recorded(micros)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(histogram), type=Histogram) == histogram
    assert msgspec.json.decode(msgspec.json.encode(histogram), type=Histogram) == histogram


def test_the_largest_is_exact_and_smallest_and_total_nearly() -> None:
    histogram = recorded([3, 1_000_003, 7])
    assert (histogram.smallest, histogram.largest, histogram.count) == (3, 1_000_003, 3)
    assert histogram.total == pytest.approx(1_000_013, rel=0.0005)


def test_a_clock_that_steps_back_counts_as_zero() -> None:
    assert recorded([-5]).counts == {0: 1}


def test_an_empty_histogram_says_zero() -> None:
    assert (Histogram().percentile(0.99), Histogram().smallest, Histogram().total) == (0.0, 0.0, 0)
