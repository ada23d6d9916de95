"""A certificate authority that lives as long as the process."""

import ssl
from pathlib import Path

from loginradius_harness.emulator.core.hosts import LOCAL_HOSTS, VENDOR_HOSTS


class Authority:
    """Issues one server certificate for the local and the vendor's host names. Clients trust it only if told to."""

    def __init__(self) -> None:
        import trustme  # noqa: PLC0415  # 60 ms of start-up that only TLS needs

        self._authority = trustme.CA()
        self._certificate = self._authority.issue_cert(*LOCAL_HOSTS, *VENDOR_HOSTS)

    def context(self) -> ssl.SSLContext:
        """Return a context for the server side of a connection: TLS 1.2 or later."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._certificate.configure_cert(context)
        return context

    def write(self, file: Path) -> None:
        """Write the authority's own certificate as PEM, for clients to trust; its key never leaves the process."""
        self._authority.cert_pem.write_to_path(file)
