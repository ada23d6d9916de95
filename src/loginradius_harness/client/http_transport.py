"""HTTP connections. The target chooses the proxy; the machine chooses the trusted certificates."""

import os
import ssl
from functools import cache

import httpx

from loginradius_harness.client.errors import ConfigurationError

# A pool closes idle connections above its keep-alive limit, and one that a thread has just been given still counts as
# idle. With many threads only a pool without such a limit closes none that is in use.
_CONNECTIONS = 100
_LIMITS = httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS, keepalive_expiry=5)


def transport(proxy: str | None = None, certificate: str = "", key: str = "") -> httpx.HTTPTransport:
    """Return a pool of kept-alive connections.

    Only a proxy that is given is used, none of the environment. `certificate` and `key` are PEM files of a client
    certificate. Raises ConfigurationError where a file of certificates cannot be read.
    """
    return httpx.HTTPTransport(verify=trust(certificate, key), proxy=proxy, limits=_LIMITS)


@cache  # takes 20 ms, and a run has a client for each preset
def trust(certificate: str, key: str) -> ssl.SSLContext:
    """Trust the usual authorities, or those of SSL_CERT_FILE and SSL_CERT_DIR."""
    try:
        context = httpx.create_ssl_context()
    except OSError as error:
        file = os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR")
        raise ConfigurationError(f"SSL_CERT_FILE {file} cannot be read: {error.strerror or error}.") from None
    if certificate:
        try:
            # without a password OpenSSL would ask for that of an encrypted key, and wait
            context.load_cert_chain(certificate, key or None, password="")
        except OSError as error:  # ssl.SSLError is one
            raise ConfigurationError(
                f"client_certificate {certificate} cannot be loaded: {error.strerror or error}; "
                "it and client_key are PEM files, the key without a passphrase."
            ) from None
    return context
