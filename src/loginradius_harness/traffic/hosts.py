"""Host names of the API."""

from collections.abc import Iterable

VENDOR_HOSTS = (
    "api.loginradius.com",
    "cloud-api.loginradius.com",
    "config.lrcontent.com",
    "migration.loginradius.com",
    "*.hub.loginradius.com",
)
LOCAL_HOSTS = ("127.0.0.1", "localhost")


def matches(host: str, names: Iterable[str]) -> bool:
    """Return whether a host, in lower case, is one of the names; `*.example.com` is every name below example.com."""
    return any(host == name or (name[:1] == "*" and host.endswith(name[1:])) for name in names)
