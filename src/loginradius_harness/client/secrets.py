"""Text that must not be shown."""

from hashlib import sha256
from hmac import compare_digest


class Secret:
    """A secret text. Printing, formatting and `repr` show `***`; only `reveal` returns the text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text: for requests, never for output."""
        return self._text

    @property
    def fingerprint(self) -> str:
        """Eight hex digits that distinguish secrets without revealing them; only for secrets too long to guess."""
        return sha256(b"fingerprint " + self._text.encode()).hexdigest()[:8]

    def __repr__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return format("***", spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash(self._text)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written to disk or sent to another process")
