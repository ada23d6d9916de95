"""What is wrong in a contract, a rule or a shared schema file, and where."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Problem:
    """One defect: `pointer` is a JSON pointer into `file`, `text` says what was expected."""

    file: Path
    pointer: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.pointer or '/'}: {self.text}"
