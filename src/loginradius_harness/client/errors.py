"""The errors by which a run fails, each with its exit code."""


class ContractViolationError(AssertionError):  # named after what failed
    """The tenant violates a contract or a rule; `requirement` names the place in the contract, or the rule.

    Without `operation` a journey succeeded where an error was expected; reports name its last call. `grade` and
    `source` say how well the requirement is known, and where it is stated; both are empty where nobody says.
    """

    exit_code = 1

    def __init__(  # noqa: PLR0913  # what a report says about a violation, by name
        self,
        operation: str,
        requirement: str,
        expected: str,
        actual: str,
        *,
        replay: str = "",
        grade: str = "",
        source: str = "",
    ) -> None:
        super().__init__(operation, requirement, expected, actual)
        self.operation = operation
        self.requirement = requirement
        self.expected = expected
        self.actual = actual
        self.replay = replay
        self.grade = grade
        self.source = source

    def __str__(self) -> str:
        lines = [
            self.operation or "journey",
            f"  requirement: {self.requirement}",
            f"  expected:    {self.expected}",
            f"  actual:      {self.actual}",
        ]
        return "\n".join([*lines, f"  replay:      {self.replay}"] if self.replay else lines)


class UnsupportedByTarget(Exception):  # noqa: N818  # a reason to skip, not an error
    """The target does not have, or does not allow, what a test needs; the text names the setting that would help."""


class ConfigurationError(Exception):
    """The configuration of the run is wrong. Each problem is one line that says what to do."""

    exit_code = 2

    def __init__(self, *problems: str) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(self.problems)


class BudgetExhausted(ConfigurationError):  # noqa: N818  # named after what happened
    """The run has sent or created as much as its limits allow."""


class InfrastructureError(Exception):  # named after what failed
    """There is no response that could be checked: the network, a gateway or a rate limit failed.

    `status` is the HTTP status where there was a response, e.g. 429.
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
