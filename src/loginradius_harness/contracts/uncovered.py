"""Operations that the vendor documents and no contract covers (`contracts/not_emulated.json`: path, method, name)."""

from functools import cache

from loginradius_harness.contracts.reference_data import ROOT, read


def uncovered_operation(method: str, path: str) -> str | None:
    """Return the name of the documented operation that has this method and path; None for a path of no document.

    Whether a contract covers it by now is for the caller to find out first.
    """
    literal = _literals().get((method, path.lower()))
    return literal or next((name for parts, name in _templates() if _fits(parts, method, path)), None)


def uncovered_literal(method: str, path: str) -> str | None:
    """Return the name as `uncovered_operation` does, for a documented path without parameters only."""
    return _literals().get((method, path.lower()))


@cache
def _literals() -> dict[tuple[str, str], str]:
    return {(method, path.lower()): name for method, path, name in _entries() if "{" not in path}


@cache
def _templates() -> list[tuple[list[str], str]]:
    return [([method, *path.lower().split("/")], name) for method, path, name in _entries() if "{" in path]


@cache
def _entries() -> list[tuple[str, str, str]]:
    return [
        (method, path, name)
        for path, methods in read(ROOT / "not_emulated.json").items()
        for method, name in methods.items()
    ]


def _fits(parts: list[str], method: str, path: str) -> bool:
    given = [method, *path.lower().split("/")]
    pairs = zip(parts, given, strict=False)
    return len(parts) == len(given) and all(part == value or (part[:1] == "{" and value) for part, value in pairs)
