"""The three ways in which a run can fail, each with its exit code."""


class ContractViolationError(AssertionError):  # named after what failed
    """The tenant does not keep a promise: `requirement` says which, in the contract's or the rule's words.

    Without `operation` it is a story that went on where it should have ended; reports name its last call.
    """

    exit_code = 1

    def __init__(self, operation: str, requirement: str, expected: str, actual: str, *, replay: str = "") -> None:
        super().__init__(operation, requirement, expected, actual)
        self.operation = operation
        self.requirement = requirement
        self.expected = expected
        self.actual = actual
        self.replay = replay

    def __str__(self) -> str:
        lines = [
            self.operation or "story",
            f"  requirement: {self.requirement}",
            f"  expected:    {self.expected}",
            f"  actual:      {self.actual}",
        ]
        return "\n".join([*lines, f"  replay:      {self.replay}"] if self.replay else lines)


class UnsupportedByTarget(Exception):  # noqa: N818  # named after what is the case: a reason to skip, not a failure
    """The target does not have, or is not allowed, what a test needs; the text names the setting that would help."""


class ConfigurationError(Exception):
    """The run is set up wrongly. Each problem is one line that says what to do; all known problems at once."""

    exit_code = 2

    def __init__(self, *problems: str) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(self.problems)


class BudgetExhausted(ConfigurationError):  # noqa: N818  # named after what happened
    """The run has sent or created as much as its limits allow."""


class InfrastructureError(Exception):  # named after what failed
    """The network, a gateway or a limit, not the contract: there is no answer that could be judged.

    `status` is the HTTP status where one arrived, e.g. 429.
    """

    exit_code = 3

    def __init__(self, operation: str, trouble: str, *, status: int | None = None, attempts: int = 1) -> None:
        super().__init__(operation, trouble)
        self.operation = operation
        self.trouble = trouble
        self.status = status
        self.attempts = attempts

    def __str__(self) -> str:
        tries = "" if self.attempts == 1 else f" ({self.attempts} attempts)"
        return f"{self.operation}: {self.trouble}{tries}"
