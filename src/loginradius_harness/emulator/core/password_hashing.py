"""Password hashes: PBKDF2-SHA256 whose cost is a setting."""

import asyncio
import hashlib
import hmac
import os
from base64 import b64decode, b64encode
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from loginradius_harness.emulator.core.ids import Identifiers

INLINE_ROUNDS = 500  # about 0.2 ms: cheaper than handing the work to a thread and back
PREFIX = "Rfc2898DeriveBytes"  # how the product's own hashes begin (product-facts.md#profile)


@cache
def _executor() -> ThreadPoolExecutor:
    """Return the threads that hash: hashing releases the interpreter lock, so log-ins do not stall token checks."""
    return ThreadPoolExecutor(max(1, (os.cpu_count() or 2) - 1), thread_name_prefix="hash")


class PasswordHasher:
    """Hashes in the form `Rfc2898DeriveBytes$<rounds>$<salt>$<hash>`."""

    def __init__(self, identifiers: Identifiers) -> None:
        self._identifiers = identifiers

    async def hash(self, password: str, rounds: int) -> str:
        """Return a new salted hash."""
        salt = self._identifiers.salt()
        derived = await _derive(password, salt, rounds)
        return f"{PREFIX}${rounds}${b64encode(salt).decode()}${b64encode(derived).decode()}"

    async def matches(self, password: str, stored: str | None) -> bool:
        """Return whether a password is the stored one; an account without password matches none."""
        if not stored:
            return False
        if not stored.startswith(f"{PREFIX}$"):
            return await _matches_foreign(password, stored)
        _, rounds, salt, wanted = stored.split("$")
        derived = await _derive(password, b64decode(salt), int(rounds))
        return hmac.compare_digest(derived, b64decode(wanted))


async def _derive(password: str, salt: bytes, rounds: int) -> bytes:
    if rounds <= INLINE_ROUNDS:
        return hashlib.pbkdf2_hmac("sha256", password.encode("utf-8", "surrogatepass"), salt, rounds)
    loop = asyncio.get_running_loop()
    secret = password.encode("utf-8", "surrogatepass")
    return await loop.run_in_executor(_executor(), hashlib.pbkdf2_hmac, "sha256", secret, salt, rounds)


async def _matches_foreign(password: str, stored: str) -> bool:
    """Return whether a password has the hash of an imported user."""
    from loginradius_harness.emulator.core import foreign_hashes  # noqa: PLC0415  # most tenants have none

    secret = password.encode("utf-8", "surrogatepass")
    return await asyncio.get_running_loop().run_in_executor(_executor(), foreign_hashes.matches, secret, stored)


def hash_answer(answer: str) -> str:
    """Return a security answer as it is stored; case and surrounding blanks do not count."""
    return hashlib.sha256(answer.strip().lower().encode()).hexdigest()
