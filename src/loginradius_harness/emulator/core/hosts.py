"""Host names of this machine and of the product."""

from collections.abc import Iterable
from dataclasses import dataclass

VENDOR_HOSTS = (
    "api.loginradius.com",
    "config.lrcontent.com",
    "cloud-api.loginradius.com",
    "migration.loginradius.com",
    "*.hub.loginradius.com",
)
LOCALHOST = "localhost"  # both loopback addresses
LOCAL_HOSTS = ("127.0.0.1", "::1", LOCALHOST)


@dataclass(slots=True)
class Site:
    """Where the hosted pages of a process are reached; the server sets it once it listens."""

    url: str = "https://emulated.hub.loginradius.com"


def is_vendor_host(host: str) -> bool:
    """Return whether a host name, without port, is one of the product's."""
    return matches(host, VENDOR_HOSTS)


def matches(host: str, names: Iterable[str]) -> bool:
    """Return whether a host name is one of the names; `*.example.com` stands for every name below example.com."""
    host = host.lower()
    return any(host == name or (name[:1] == "*" and host.endswith(name[1:])) for name in names)
