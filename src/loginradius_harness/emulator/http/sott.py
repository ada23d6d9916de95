"""Server side of the secured one-time token for registration (product-facts.md#sott)."""

import hashlib
import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from datetime import UTC, datetime
from functools import lru_cache

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.state.tenant import Tenant

INITIAL_VECTOR = b"tu89geji340t89u2"
BLOCK = 16  # bytes
_DAMAGED = (ValueError, Base64Error, UnicodeDecodeError)


@lru_cache(maxsize=256)  # 10,000 rounds cost milliseconds; a tenant has one secret
def _key(secret: str) -> bytes:
    return hashlib.pbkdf2_hmac("sha1", secret.encode(), bytes(8), 10_000, 32)


def check(token: str, tenant: Tenant) -> None:
    """Raise SOTT_INVALID for a SOTT that is damaged, foreign, outside its window or, where forbidden, used before."""
    try:
        start, key, end = _opened(token, tenant.secret)
    except _DAMAGED:
        raise ApiError(ErrorCode.SOTT_INVALID) from None
    now, skew = tenant.clock.now(), tenant.settings.sott_skew_seconds
    if key.lower() != tenant.key.lower() or start > now + skew or end < now - skew:
        raise ApiError(ErrorCode.SOTT_INVALID)
    if tenant.settings.sott_single_use:
        if token in tenant.used_sotts:
            raise ApiError(ErrorCode.SOTT_INVALID)
        tenant.used_sotts.put(token, end)


def make(tenant: Tenant, minutes: float) -> tuple[str, float]:
    """Return a token that is valid from now on for so many minutes, and its end."""
    start = tenant.clock.now()
    end = start + minutes * 60
    plain = f"{_date(start)}#{tenant.key}#{_date(end)}".encode()
    padding = BLOCK - len(plain) % BLOCK
    encryptor = _cipher(tenant.secret).encryptor()
    sealed = b64encode(encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()).decode()
    return f"{sealed}*{_digest(sealed)}", end


def _opened(token: str, secret: str) -> tuple[float, str, float]:
    sealed, _, digest = token.replace(" ", "+").rpartition("*")  # a plus that a client left unescaped came as a space
    if not sealed or digest != _digest(sealed):
        raise ValueError("digest")
    decryptor = _cipher(secret).decryptor()
    padded = decryptor.update(b64decode(sealed, validate=True)) + decryptor.finalize()
    if not padded or not 1 <= padded[-1] <= BLOCK or padded[-padded[-1] :] != bytes([padded[-1]]) * padded[-1]:
        raise ValueError("padding")
    start, key, end = padded[: -padded[-1]].decode().split("#")
    return _moment(start), key, _moment(end)


def _cipher(secret: str):  # type: ignore[no-untyped-def]  # naming the type would import it at start  # type: ignore[no-untyped-def]  # noqa: ANN202  # naming the type would import it at start
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415  # 40 ms of start-up

    return Cipher(algorithms.AES(_key(secret)), modes.CBC(INITIAL_VECTOR))


def _digest(sealed: str) -> str:
    return hashlib.md5(sealed.encode(), usedforsecurity=False).hexdigest()


def _moment(text: str) -> float:
    """Read a date, which clients write in five ways: six numbers from year to second, UTC."""
    year, month, day, hour, minute, second = (int(part) for part in re.split(r"\D+", text.strip()) if part)
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()


def _date(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y/%m/%d %H:%M:%S}"
