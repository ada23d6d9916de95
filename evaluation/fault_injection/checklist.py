"""The security suite, read from its source: the checklist row, the standards and the rules of each test."""

import ast
from functools import cache
from pathlib import Path

SUITE = Path("suites/security")
ROWS = range(1, 79)


@cache
def marks() -> dict[str, tuple[int, tuple[str, ...], set[str]]]:
    """Return test -> row, standards, rules. A rule id that is built at run time is not included."""
    found = {}
    for file in sorted(SUITE.glob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found[f"{file.name}::{node.name}"] = _marks_of(node)
    return found


def _marks_of(node: ast.FunctionDef) -> tuple[int, tuple[str, ...], set[str]]:
    row, standards, rules = 0, tuple[str, ...](), set[str]()
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call):
            name = ast.unparse(decorator.func)
            texts = tuple(str(argument.value) for argument in decorator.args if isinstance(argument, ast.Constant))
            if name == "pytest.mark.security":
                row, standards = int(texts[0]), tuple(map(ast.unparse, decorator.args[1:]))
            elif name == "pytest.mark.rule":
                rules |= set(map(str, texts))
    return row, standards, rules


def row_of(test: str) -> int:
    """Return the row of a test by its pytest id."""
    return marks()[test.removeprefix(f"{SUITE}/").partition("[")[0]][0]
