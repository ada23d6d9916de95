"""One generated change to a request that succeeds."""

from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urlencode

import msgspec

Json = Any

WHOLE_BODY = "*"  # the member name that stands for the whole body
MAX_QUERY_LENGTH = 60_000  # characters of an encoded query; HTTP clients and servers stop at 64 k


class Case(msgspec.Struct, frozen=True):
    """What to change in a request that succeeds. `members` replace those of the part; `without` are left out."""

    mode: Literal["positive", "negative"]
    scenario: str  # the generator's name for it, e.g. string_above_max_length
    part: Literal["query", "body"]
    members: dict[str, Json] = {}
    without: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return a short, stable name: scenario, part and the members concerned."""
        return f"{self.scenario} of {self.part} {', '.join([*self.members, *self.without])}"

    def apply(self, query: Mapping[str, Json], body: Json) -> tuple[dict[str, Json], Json]:
        """Return query and body of a request that succeeds, changed as this case says."""
        if self.part == "query":
            return self._changed(query), body
        if WHOLE_BODY in self.members:
            return dict(query), self.members[WHOLE_BODY]
        return dict(query), self._changed(body if isinstance(body, dict) else {})

    def _changed(self, part: Mapping[str, Json]) -> dict[str, Json]:
        return {name: value for name, value in {**part, **self.members}.items() if name not in self.without}


def fits_in_url(query: Mapping[str, Json]) -> bool:
    """Return whether a query is short enough to send."""
    return len(urlencode(query, errors="replace")) <= MAX_QUERY_LENGTH
