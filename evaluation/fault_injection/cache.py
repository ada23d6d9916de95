"""What earlier runs found out, so that a run goes on where the last one ended and repeats nothing.

A verdict holds for one state of code and contracts and for the text of its fault. The survey only says whom to ask.
"""

from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

import msgspec

from evaluation.fault_injection.verdict import Test, Verdict

HOME = Path(".faults")  # git-ignored
ROOT = Path(__file__).parents[2]
WATCHED = ("contracts", "emulator", "harness", "suites", "conftest.py")
OWN = "emulator/faults"  # a fault's own text is in its verdict's key


class Survey(msgspec.Struct, frozen=True):
    """Every test as it went without a fault. Names of functions are kept once: tests hold their numbers."""

    functions: list[str]
    tests: list[tuple[Test, list[int]]]


class Kept(msgspec.Struct, frozen=True):
    """A verdict and what it holds for."""

    key: str
    verdict: Verdict


def state_of_code() -> str:
    """Changes with every source and data file that decides what a test finds."""
    digest = blake2b(digest_size=12)
    for file in sorted(_watched()):
        digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return digest.hexdigest()


def _watched() -> Iterator[Path]:
    for name in WATCHED:
        place = ROOT / name
        for file in [place] if place.is_file() else place.rglob("*.*"):
            if file.suffix in {".py", ".json", ".txt"} and not str(file.relative_to(ROOT)).startswith(OWN):
                yield file


class Cache:
    """The files of earlier runs; with `afresh` nothing of them is believed."""

    def __init__(self, home: Path = HOME, *, afresh: bool = False) -> None:
        self._home = home
        self._survey = home / "survey.json"
        self._verdicts = home / "verdicts.ndjson"
        self.state = state_of_code()
        home.mkdir(exist_ok=True)
        if afresh:
            self._survey.unlink(missing_ok=True)
            self._verdicts.unlink(missing_ok=True)

    def survey(self) -> list[Test]:
        """The tests as they went when each was asked last."""
        try:
            kept = msgspec.json.decode(self._survey.read_bytes(), type=Survey)
        except (OSError, msgspec.DecodeError):
            return []
        names = kept.functions
        return [
            msgspec.structs.replace(test, functions=frozenset(names[number] for number in numbers))
            for test, numbers in kept.tests
        ]

    def keep_survey(self, tests: list[Test]) -> None:
        """Remember a survey."""
        names = sorted({name for test in tests for name in test.functions})
        numbers = {name: number for number, name in enumerate(names)}
        slim = [(test.slim(), sorted(numbers[name] for name in test.functions)) for test in tests]
        self._survey.write_bytes(msgspec.json.encode(Survey(names, slim)))

    def key(self, changes: list[str]) -> str:
        """What a verdict holds for: this state of the code, with these changes."""
        return blake2b("\n".join([self.state, *changes]).encode(), digest_size=12).hexdigest()

    def verdicts(self) -> dict[str, Kept]:
        """The last verdict on each fault; a line that an interrupted run broke off is passed over."""
        kept: dict[str, Kept] = {}
        lines = self._verdicts.read_bytes().splitlines() if self._verdicts.exists() else []
        for line in lines:
            try:
                entry = msgspec.json.decode(line, type=Kept)
            except msgspec.DecodeError:
                continue
            kept[entry.verdict.name] = entry
        return kept

    def keep(self, key: str, verdict: Verdict) -> None:
        """Remember a verdict at once: the run may be interrupted."""
        with self._verdicts.open("ab") as file:
            file.write(msgspec.json.encode(Kept(key, verdict)) + b"\n")
