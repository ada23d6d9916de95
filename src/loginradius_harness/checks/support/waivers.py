"""Read what the coverage waivers exempt. The reports use the same file, so that each reason is given once."""

import json
from fnmatch import fnmatchcase
from functools import cache

from loginradius_harness.paths import DATA

FILE = DATA / "reports" / "known_issues" / "waivers.json"


@cache
def _patterns(criterion: str) -> tuple[str, ...]:
    return tuple(entry["item"] for entry in json.loads(FILE.read_bytes()) if entry["criterion"] == criterion)


def waived(criterion: str, item: str) -> bool:
    """Return whether an item of a coverage criterion is exempt."""
    return any(fnmatchcase(item, pattern) for pattern in _patterns(criterion))
