"""TLS by hand on memory buffers: the event loop's own layer costs more than all the rest of an exchange together."""

import ssl

_RECORD = 16384  # bytes of plain text in a record, at most


class Layer:
    """One connection's TLS; a server has no `host`. SSLError when the peer can not be trusted or does not speak TLS."""

    __slots__ = ("_incoming", "_outgoing", "_read", "_tls", "done")

    def __init__(self, context: ssl.SSLContext, host: str | None) -> None:
        self.done = False  # with shaking hands
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=host is None, server_hostname=host)
        self._read = self._tls.read

    def shake_hands(self, data: bytes = b"") -> bytes:
        """Take in what the peer said; what must be said to it."""
        self._incoming.write(data)
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return self._outgoing.read()
        self.done = True
        return self._outgoing.read()

    def seal(self, data: bytes) -> bytes:
        """Encrypt."""
        self._tls.write(data)
        return self._outgoing.read()

    def unseal(self, data: bytes = b"") -> list[bytes]:
        """Decrypt, record by record; an empty one says that the peer is done."""
        incoming, records = self._incoming, []
        incoming.write(data)
        try:
            while incoming.pending:
                records.append(self._read(_RECORD))
        except ssl.SSLWantReadError:  # the rest of the record is still on its way
            pass
        return records
