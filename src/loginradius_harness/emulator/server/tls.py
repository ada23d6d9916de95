"""A certificate authority that lives as long as the process."""

import ssl
from pathlib import Path

from loginradius_harness.emulator.core.hosts import LOCAL_HOSTS, VENDOR_HOSTS


class Authority:
    """Makes one server certificate for the local and the vendor's host names; nobody trusts it unless told to."""

    def __init__(self) -> None:
        import trustme  # noqa: PLC0415  # 60 ms of start-up that only TLS needs

        self._authority = trustme.CA()
        self._certificate = self._authority.issue_cert(*LOCAL_HOSTS, *VENDOR_HOSTS)

    def context(self) -> ssl.SSLContext:
        """For the server side of a connection: TLS 1.2 or better."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._certificate.configure_cert(context)
        return context

    def write(self, file: Path) -> None:
        """The authority's own certificate in PEM form, for clients to trust; no key leaves the process."""
        self._authority.cert_pem.write_to_path(file)
