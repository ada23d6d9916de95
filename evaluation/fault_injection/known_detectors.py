"""What is known of each fault from run to run, beside the code: who found it, and why some are still missed."""

import json
from collections.abc import Collection, Iterable
from pathlib import Path

from evaluation.fault_injection.verdict import Verdict

HERE = Path(__file__).parent


class KnownDetectors:
    """`detected.json`: fault -> the test that found it. `undetected.json`: fault -> why nobody finds it yet."""

    def __init__(self, folder: Path = HERE) -> None:
        self._folder = folder
        self.found = self._read("detected.json")
        self.missed = self._read("undetected.json")

    def _read(self, name: str) -> dict[str, str]:
        file = self._folder / name
        entries: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        return entries

    def keep(self, verdicts: Iterable[Verdict], tests: Collection[str]) -> None:
        """Write down who found what and did so again; a finder of before stays, unless the test is gone."""
        steady = [verdict for verdict in verdicts if verdict.outcome == "found" and verdict.replays is not False]
        found = {verdict.name: verdict.by for verdict in steady}
        known = {name: test for name, test in self.found.items() if test in tests and name in found}
        self.found = dict(sorted({**found, **known}.items()))
        text = json.dumps(self.found, indent=1, ensure_ascii=False)
        (self._folder / "detected.json").write_text(f"{text}\n", encoding="utf-8")

    def objections(self, verdicts: Iterable[Verdict]) -> list[str]:
        """One line for each verdict that the ledger does not foresee."""
        lines = []
        for verdict in verdicts:
            if verdict.outcome not in {"found", "quiet"} and verdict.name not in self.missed:
                before = f"{self.found[verdict.name]} found it before" if verdict.name in self.found else ""
                lines.append(f"{verdict.name}: {verdict.outcome}; {before or 'undetected.json does not say why'}")
            elif verdict.outcome == "found" and verdict.name in self.missed:
                lines.append(f"{verdict.name}: found by {verdict.by}; strike it from undetected.json")
        return lines
