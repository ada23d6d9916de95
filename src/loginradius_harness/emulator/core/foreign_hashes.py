"""Password hashes of other systems, in the forms in which those keep them, so that their users can be imported."""

import hashlib
import hmac
import re
from base64 import b64decode
from collections.abc import Callable
from importlib.util import find_spec

KNOWN_FORMS = (
    "bcrypt ($2b$), Argon2id ($argon2id$), PBKDF2 (Django's pbkdf2_sha256$, Passlib's $pbkdf2-sha256$, Werkzeug's "
    "pbkdf2:sha256:), scrypt (Werkzeug's scrypt:), {SSHA}, {SSHA256}, {SSHA512} and {SHA} of LDAP, and plain MD5, "
    "SHA-1, SHA-256 and SHA-512 in hex"
)
BY_DIGITS = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
LDAP = {"SHA": "sha1", "SSHA": "sha1", "SSHA256": "sha256", "SSHA512": "sha512"}
SCRYPT_MEMORY = 1 << 30  # bytes


class UnknownHashError(Exception):
    """A text in no known form of a password hash. The message does not repeat it."""


def check(stored: str) -> None:
    """Raise UnknownHashError for a hash that no password can be compared with."""
    if _form(stored) is None:
        raise UnknownHashError(f"PasswordHash is in no known form. Known are {KNOWN_FORMS}")
    if stored.startswith("$2") and find_spec("bcrypt") is None:
        raise UnknownHashError("bcrypt hashes need the package bcrypt: pip install 'loginradius-harness[hashes]'")


def matches(password: bytes, stored: str) -> bool:
    """Return whether a password has a hash of another system. It takes as long as the hash costs."""
    found = _form(stored)
    if found is None:
        return False
    compare, parts = found
    return compare(password, parts)


def _same(derived: bytes, wanted: bytes) -> bool:
    return hmac.compare_digest(derived, wanted)


def _unpadded(text: str) -> bytes:
    """Return the bytes of Base64 without padding, in which Passlib writes `.` for `+`."""
    text = text.replace(".", "+")
    return b64decode(text + "=" * (-len(text) % 4))


def _bcrypt(password: bytes, parts: re.Match[str]) -> bool:
    import bcrypt  # noqa: PLC0415  # an extra

    try:
        return bcrypt.checkpw(password[:72], parts[0].encode())  # bcrypt itself reads no more
    except ValueError:  # a NUL byte, which it does not take
        return False


def _argon2(password: bytes, parts: re.Match[str]) -> bool:
    from cryptography.exceptions import InvalidKey  # noqa: PLC0415  # rarely needed
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id  # noqa: PLC0415  # rarely needed

    try:
        Argon2id.verify_phc_encoded(password, parts[0])
    except (InvalidKey, ValueError):
        return False
    return True


def _django(password: bytes, parts: re.Match[str]) -> bool:
    derived = hashlib.pbkdf2_hmac(parts["digest"], password, parts["salt"].encode(), int(parts["rounds"]))
    return _same(derived, b64decode(parts["hash"]))


def _passlib(password: bytes, parts: re.Match[str]) -> bool:
    salt = _unpadded(parts["salt"])
    derived = hashlib.pbkdf2_hmac(parts["digest"] or "sha1", password, salt, int(parts["rounds"]))
    return _same(derived, _unpadded(parts["hash"]))


def _werkzeug(password: bytes, parts: re.Match[str]) -> bool:
    derived = hashlib.pbkdf2_hmac(parts["digest"], password, parts["salt"].encode(), int(parts["rounds"]))
    return _same(derived, bytes.fromhex(parts["hash"]))


def _scrypt(password: bytes, parts: re.Match[str]) -> bool:
    wanted = bytes.fromhex(parts["hash"])
    cost, block, parallel = (int(parts[name]) for name in ("n", "r", "p"))
    try:
        derived = hashlib.scrypt(
            password,
            salt=parts["salt"].encode(),
            n=cost,
            r=block,
            p=parallel,
            maxmem=SCRYPT_MEMORY,
            dklen=len(wanted),
        )
    except ValueError:  # parameters that scrypt does not take
        return False
    return _same(derived, wanted)


def _ldap(password: bytes, parts: re.Match[str]) -> bool:
    digest = LDAP[parts["scheme"].upper()]
    kept = b64decode(parts["hash"])
    size = hashlib.new(digest).digest_size
    return _same(hashlib.new(digest, password + kept[size:]).digest(), kept[:size])


def _plain(password: bytes, parts: re.Match[str]) -> bool:
    return _same(hashlib.new(BY_DIGITS[len(parts[0])], password).digest(), bytes.fromhex(parts[0]))


Compare = Callable[[bytes, re.Match[str]], bool]
_BASE64, _HEX = r"[A-Za-z0-9+/]+={0,2}", r"(?:[0-9a-fA-F]{2})+"
FORMS: tuple[tuple[re.Pattern[str], Compare], ...] = (
    (re.compile(r"\$2[aby]\$(?:0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}"), _bcrypt),
    (re.compile(r"\$argon2id\$v=19\$m=\d{1,7},t=\d{1,4},p=\d{1,3}\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+"), _argon2),
    (
        re.compile(
            rf"pbkdf2_(?P<digest>sha1|sha256|sha512)\$(?P<rounds>[1-9]\d{{0,6}})\$(?P<salt>[^$]+)\$(?P<hash>{_BASE64})"
        ),
        _django,
    ),
    (
        re.compile(
            r"\$pbkdf2(?:-(?P<digest>sha256|sha512))?\$(?P<rounds>[1-9]\d{0,6})"
            r"\$(?P<salt>[A-Za-z0-9./]+)\$(?P<hash>[A-Za-z0-9./]+)"
        ),
        _passlib,
    ),
    (
        re.compile(
            rf"pbkdf2:(?P<digest>sha1|sha256|sha512):(?P<rounds>[1-9]\d{{0,6}})\$(?P<salt>[^$]+)\$(?P<hash>{_HEX})"
        ),
        _werkzeug,
    ),
    (
        re.compile(rf"scrypt:(?P<n>\d{{1,7}}):(?P<r>\d{{1,3}}):(?P<p>\d{{1,3}})\$(?P<salt>[^$]+)\$(?P<hash>{_HEX})"),
        _scrypt,
    ),
    (re.compile(rf"\{{(?P<scheme>{'|'.join(LDAP)})\}}(?P<hash>{_BASE64})", re.IGNORECASE), _ldap),
    (re.compile("|".join(f"[0-9a-fA-F]{{{digits}}}" for digits in BY_DIGITS)), _plain),
)


def _form(stored: str) -> tuple[Compare, re.Match[str]] | None:
    for pattern, compare in FORMS:
        if (parts := pattern.fullmatch(stored)) is not None:
            return compare, parts
    return None
