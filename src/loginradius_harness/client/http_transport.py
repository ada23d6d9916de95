"""HTTP connections. The target chooses the proxy; the machine chooses the trusted certificates."""

import ssl
from functools import cache

import httpx

# A pool closes idle connections above its keep-alive limit, and one that a thread has just been given still counts as
# idle. With many threads only a pool without such a limit closes none that is in use.
_CONNECTIONS = 100
_LIMITS = httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS, keepalive_expiry=5)


def transport(proxy: str | None = None) -> httpx.HTTPTransport:
    """Return a pool of kept-alive connections. Only a proxy that is given is used, none of the environment."""
    return httpx.HTTPTransport(verify=_trust(), proxy=proxy, limits=_LIMITS)


@cache  # takes 20 ms, and a run has a client for each preset
def _trust() -> ssl.SSLContext:
    """Trust the usual authorities, or those of SSL_CERT_FILE and SSL_CERT_DIR."""
    return httpx.create_ssl_context()
