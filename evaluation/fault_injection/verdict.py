"""What a run finds out about tests and faults."""

from typing import ClassVar, Literal

import msgspec

Outcome = Literal["detected", "undetected", "no effect", "crashed", "not activated", "quiet", "false alarm"]


class Test(msgspec.Struct, frozen=True):
    """A test of the suites and its result on the emulator without a fault."""

    __test__: ClassVar[bool] = False  # pytest shall not collect this class, despite its name

    id: str
    rules: tuple[str, ...]
    operations: frozenset[str]  # that it is about or calls
    functions: frozenset[str]  # of the emulator, that it runs
    seconds: float
    responses: str  # digest of the kinds of responses that it got
    outcome: Literal["passed", "failed", "warned", "skipped", "flaky"]  # flaky: failed once, then passed
    message: str = ""

    @property
    def reports_violation(self) -> bool:
        """Return whether the test reports that a contract or rule is violated."""
        return self.outcome in {"failed", "warned"}

    @property
    def function(self) -> str:
        """Return file and function, without parameters."""
        return self.id.partition("[")[0]

    def slim(self) -> "Test":
        """Return the test without its functions, which are many."""
        return msgspec.structs.replace(self, functions=frozenset())


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one fault. `requests` and `seconds` count up to the first failing test, or all tests."""

    name: str
    violates: str
    outcome: Outcome
    by: str = ""  # the test that failed first
    named: str = ""  # the rule or operation that the failure named
    is_localised: bool = False  # that is the one which the fault violates
    grade: str = ""  # how well the promise is known that the failure is about
    message: str = ""
    requests: int = 0
    seconds: float = 0.0
    tests: int = 0
    replays: bool | None = None  # run alone, the failing test fails with the fault and passes without it

    @property
    def category(self) -> str:
        """Return the class of the fault."""
        return self.name.partition(".")[0]
