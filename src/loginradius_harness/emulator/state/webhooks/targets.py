"""Allowed targets of webhooks (product-facts.md#webhooks)."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.settings import Settings

INNER_NAMES = ("localhost", "internal", "local", "lan", "intranet")  # last labels that no public name has


def webhook_target(url: str, settings: Settings) -> str:
    """Return a URL that deliveries can go to: https or, where the tenant allows it, http.

    Raise WEBHOOK_TARGET_URL_INVALID.
    """
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.port != 0 and url.isascii() and url.isprintable()
    except ValueError:
        raise ApiError(ErrorCode.WEBHOOK_TARGET_URL_INVALID) from None
    host = parts.hostname or ""
    schemes = ("https", "http") if settings.webhook_insecure_targets else ("https",)
    if not usable or parts.scheme not in schemes:
        raise ApiError(ErrorCode.WEBHOOK_TARGET_URL_INVALID)
    if not settings.webhook_private_targets and not is_public(host):
        raise ApiError(ErrorCode.WEBHOOK_TARGET_URL_INVALID)
    return parts.geturl()


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine."""
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def is_public(host: str) -> bool:
    """Return whether a host is public, as far as its name or address shows."""
    address = _address(host)
    if address is None:
        return host.rstrip(".").rpartition(".")[2] not in INNER_NAMES
    return address.is_global and not address.is_multicast


def _address(host: str) -> IPv4Address | IPv6Address | None:
    """Return the address that a host is written as, in old notations too (`127.1`, `0x7f000001`); None for a name."""
    try:
        address = ip_address(host)
    except ValueError:
        try:
            return IPv4Address(socket.inet_aton(host))
        except (OSError, ValueError):
            return None
    return getattr(address, "ipv4_mapped", None) or address
