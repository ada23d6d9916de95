"""Which tests prove which rules, read from the `rule` marks of the suites without running them.

`python -m tests.architecture.rules` prints the rules of level `must` or `security` that no test names; it exits with 1
if there are any.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from loginradius_harness import contracts

ROOT = Path(__file__).parents[2]
SUITES = ROOT / "suites"


def proofs() -> dict[str, list[str]]:
    """Return rule id -> places of the marks that name it, as `file:line`.

    An id that is built when the test is collected does not count, because a text search does not find it.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(SUITES.rglob("*.py")):
        for mark in _marks(ast.parse(path.read_text(encoding="utf-8"), str(path))):
            for name in _named(mark):
                found[name].append(f"{path.relative_to(ROOT)}:{mark.lineno}")
    return found


def unproved() -> list[contracts.Rule]:
    """Return the rules of level `must` or `security` that no mark names."""
    named = proofs()
    return [rule for rule in contracts.rules() if rule.must_hold and rule.id not in named]


def _marks(tree: ast.Module) -> Iterator[ast.Call]:
    """Every `pytest.mark.rule(...)`: decorators, `marks=` of parameters, `pytestmark`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.rule":
            yield node


def _named(mark: ast.Call) -> Iterator[str]:
    literals = (argument.value for argument in mark.args if isinstance(argument, ast.Constant))
    return (value for value in literals if isinstance(value, str))


if __name__ == "__main__":
    missing = unproved()
    for rule in missing:
        print(f"{rule.id}: {rule.statement}")  # noqa: T201  # a command prints
    print(f"{len(missing)} of the rules that must hold are named by no test")  # noqa: T201  # as above
    sys.exit(bool(missing))
