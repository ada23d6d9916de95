"""TLS on memory buffers: the event loop's own layer costs more than the rest of an exchange together."""

import ssl

_RECORD = 16384  # bytes of plain text in a record, at most


class TlsLayer:
    """The TLS state of one connection; a server passes no `host`.

    Methods raise SSLError when the peer's certificate cannot be verified or the peer does not speak TLS.
    """

    __slots__ = ("_incoming", "_outgoing", "_read", "_tls", "done")

    def __init__(self, context: ssl.SSLContext, host: str | None) -> None:
        self.done = False  # whether the handshake is complete
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=host is None, server_hostname=host)
        self._read = self._tls.read

    def handshake(self, data: bytes = b"") -> bytes:
        """Process the peer's handshake bytes; return the bytes to send to it."""
        self._incoming.write(data)
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return self._outgoing.read()
        self.done = True
        return self._outgoing.read()

    def encrypt(self, data: bytes) -> bytes:
        """Return the encrypted bytes."""
        self._tls.write(data)
        return self._outgoing.read()

    def decrypt(self, data: bytes = b"") -> list[bytes]:
        """Return the decrypted records; an empty one means that the peer has closed the connection."""
        incoming, records = self._incoming, []
        incoming.write(data)
        try:
            while incoming.pending:
                records.append(self._read(_RECORD))
        except ssl.SSLWantReadError:  # the rest of the record has not arrived yet
            pass
        return records
