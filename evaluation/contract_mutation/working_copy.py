"""A copy of the contracts in which one file at a time is changed."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from evaluation.contract_mutation import runner
from evaluation.contract_mutation.mutations import Mutation
from loginradius_harness.contracts import Operation, loader, reference_data

Json = Any


class WorkingCopy:
    """The copy; `reference_data.ROOT` leads to it while `working_copy()` lasts."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.clean = loader.ContractSet(directory)

    def is_idle(self, change: Mutation) -> bool:
        """Whether a change has no effect: credentials or body imply the removed error code anyway."""
        if change.kind != "error":
            return False
        file = self.directory / change.file
        operation = self.clean.by_id[f"{file.parent.name}.{file.stem}"]
        return operation.errors[int(change.at[-1])] in replace(operation, errors=()).codes

    @contextmanager
    def changed(self, change: Mutation) -> Iterator[None]:
        """Apply one change while the block lasts."""
        file = self.directory / change.file
        before = file.read_bytes()
        file.write_text(json.dumps(change.applied(json.loads(before))), encoding="utf-8")
        _forget()
        try:
            yield
        finally:
            file.write_bytes(before)
            _forget()

    def affected(self, change: Mutation) -> list[Operation]:
        """Return the changed operations that refer to the changed file, the smallest contract first."""
        if change.kind == "rule":
            return []
        registry = loader.shared_schemas(self.directory)
        files = [self.directory / change.file]
        if change.file.startswith("schemas/"):
            files = self._users[change.file.removeprefix("schemas/")]
        return [loader.load(file, registry) for file in sorted(files, key=lambda file: file.stat().st_size)]

    @cached_property
    def _users(self) -> dict[str, list[Path]]:
        """Map each shared schema to the contracts that refer to it, directly or through another."""
        texts = {file.name: file.read_text(encoding="utf-8") for file in self.directory.glob("schemas/*.json")}
        users: dict[str, list[Path]] = {name: [] for name in texts}
        for file in self.directory.glob("operations/*/*.json"):
            for name in _referred(file.read_text(encoding="utf-8"), texts):
                users[name].append(file)
        return users


def _referred(text: str, shared: dict[str, str]) -> set[str]:
    found, waiting = {"error.json"} & shared.keys(), [text]
    while waiting:
        text = waiting.pop()
        fresh = {name for name in shared.keys() - found if f'"{name}' in text}
        found |= fresh
        waiting += [shared[name] for name in fresh]
    return found


def _forget() -> None:
    """Clear the caches of the shared schemas."""
    for cached in (runner._reply, reference_data.shared_schemas):
        cached.cache_clear()


@contextmanager
def working_copy() -> Iterator[WorkingCopy]:
    """Copy the project's contracts while the block lasts."""
    before = reference_data.ROOT
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "contracts"
        shutil.copytree(before, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        reference_data.ROOT = copy
        try:
            yield WorkingCopy(copy)
        finally:
            reference_data.ROOT = before
            _forget()
