"""What settings are made of: groups with descriptions, and types with bounds. Durations are seconds."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from msgspec import Meta

TEN_YEARS = 315_360_000  # seconds: the longest duration
LATEST = 250_000_000_000  # seconds since 1970: the year 9892, beyond which there are no dates

Switch = Literal["disabled", "optional", "required"]
Text = Annotated[str, Meta(max_length=1_000)]
Texts = list[Text]
Duration = Annotated[int, Meta(ge=1, le=TEN_YEARS)]
Lifetime = Annotated[int, Meta(ge=0, le=TEN_YEARS)]  # 0: expires immediately
Count = Annotated[int, Meta(ge=0, le=1_000_000)]  # 0 is off


def group(name: str) -> Callable[..., Meta]:
    """Return what describes the settings of one group."""

    def describe(description: str, *, inferred: bool = False, **bounds: Any) -> Meta:
        return Meta(description=description, extra={"group": name, "inferred": inferred}, **bounds)

    return describe
