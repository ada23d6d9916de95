"""A frozen copy of every promise, as a digest for each file: what nobody else notices, this does.

It proves no more than that a change was meant: `python -m evaluation.contract_mutation --freeze` renews it.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from evaluation.contract_mutation.mutations import Mutation

Json = Any
NAME = "the frozen copy"
FILE = Path(__file__).with_name("frozen.json")
PROSE = frozenset(
    ["$schema", "summary", "notes", "description", "title", "examples", "source", "says", "reason", "$comment"]
)


def digests(directory: Path) -> dict[str, str]:
    """Name of each contract, schema and rule file -> digest of what it promises."""
    found = [file for folder in ("operations", "schemas", "rules") for file in directory.glob(f"{folder}/**/*.json")]
    return {str(file.relative_to(directory)): digest(json.loads(file.read_bytes())) for file in sorted(found)}


def digest(data: Json) -> str:
    """The same for the same promises, whatever the words beside them and the order of members."""
    return hashlib.sha256(json.dumps(_promises(data), sort_keys=True).encode()).hexdigest()[:12]


def _promises(data: Json, *, is_map: bool = False) -> Json:
    """Without prose; the members of a map are called as they like."""
    if isinstance(data, dict):
        kept = {name: value for name, value in data.items() if is_map or name not in PROSE}
        return {name: _promises(value, is_map=name in {"properties", "$defs"}) for name, value in kept.items()}
    return [_promises(member) for member in data] if isinstance(data, list) else data


def read() -> dict[str, str]:
    """The frozen digests."""
    frozen: dict[str, str] = json.loads(FILE.read_text(encoding="utf-8"))
    return frozen


def freeze(directory: Path) -> None:
    """Renew them."""
    FILE.write_text(json.dumps(digests(directory), indent=1) + "\n", encoding="utf-8")


def notices(directory: Path, change: Mutation) -> bool:
    """Whether the digest of a changed file differs from the frozen one."""
    before = json.loads((directory / change.file).read_bytes())
    return digest(change.applied(before)) != read()[change.file]
