import pytest

from loginradius_harness.load.analysis.validity import assess_validity
from loginradius_harness.load.metrics.counters import RunMetrics


def books(**changes: object) -> RunMetrics:
    made = RunMetrics(offered=1000, delivered=1000, wired=1000, answered=1000, busy=1.0, elapsed=10.0)
    made.lateness.record(100)
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def late(micros: int) -> RunMetrics:
    made = books()
    for _ in range(99):
        made.lateness.record(micros)
    return made


def test_a_clean_run_leaves_no_doubt() -> None:
    assert assess_validity(books(), "open", 10, served=1000).doubts == ()


@pytest.mark.parametrize(
    ("made", "model", "word"),
    [
        (books(delivered=990), "open", "never sent"),
        (late(50_000), "open", "sent late"),
        (books(starved=20), "open", "no free connection"),
        (books(busy=9.9), "closed", "busy 99%"),
    ],
)
def test_a_generator_that_could_not_keep_up_is_named(made: RunMetrics, model: str, word: str) -> None:
    (doubt,) = assess_validity(made, model, 10).doubts
    assert word in doubt


@pytest.mark.parametrize("served", [999, 1001])
def test_a_target_that_counted_otherwise_makes_doubt(served: int) -> None:
    (doubt,) = assess_validity(books(), "open", 10, served=served).doubts
    assert str(served) in doubt


def test_requests_without_an_answer_may_or_may_not_have_been_served() -> None:
    made = books(answered=990)
    assert [assess_validity(made, "open", 10, served=served).doubts for served in (990, 995, 1000)] == [(), (), ()]


def test_after_the_loss_of_a_worker_the_counts_need_not_agree() -> None:
    assert assess_validity(books(), "open", 10, served=1500, lost_workers=1).doubts == ()


def test_an_open_generator_may_be_busy_because_it_looks_at_the_clock() -> None:
    assert assess_validity(books(busy=10.0), "open", 10).doubts == ()
