"""Is a valid request answered as promised?"""

import pytest

from contracts import Operation
from harness.stage import Stage
from suites.prepared import ALL, prepare


@pytest.mark.parametrize("operation", ALL)
def test_example_succeeds(operation: Operation, stage: Stage) -> None:
    """The contract's example succeeds, and its answer keeps the contract."""
    prepare(operation, stage).send().must_succeed()
