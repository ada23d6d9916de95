"""Names that providers can have, however they were added (product-facts.md#administration)."""

import re

_NAME = re.compile(r"[a-z0-9_-]{1,50}")  # it stands in paths and queries (inferred)


def is_provider_name(text: str) -> bool:
    """Return whether a provider can have a name, which is lower-case."""
    return _NAME.fullmatch(text) is not None
