"""What a user agent string says about browser, system and device (product-facts.md#tokens)."""

from typing import NamedTuple

# The first mark that the string holds decides: an Edge names Chrome and Safari too.
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("Mac OS X", "Mac OS X"),
    ("Linux", "Linux"),
)
MOBILE_SYSTEMS = frozenset({"Android", "iOS"})


class Agent(NamedTuple):
    """Members are null where the string does not name them."""

    browser: str | None
    os: str | None
    device: str | None
    device_type: str | None


def read(user_agent: str | None) -> Agent:
    """Return the parts of a user agent string."""
    text = user_agent or ""
    browser, system = _first(BROWSERS, text), _first(SYSTEMS, text)
    if system is None:
        return Agent(browser, None, None, None)
    mobile = system in MOBILE_SYSTEMS
    return Agent(browser, system, "Mobile" if mobile else "PC", "Mobile" if mobile else "Computer")


def _first(marks: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((name for mark, name in marks if mark in text), None)
