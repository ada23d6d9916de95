"""Connections: where they lead is the target's to say, which certificates they trust is the machine's."""

import ssl
from functools import cache

import httpx

# A pool closes idle connections beyond those it keeps, and one that a thread was given just now still counts as idle:
# with crowds of threads only a pool that keeps all of them breaks none.
_CONNECTIONS = 100
_LIMITS = httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS, keepalive_expiry=5)


def transport(proxy: str | None = None) -> httpx.HTTPTransport:
    """Kept-alive connections, through a proxy only where one is given: the shell's is not looked at."""
    return httpx.HTTPTransport(verify=_trust(), proxy=proxy, limits=_LIMITS)


@cache  # 20 ms, and a run has a client for each preset
def _trust() -> ssl.SSLContext:
    """The usual authorities, or those of SSL_CERT_FILE and SSL_CERT_DIR."""
    return httpx.create_ssl_context()
