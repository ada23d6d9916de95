"""A device with passkeys in software: what a browser and its authenticator answer to WebAuthn options.

Keys are ES256 and attestation is `none`, as a phone's passkeys are. The emulator verifies them with a library of its
own on purpose: each checks the other.
"""

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

Json = Any

USER_PRESENT, USER_VERIFIED, ATTESTED = 0x01, 0x04, 0x40  # flags of authenticator data (WebAuthn 6.1)
NO_AAGUID = bytes(16)


@dataclass
class Credential:
    """One passkey: its id, key and user handle (base64url), and the counter of its signatures."""

    id: str
    key: EllipticCurvePrivateKey = field(repr=False)
    user_handle: str
    counter: int = 0


@dataclass(frozen=True)
class CreatedPasskey:
    """The answer to creation options. Values are base64url."""

    id: str
    client_data: str = field(repr=False)
    attestation: str = field(repr=False)

    @property
    def body(self) -> Json:
        """Return the body of a finishing call."""
        response = {"attestationObject": self.attestation, "clientDataJSON": self.client_data}
        return _wrapped(self.id, response)


@dataclass(frozen=True)
class SignedChallenge:
    """The answer to request options. Values are base64url."""

    id: str
    client_data: str = field(repr=False)
    authenticator_data: str = field(repr=False)
    signature: str = field(repr=False)
    user_handle: str = field(repr=False)

    @property
    def body(self) -> Json:
        """Return the body of a finishing call."""
        response = {
            "authenticatorData": self.authenticator_data,
            "clientDataJSON": self.client_data,
            "signature": self.signature,
            "userHandle": self.user_handle,
        }
        return _wrapped(self.id, response)


def _wrapped(credential_id: str, response: Json) -> Json:
    about = {"id": credential_id, "rawId": credential_id, "type": "public-key"}
    return {"PasskeyCredential": {**about, "response": response}}


class PasskeyDevice:
    """A device that visits pages of one origin. `verifies_user` is whether it asks for a PIN or a finger.

    `counts` is whether it counts its signatures; passkeys that several devices share stay at 0 (WebAuthn 6.1.1).
    """

    def __init__(self, origin: str, *, verifies_user: bool = True, counts: bool = True) -> None:
        self.origin = origin
        self.verifies_user = verifies_user
        self.counts = counts
        self.credentials: list[Credential] = []

    def create(self, answer: Json) -> CreatedPasskey:
        """Make a passkey for the options of a begin call's answer."""
        options = answer["RegisterBeginCredential"]["publicKey"]
        made = Credential(base64url(os.urandom(32)), generate_private_key(SECP256R1()), options["user"]["id"])
        self.credentials.append(made)
        raw_id = from_base64url(made.id)
        attested = NO_AAGUID + len(raw_id).to_bytes(2) + raw_id + _cose(made.key)
        data = self._authenticator_data(options["rp"]["id"], made, ATTESTED) + attested
        client_data = self._client_data("webauthn.create", options["challenge"])
        return CreatedPasskey(made.id, base64url(client_data), base64url(_attestation_object(data)))

    def sign(self, answer: Json, credential: Credential | None = None) -> SignedChallenge:
        """Answer the options of a begin call: by `credential` or, without, by the newest one that they allow."""
        options = answer["LoginBeginCredential"]["publicKey"]
        chosen = credential or self._allowed(options.get("allowCredentials"))
        chosen.counter += self.counts
        data = self._authenticator_data(options["rpId"], chosen)
        client_data = self._client_data("webauthn.get", options["challenge"])
        signature = chosen.key.sign(data + sha256(client_data).digest(), ECDSA(SHA256()))
        return SignedChallenge(
            chosen.id, base64url(client_data), base64url(data), base64url(signature), chosen.user_handle
        )

    def _allowed(self, listed: Json) -> Credential:
        ids = {entry["id"] for entry in listed or ()}
        return next(known for known in reversed(self.credentials) if not ids or known.id in ids)

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _authenticator_data(self, rp_id: str, credential: Credential, flags: int = 0) -> bytes:
        flags |= USER_PRESENT | (USER_VERIFIED if self.verifies_user else 0)
        return sha256(rp_id.encode()).digest() + bytes([flags]) + credential.counter.to_bytes(4)


def _cose(key: EllipticCurvePrivateKey) -> bytes:
    """Return the public key as COSE writes it: a CBOR map of type EC2, ES256, P-256 and both coordinates."""
    numbers = key.public_key().public_numbers()
    x, y = (b"\x58\x20" + number.to_bytes(32) for number in (numbers.x, numbers.y))
    return b"\xa5\x01\x02\x03\x26\x20\x01\x21" + x + b"\x22" + y


def _attestation_object(data: bytes) -> bytes:
    """Return the CBOR map of format `none`, an empty statement and the authenticator data, below 256 bytes."""
    return b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58" + len(data).to_bytes(1) + data


def base64url(data: bytes) -> str:
    """Return base64url without padding."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def from_base64url(text: str) -> bytes:
    """Return the bytes of base64url without padding."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
