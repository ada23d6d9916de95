"""Does every documented refusal come back, in the situation that it is for?

A situation is brought about with a request that is valid in itself; see `suites.situations`.
"""

import pytest

from contracts import Operation, operations
from harness.stage import Stage
from suites.prepared import scene_of
from suites.situations import Situation, situations_of
from suites.situations.proofs import proved

PAIRS = [
    pytest.param(
        operation, situation, id=f"{operation.id}-{situation.name}",
        marks=pytest.mark.rule(*proved(operation.id, situation.code)),
    )
    for operation in operations()
    for situation in situations_of(operation)
]  # fmt: skip


@pytest.mark.parametrize(("operation", "situation"), PAIRS)
def test_refusal_comes_back(operation: Operation, situation: Situation, stage: Stage) -> None:
    """The operation refuses with the very code that its contract lists for the situation."""
    situation.bring_about(operation, scene_of(operation, stage)).must_be_refused(situation.code)
