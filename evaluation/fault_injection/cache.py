"""Results of earlier runs, so that an interrupted run continues where it stopped and repeats nothing.

A verdict is valid for one state of code and contracts and for the text of its fault. The survey only selects tests.
"""

from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

import msgspec

from evaluation.fault_injection.verdict import Test, Verdict

HOME = Path(".faults")  # git-ignored
ROOT = Path(__file__).parents[2]
SOURCES = ("contracts", "src/loginradius_harness", "suites", "conftest.py")
FAULTS = "src/loginradius_harness/faults/"  # a fault's own text is part of its verdict's key


class Survey(msgspec.Struct, frozen=True):
    """Every test with its result without a fault. Function names are stored once; tests hold their indexes."""

    functions: list[str]
    tests: list[tuple[Test, list[int]]]


class CachedVerdict(msgspec.Struct, frozen=True):
    """A verdict and the key for which it is valid."""

    key: str
    verdict: Verdict


def state_of_code() -> str:
    """Return a digest that changes with every source and data file that can change a test's result."""
    digest = blake2b(digest_size=12)
    for file in sorted(_source_files()):
        digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return digest.hexdigest()


def _source_files() -> Iterator[Path]:
    for name in SOURCES:
        source = ROOT / name
        for file in [source] if source.is_file() else source.rglob("*.*"):
            if file.suffix in {".py", ".json", ".txt"} and not file.relative_to(ROOT).as_posix().startswith(FAULTS):
                yield file


class Cache:
    """The files of earlier runs; `discard` deletes them first."""

    def __init__(self, home: Path = HOME, *, discard: bool = False) -> None:
        self._home = home
        self._survey = home / "survey.json"
        self._verdicts = home / "verdicts.ndjson"
        self.state = state_of_code()
        home.mkdir(exist_ok=True)
        if discard:
            self._survey.unlink(missing_ok=True)
            self._verdicts.unlink(missing_ok=True)

    def survey(self) -> list[Test]:
        """Return the tests with their last results; none if there is no readable survey."""
        try:
            survey = msgspec.json.decode(self._survey.read_bytes(), type=Survey)
        except (OSError, msgspec.DecodeError):
            return []
        names = survey.functions
        return [
            msgspec.structs.replace(test, functions=frozenset(names[number] for number in numbers))
            for test, numbers in survey.tests
        ]

    def save_survey(self, tests: list[Test]) -> None:
        """Write a survey."""
        names = sorted({name for test in tests for name in test.functions})
        numbers = {name: number for number, name in enumerate(names)}
        slim = [(test.slim(), sorted(numbers[name] for name in test.functions)) for test in tests]
        self._survey.write_bytes(msgspec.json.encode(Survey(names, slim)))

    def key(self, changes: list[str]) -> str:
        """Return the key of a verdict: this state of the code with these changes."""
        return blake2b("\n".join([self.state, *changes]).encode(), digest_size=12).hexdigest()

    def verdicts(self) -> dict[str, CachedVerdict]:
        """Return the last verdict of each fault; ignore a line that an interrupted run left incomplete."""
        verdicts: dict[str, CachedVerdict] = {}
        lines = self._verdicts.read_bytes().splitlines() if self._verdicts.exists() else []
        for line in lines:
            try:
                entry = msgspec.json.decode(line, type=CachedVerdict)
            except msgspec.DecodeError:
                continue
            verdicts[entry.verdict.name] = entry
        return verdicts

    def save(self, key: str, verdict: Verdict) -> None:
        """Append a verdict at once: the run may be interrupted."""
        with self._verdicts.open("ab") as file:
            file.write(msgspec.json.encode(CachedVerdict(key, verdict)) + b"\n")
