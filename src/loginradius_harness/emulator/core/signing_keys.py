"""A tenant's own key for the tokens that it signs. In a module of its own: the library takes 40 ms of start-up."""

from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from loginradius_harness.emulator.core import jwt
from loginradius_harness.emulator.core.ids import Identifiers

_HALF = 32  # bytes of each half of an ES256 signature
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256: private keys lie below it
_HASH = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)  # RFC 6979: a seed makes signatures reproducible


class KeyPair:
    """ES256, with a key of a tenant's own that is made on first use."""

    def __init__(self, identifiers: Identifiers) -> None:
        self._identifiers = identifiers

    @classmethod
    def restored(cls, identifiers: Identifiers, kid: str, secret: str) -> "KeyPair":
        """Return a key of a snapshot, given its name and the hex digits of `secret`. Raise ValueError."""
        key = cls(identifiers)
        vars(key)["_private"] = ec.derive_private_key(int(secret, 16), ec.SECP256R1())
        vars(key)["kid"] = kid
        return key

    @property
    def secret(self) -> str:
        """Return the private key as hex digits."""
        return f"{self._private.private_numbers().private_value:064x}"

    @cached_property
    def _private(self) -> ec.EllipticCurvePrivateKey:
        return ec.derive_private_key(1 + int(self._identifiers.hex(64), 16) % (_ORDER - 1), ec.SECP256R1())

    @cached_property
    def kid(self) -> str:
        """Return the name of the key."""
        return self._identifiers.hex(8)

    @property
    def header(self) -> dict[str, str]:
        """Return the header of a token."""
        return {"alg": "ES256", "typ": "JWT", "kid": self.kid}

    def public(self) -> dict[str, str]:
        """Return the public half, as a JWK (RFC 7517)."""
        point = self._private.public_key().public_numbers()
        coordinates = {name: jwt.text_of(getattr(point, name).to_bytes(_HALF, "big")) for name in ("x", "y")}
        return {"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.kid, **coordinates}

    def sign(self, signed: bytes) -> bytes:
        """Return the ECDSA signature over P-256, both halves at full length."""
        halves = decode_dss_signature(self._private.sign(signed, _HASH))
        return b"".join(half.to_bytes(_HALF, "big") for half in halves)

    def verifies(self, signed: bytes, signature: bytes) -> bool:
        """Return whether this key signed; halves that are zero are refused by the curve's rules."""
        if len(signature) != 2 * _HALF:
            return False
        halves = [int.from_bytes(half, "big") for half in (signature[:_HALF], signature[_HALF:])]
        try:
            self._private.public_key().verify(encode_dss_signature(*halves), signed, _HASH)
        except InvalidSignature:
            return False
        return True
