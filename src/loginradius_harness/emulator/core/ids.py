"""Ids, tokens and codes from one random source, so that a seed makes them all reproducible."""

import base64
import random
import string
from typing import Annotated

import msgspec

DEFAULT_KEY = "00000000-1111-2222-3333-444444444444"
DEFAULT_SECRET = "55555555-6666-7777-8888-999999999999"  # noqa: S105  # public, of the embedded tenant only

_LOWER_ALPHANUMERIC = string.ascii_lowercase + string.digits


class RandomState(msgspec.Struct):
    """How far a seeded sequence is: the words of Python's `random.getstate`."""

    seed: str
    words: list[Annotated[int, msgspec.Meta(ge=0, lt=1 << 32)]]

    def __post_init__(self) -> None:
        """Refuse words that are no state."""
        self.source()

    def source(self) -> random.Random:
        """Return a random source that goes on from here."""
        source = random.Random()  # noqa: S311  # reproducible on request
        source.setstate((random.Random.VERSION, tuple(self.words), None))
        return source


class Identifiers:
    """Random values in the forms of product-facts.md#values. Without a seed they come from the operating system."""

    def __init__(self, seed: int | str | None = None) -> None:
        self._seed = seed
        self._random = random.SystemRandom() if seed is None else random.Random(seed)  # noqa: S311  # reproducible on request

    def saved(self) -> RandomState | None:
        """Return how far the seeded sequence is; None without a seed."""
        if self._seed is None:
            return None
        return RandomState(seed=str(self._seed), words=list(self._random.getstate()[1]))

    def restore(self, saved: RandomState | None) -> None:
        """Go on where a sequence of the same seed stood, so that no value comes twice."""
        if saved is not None and saved.seed == str(self._seed):
            self._random = saved.source()

    def hex(self, digits: int = 32) -> str:
        """Lower-case hex digits: uid, profile id, link token (32), object id (24)."""
        return f"{self._random.getrandbits(digits * 4):0{digits}x}"

    def guid(self) -> str:
        """Dashed GUID: access, refresh, second-factor, session tokens."""
        raw = self.hex()
        return f"{raw[:8]}-{raw[8:12]}-{raw[12:16]}-{raw[16:20]}-{raw[20:]}"

    def code(self, length: int, kind: str = "Numeric") -> str:
        """One-time code, uniform over its alphabet; `kind` is Numeric or Alphanumeric."""
        alphabet = string.digits if kind == "Numeric" else string.digits + string.ascii_uppercase
        return "".join(self._random.choices(alphabet, k=length))

    def backup_code(self) -> str:
        """`02ea0-de2bd`: five and five lower-case alphanumerics."""
        drawn = "".join(self._random.choices(_LOWER_ALPHANUMERIC, k=10))
        return f"{drawn[:5]}-{drawn[5:]}"

    def user_code(self, characters: str) -> str:
        """`MXDT-PVBK`: twice four of these characters."""
        drawn = "".join(self._random.choices(characters, k=8))
        return f"{drawn[:4]}-{drawn[4:]}"

    def totp_secret(self) -> str:
        """52 base32 characters, 32 bytes, as the product's manual entry code."""
        return base64.b32encode(self._random.randbytes(32)).decode().rstrip("=")

    def sms_id(self) -> dict[str, str]:
        """Return the ids that an SMS provider returns: `{"AccountSid", "Sid"}`."""
        return {"AccountSid": f"AC{self.hex()}", "Sid": f"SM{self.hex()}"}

    def salt(self, size: int = 16) -> bytes:
        """Random bytes for a password hash."""
        return self._random.randbytes(size)
