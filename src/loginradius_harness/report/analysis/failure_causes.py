"""Whose fault a failure is, and what it says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from loginradius_harness.report.recording import events

EXIT_CODES: Mapping[events.Cause, int] = {"contract": 1, "configuration": 2, "infrastructure": 3}
_CAUSES: Mapping[int, events.Cause] = {code: cause for cause, code in EXIT_CODES.items()}


@dataclass(frozen=True, slots=True)
class Failure:
    """What an exception says about the tenant; members are empty where it does not say."""

    cause: events.Cause
    message: str
    operation: str = ""
    requirement: str = ""
    expected: str = ""
    actual: str = ""
    replay: str = ""


def explain(error: BaseException) -> Failure:
    """Read a failure. An exception tells its cause by `exit_code`, and may tell operation, expected and actual."""
    decisive = min(_leaves(error), key=_weight)
    told = {
        name: str(getattr(decisive, name, "") or "")
        for name in ("operation", "requirement", "expected", "actual", "replay")
    }
    notes = getattr(error, "__notes__", []) + (getattr(decisive, "__notes__", []) if decisive is not error else [])
    message = "\n".join([f"{type(decisive).__name__}: {decisive}", *notes])
    return Failure(_cause(decisive), message, **told)


def _leaves(error: BaseException) -> Iterator[BaseException]:
    """The exceptions inside nested groups: property tests raise several failures at once."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error


def _weight(error: BaseException) -> int:
    """A broken promise is told before a wrong set-up, and that before a broken network."""
    return EXIT_CODES[_cause(error)]


def _cause(error: BaseException) -> events.Cause:
    own = _CAUSES.get(getattr(error, "exit_code", 0))
    if own is not None:
        return own
    return "infrastructure" if isinstance(error, ConnectionError | TimeoutError) else "contract"


def exit_code(verdicts: list[events.Verdict]) -> int:
    """0 when nothing failed; else the code of the weightiest cause: contract 1, configuration 2, infrastructure 3."""
    causes = {verdict.cause or "contract" for verdict in verdicts if verdict.outcome == "failed"}
    return min((EXIT_CODES[cause] for cause in causes), default=0)
