"""The certificate that the emulator shows: one of a user's own, or one of an authority made here."""

import os
import ssl
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from loginradius_harness.emulator.core.hosts import LOCAL_HOSTS, VENDOR_HOSTS

if TYPE_CHECKING:  # imported on first use: 60 ms of start-up that only TLS needs
    import trustme

CERTIFICATE, KEY = "ca.pem", "ca.key"  # files of an authority that stays


class Authority:
    """Issues one server certificate for the local, the vendor's and further host names.

    With a folder, the authority's certificate and key are kept there and used again at the next start. Clients trust it
    only if told to. Raise OSError where the folder cannot be read or written, ValueError where its files are damaged.
    """

    def __init__(self, names: Iterable[str] = (), folder: Path | None = None) -> None:
        self._authority = _created() if folder is None else _kept(folder)
        self._certificate = self._authority.issue_cert(*dict.fromkeys((*LOCAL_HOSTS, *VENDOR_HOSTS, *names)))

    def context(self) -> ssl.SSLContext:
        """Return a context for the server side of a connection."""
        context = _server_context()
        self._certificate.configure_cert(context)
        return context

    def write(self, file: Path) -> None:
        """Write the authority's own certificate as PEM, for clients to trust."""
        self._authority.cert_pem.write_to_path(file)


def own_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """Return a context with a user's certificate and key. Raise OSError for a missing or malformed file."""
    context = _server_context()
    context.load_cert_chain(certificate, key)
    return context


def _server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _created() -> "trustme.CA":
    import trustme  # noqa: PLC0415  # see above

    return trustme.CA()


def _kept(folder: Path) -> "trustme.CA":
    """Return the authority of a folder; the first call creates it."""
    import trustme  # noqa: PLC0415  # see above

    certificate, key = folder / CERTIFICATE, folder / KEY
    if certificate.exists() and key.exists():
        return trustme.CA.from_pem(certificate.read_bytes(), key.read_bytes())
    folder.mkdir(parents=True, exist_ok=True)
    authority = trustme.CA()
    with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(authority.private_key_pem.bytes())
    authority.cert_pem.write_to_path(certificate)
    return authority
