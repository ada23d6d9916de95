"""How deep the suites ask, and the request they ask with."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from contracts import Operation
from harness.stage import Stage
from suites.prepared import Prepared, prepared, scene_of

SHALLOW = 25  # generated cases of an operation in a default run
DEEP = 1_000_000
NEAR, FAR = 500, 20_000  # steps of each of the model's machines


def pytest_addoption(parser: pytest.Parser) -> None:
    """How deep the suites ask."""
    group = parser.getgroup("depth", "how deep the suites ask")
    group.addoption("--deep", action="store_true", help=f"send every generated case, not {SHALLOW} an operation")
    group.addoption("--fresh", type=int, metavar="SEED", default=0, help="draw other cases than those of every run")


@pytest.fixture(scope="session")
def depth(pytestconfig: pytest.Config) -> int:
    """How many generated cases of an operation are sent."""
    return DEEP if pytestconfig.getoption("--deep") else SHALLOW


@pytest.fixture(scope="session")
def seeded(pytestconfig: pytest.Config) -> int:
    """The seed of everything that is drawn: the same one draws the same."""
    seed: int = pytestconfig.getoption("--fresh")
    return seed


@pytest.fixture(scope="session")
def steps(pytestconfig: pytest.Config) -> int:
    """How many steps the model's machines take."""
    return FAR if pytestconfig.getoption("--deep") else NEAR


@pytest.fixture
def ready(operation: Operation, stage: Stage) -> Iterator[Prepared]:
    """The test's operation, ready to succeed."""
    with prepared(operation, scene_of(operation, stage)) as request:
        yield request


@pytest.fixture(scope="session")
def keep(stage: Stage) -> Iterator[Callable[[Operation], Prepared]]:
    """Keeps the operation that was prepared last."""
    with ExitStack() as stack:
        last: dict[str, Prepared] = {}

        def of(operation: Operation) -> Prepared:
            if operation.id not in last:
                stack.close()
                last.clear()
                last[operation.id] = stack.enter_context(prepared(operation, scene_of(operation, stage)))
            return last[operation.id]

        yield of


@pytest.fixture
def standing(operation: Operation, keep: Callable[[Operation], Prepared]) -> Prepared:
    """The test's operation, ready to succeed, for a request that will be refused.

    A refusal leaves things as they are: the operation is prepared once for all such tests in a row.
    """
    return keep(operation)


@pytest.fixture(scope="session")
def covered(record: Any) -> Callable[..., None]:
    """`covered(criterion, *items)`: tell the coverage what was seen."""
    tell: Callable[..., None] = record.covered
    return tell
