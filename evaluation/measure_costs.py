"""`python -m evaluation.measure_costs`: run the suites on the emulator and store what each test costs.

The result is `checks/support/test_costs.json`, from which a run plans its tiers: requests, users, mails and SMS of each
test function, on average, and of single operations where they differ. The file is a pytest plug-in at the same time.
"""

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Generator, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest

from loginradius_harness.checks.support.run_plan import COSTS
from loginradius_harness.client.client import Client
from loginradius_harness.client.request import call_of
from loginradius_harness.target.shared_tenant.budget import cost
from loginradius_harness.target.target import Target

FOLDER = "TEST_COSTS_FOLDER"  # environment variable; each process writes a file there
SIGNIFICANT = 1.0  # by how much an operation must differ from the average of its function
Row = tuple[float, ...]  # requests, users, mails, SMS

_current = ""
_spent: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])


def pytest_configure() -> None:
    """Count the requests of every client."""
    original = Client.__init__

    def counted(self: Client, target: Target, *arguments: Any, **options: Any) -> None:
        original(self, target, *arguments, **options)
        self.sender.before_request.append(lambda request: _count(request, target))

    Client.__init__ = counted  # type: ignore[method-assign]  # no other place sees the clients of all fixtures


def _count(request: httpx.Request, target: Target) -> None:
    call = call_of(request, target)
    price = cost(call.operation) if call is not None else None
    row = _spent[_current]
    row[0] += 1
    for index, amount in enumerate((price.users, price.mails, price.sms) if price else (), start=1):
        row[index] += amount


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Name the test that is charged."""
    global _current  # noqa: PLW0603  # a process runs one test at a time
    operation = getattr(getattr(item, "callspec", None), "params", {}).get("operation")
    _current = f"{item.nodeid.partition('[')[0]} {getattr(operation, 'id', '')} {item.nodeid}"
    _spent[_current]  # a test without requests counts as well
    return (yield)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write what this process has counted."""
    folder = os.environ[FOLDER]
    worker = getattr(session.config, "workerinput", {}).get("workerid", "main")
    Path(folder, f"{worker}.json").write_text(json.dumps(_spent), encoding="utf-8")


def table(spent: Mapping[str, Sequence[int]]) -> dict[str, dict[str, list[float]]]:
    """Return the averages of each test function, and of those of its operations that differ."""
    by_function: defaultdict[str, defaultdict[str, list[Sequence[int]]]] = defaultdict(lambda: defaultdict(list))
    for name, row in spent.items():
        function, operation, _ = name.split(" ", 2)
        by_function[function][operation].append(row)
    return {function: _averages(rows) for function, rows in sorted(by_function.items())}


def _averages(rows: Mapping[str, Sequence[Sequence[int]]]) -> dict[str, list[float]]:
    whole = _average(row for operation in rows.values() for row in operation)
    single = {operation: _average(some) for operation, some in sorted(rows.items()) if operation}
    differing = {name: row for name, row in single.items() if _differ(row, whole)}
    return {"": whole, **differing}


def _average(rows: Iterable[Sequence[int]]) -> list[float]:
    return [round(mean(column), 1) for column in zip(*rows, strict=True)]


def _differ(row: Sequence[float], other: Sequence[float]) -> bool:
    return any(abs(one - two) >= SIGNIFICANT for one, two in zip(row, other, strict=True))


def main() -> int:
    """Run the suites and store the table; return the exit code of the run."""
    with TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-n",
            "logical",
            "-p",
            "evaluation.measure_costs",
            "--tier",
            "deep",
        ]
        code = subprocess.run(
            [*command, f"--report={folder}/report", "suites"], env={**os.environ, FOLDER: folder}, check=False
        ).returncode
        spent: dict[str, list[int]] = {}
        for file in Path(folder).glob("*.json"):
            spent |= json.loads(file.read_bytes())
    if code == 0:
        spent.pop("", None)
        lines = [f"  {json.dumps(name)}: {json.dumps(row)}" for name, row in table(spent).items()]
        COSTS.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
