"""Protects the control API from web pages of other origins that run in a browser on this machine.

A page of another origin may send requests to any address that the browser reaches, and DNS rebinding lets it read the
responses under a name of its own. Programs other than browsers send no `Origin` and choose their `Host` freely.
"""

from ipaddress import ip_address

from loginradius_harness.emulator.control.routes import InvalidControlCallError
from loginradius_harness.emulator.core.hosts import LOCAL_HOSTS, is_vendor_host
from loginradius_harness.emulator.http.asgi import Scope


def check_origin(scope: Scope) -> None:
    """Refuse a control request that may come from a page of another origin: InvalidControlCallError 403.

    That is a request whose `Origin` differs from the address that it asks, and one whose `Host` is a name that anybody
    could point at this machine: neither an IP address nor a name of this machine or of the vendor.
    """
    headers = dict(scope["headers"])
    asked = headers.get(b"host", b"").decode("latin-1").lower()
    origin = headers.get(b"origin", b"").decode("latin-1").lower()
    if origin and origin.partition("://")[2] != asked:
        reason = f"a page of {origin} may not use the control API; use the console at /__emulator__/, or no browser"
        raise InvalidControlCallError(reason, 403)
    if b"host" not in headers and not origin:
        return  # HTTP/1.0; browsers always name the host
    if (origin or _is_loopback(scope)) and not _is_safe(_name(asked)):
        reason = f"{_name(asked)!r} may be anybody's name for this machine; ask for 127.0.0.1 or localhost"
        raise InvalidControlCallError(reason, 403)


def _name(host: str) -> str:
    """Return a `Host` without its port."""
    return host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]


def _is_loopback(scope: Scope) -> bool:
    """Return whether the request came in over the loopback interface, where only this machine's names are expected."""
    host, port = scope.get("server") or ("", None)
    return port is not None and _is_address(host) and ip_address(host).is_loopback


def _is_safe(host: str) -> bool:
    return host in LOCAL_HOSTS or host.endswith(".localhost") or _is_address(host) or is_vendor_host(host)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
