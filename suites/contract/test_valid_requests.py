"""Is a valid request answered as promised?"""

import pytest

from suites.prepared import ALL, Prepared


@pytest.mark.parametrize("operation", ALL)
def test_example_succeeds(ready: Prepared) -> None:
    """The contract's example succeeds, and its answer keeps the contract."""
    ready.send().must_succeed()
