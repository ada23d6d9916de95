"""What a run found out."""

from typing import ClassVar, Literal

import msgspec

Outcome = Literal["found", "missed", "no effect", "crashed", "quiet", "alarm"]


class Test(msgspec.Struct, frozen=True):
    """A test of the suites, as it went on the clean emulator."""

    __test__: ClassVar[bool] = False  # pytest, which sees the name, shall not collect it

    id: str
    rules: tuple[str, ...]
    operations: frozenset[str]  # that it is about or calls
    functions: frozenset[str]  # of the emulator, that it runs
    seconds: float
    look: str  # digest of the kinds of answers that it got
    outcome: Literal["passed", "failed", "warned", "skipped", "unsteady"]  # unsteady: failed once, and not again
    message: str = ""

    @property
    def complains(self) -> bool:
        """Whether it says that a promise is broken."""
        return self.outcome in {"failed", "warned"}

    @property
    def question(self) -> str:
        """File and function, without parameters."""
        return self.id.partition("[")[0]

    def slim(self) -> "Test":
        """Without the functions, which are many."""
        return msgspec.structs.replace(self, functions=frozenset())


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one fault. `requests` and `seconds` are those until the first test failed, or of all."""

    name: str
    violates: str
    outcome: Outcome
    by: str = ""  # the test that failed first
    named: str = ""  # the rule or operation that the failure named
    is_localised: bool = False  # and that is the one which the fault breaks
    message: str = ""
    requests: int = 0
    seconds: float = 0.0
    tests: int = 0
    replays: bool | None = None  # the failing test alone: fails with the fault, passes without it

    @property
    def category(self) -> str:
        """The class of the fault."""
        return self.name.partition(".")[0]
