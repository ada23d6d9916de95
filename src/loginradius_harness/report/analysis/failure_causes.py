"""Find the cause of a failure: contract, security finding, configuration or infrastructure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from loginradius_harness.report.recording import events

EXIT_CODES: Mapping[events.Cause, int] = {"contract": 1, "security": 1, "configuration": 2, "infrastructure": 3}
TITLES: Mapping[events.Cause, str] = {
    "contract": "contract violation",
    "security": "security finding",
    "configuration": "configuration error",
    "infrastructure": "infrastructure error",
}
_CAUSES: Mapping[int, events.Cause] = {1: "contract", 2: "configuration", 3: "infrastructure"}  # of an exception


@dataclass(frozen=True, slots=True)
class Failure:
    """What an exception says about the tenant; a member is empty where it does not say."""

    cause: events.Cause
    message: str
    operation: str = ""
    requirement: str = ""
    expected: str = ""
    actual: str = ""
    replay: str = ""
    grade: str = ""
    source: str = ""


DETAILS = ("operation", "requirement", "expected", "actual", "replay", "grade", "source")


def explain(error: BaseException) -> Failure:
    """Return cause, message and details of an exception.

    `exit_code` gives the cause; an attribute named as one of DETAILS gives that detail.
    """
    decisive = min(_leaves(error), key=_weight)
    details = {name: str(getattr(decisive, name, "") or "") for name in DETAILS}
    notes = getattr(error, "__notes__", []) + (getattr(decisive, "__notes__", []) if decisive is not error else [])
    message = "\n".join([f"{type(decisive).__name__}: {decisive}", *notes])
    return Failure(_cause(decisive), message, **details)


def _leaves(error: BaseException) -> Iterator[BaseException]:
    """Yield the exceptions inside nested groups: a property test may raise several at once."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error


def _weight(error: BaseException) -> int:
    """Return the rank of a cause: contract before configuration before infrastructure."""
    return EXIT_CODES[_cause(error)]


def _cause(error: BaseException) -> events.Cause:
    own = _CAUSES.get(getattr(error, "exit_code", 0))
    if own is not None:
        return own
    return "infrastructure" if isinstance(error, ConnectionError | TimeoutError) else "contract"


def exit_code(verdicts: list[events.Verdict]) -> int:
    """Return the code of the gravest cause: contract 1, configuration 2, infrastructure 3; 0 where nothing failed."""
    causes = {verdict.cause or "contract" for verdict in verdicts if verdict.outcome == "failed"}
    return min((EXIT_CODES[cause] for cause in causes), default=0)
