"""What tells siblings apart is said once, and says something."""

from loginradius_harness import contracts
from loginradius_harness.contracts import Operation


def is_idle(operation: Operation) -> bool:
    """Whether `default` is said of an operation that would answer the rest without it: it has no condition."""
    return operation.default and operation.when.weight == 0


def test_default_is_said_of_an_operation_with_conditions_only() -> None:
    assert [operation.id for operation in contracts.operations() if is_idle(operation)] == []
