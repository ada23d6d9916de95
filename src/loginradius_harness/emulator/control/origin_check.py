"""Protects the control API from web pages of other origins that run in a browser on this machine.

A page of another origin may send requests to any address that the browser reaches, and DNS rebinding lets it read the
responses under a name of its own. Programs other than browsers send no `Origin` and choose their `Host` freely.
"""

from dataclasses import dataclass
from ipaddress import ip_address

from loginradius_harness.emulator.control.routes import InvalidControlCallError
from loginradius_harness.emulator.core.hosts import LOCAL_HOSTS, is_vendor_host, matches
from loginradius_harness.emulator.http.asgi import Scope


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the user of the emulator allows: host names of this machine, origins of pages, hosts behind the proxy."""

    hosts: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    proxy_hosts: frozenset[str] = frozenset()

    def is_proxied(self, host: str) -> bool:
        """Return whether a host name, without port, is reached through the proxy."""
        return is_vendor_host(host) or matches(host, self.proxy_hosts)


def origin_of(scope: Scope) -> str:
    """Return the request's origin in lower case, or an empty text."""
    return _header(scope, b"origin") or ""


def check_origin(scope: Scope, allowed: Allowed) -> None:
    """Refuse a control request that may come from a page of another origin: InvalidControlCallError 403.

    That is a request whose `Origin` is not allowed and differs from the address that it asks, and one whose `Host` is a
    name that anybody could point at this machine: neither an IP address nor a name of this machine or of the vendor.
    """
    asked, origin = _header(scope, b"host"), origin_of(scope)
    if origin and origin not in allowed.origins and origin.partition("://")[2] != asked:
        reason = f"a page of {origin} may not use the control API; start the emulator with --allow-origin {origin}"
        raise InvalidControlCallError(reason, 403)
    if asked is None and not origin:
        return  # HTTP/1.0; browsers always name the host
    host = _name(asked or "")
    if (origin or _is_loopback(scope)) and not _is_safe(host, allowed):
        advice = f"use 127.0.0.1 or localhost, or start the emulator with --allow-host {host or 'NAME'}"
        raise InvalidControlCallError(f"{host!r} may be anybody's name for this machine; {advice}", 403)


def _header(scope: Scope, name: bytes) -> str | None:
    value = dict(scope["headers"]).get(name)
    return None if value is None else value.decode("latin-1").lower()


def _name(host: str) -> str:
    """Return a `Host` without its port."""
    return host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]


def _is_loopback(scope: Scope) -> bool:
    """Return whether the request came in over the loopback interface, where only this machine's names are expected."""
    host, port = scope.get("server") or ("", None)
    return port is not None and _is_address(host) and ip_address(host).is_loopback


def _is_safe(host: str, allowed: Allowed) -> bool:
    is_local = host in LOCAL_HOSTS or host.endswith(".localhost") or _is_address(host)
    return is_local or matches(host, allowed.hosts) or allowed.is_proxied(host)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
