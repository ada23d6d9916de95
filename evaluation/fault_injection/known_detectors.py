"""Known results of each fault, kept in the repository: the test that detects it, or the reason why none does."""

import json
from collections.abc import Collection, Iterable
from pathlib import Path

from evaluation.fault_injection.verdict import Verdict

HERE = Path(__file__).parent


class KnownDetectors:
    """`detected.json`: fault -> the test that detects it. `undetected.json`: fault -> why no test does."""

    def __init__(self, folder: Path = HERE) -> None:
        self._folder = folder
        self.detected = self._read("detected.json")
        self.undetected = self._read("undetected.json")

    def _read(self, name: str) -> dict[str, str]:
        file = self._folder / name
        entries: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        return entries

    def save(self, verdicts: Iterable[Verdict], tests: Collection[str]) -> None:
        """Write `detected.json`. A known detector stays unless its test is gone; `tests` are all test ids."""
        reliable = [verdict for verdict in verdicts if verdict.outcome == "detected" and verdict.replays is not False]
        detected = {verdict.name: verdict.by for verdict in reliable}
        known = {name: test for name, test in self.detected.items() if test in tests and name in detected}
        self.detected = dict(sorted({**detected, **known}.items()))
        text = json.dumps(self.detected, indent=1, ensure_ascii=False)
        (self._folder / "detected.json").write_text(f"{text}\n", encoding="utf-8")

    def unexpected(self, verdicts: Iterable[Verdict]) -> list[str]:
        """Return one line for each verdict that differs from the known results."""
        lines = []
        for verdict in verdicts:
            if verdict.outcome not in {"detected", "quiet"} and verdict.name not in self.undetected:
                before = f"{self.detected[verdict.name]} detected it before" if verdict.name in self.detected else ""
                lines.append(f"{verdict.name}: {verdict.outcome}; {before or 'undetected.json gives no reason'}")
            elif verdict.outcome == "detected" and verdict.name in self.undetected:
                lines.append(f"{verdict.name}: detected by {verdict.by}; remove it from undetected.json")
        return lines
