"""The authenticator of a virtual user, in software: it creates a passkey when accounts are seeded, and logs in by it.

The generator signs; that costs it the time that docs/guides/load-tests.md names, and delays the request by it.
"""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from loginradius_harness.client.passkey_device import Credential, PasskeyDevice, base64url, from_base64url
from loginradius_harness.load.workload.virtual_users import VirtualUser


def attestation(user: VirtualUser) -> dict[str, str]:
    """Create a passkey for the options that a begin call gave; return it with the answer to them."""
    device = PasskeyDevice(user["passkey_origin"], counts=False)
    options = {"rp": {"id": user["rp_id"]}, "user": {"id": user["passkey_handle"]}, "challenge": user["challenge"]}
    created = device.create({"RegisterBeginCredential": {"publicKey": options}})
    return {
        "passkey_id": created.id,
        "passkey_key": _written(device.credentials[0].key),
        "attestation": created.attestation,
        "client_data": created.client_data,
    }


def assertion(user: VirtualUser) -> dict[str, str]:
    """Sign the challenge that a begin call gave, by the passkey of the account."""
    device = user.device = user.device or _device_of(user)
    options = {"challenge": user["challenge"], "rpId": user["rp_id"]}
    signed = device.sign({"LoginBeginCredential": {"publicKey": options}})
    return {
        "client_data": signed.client_data,
        "authenticator_data": signed.authenticator_data,
        "signature": signed.signature,
    }


def _device_of(user: VirtualUser) -> PasskeyDevice:
    device = PasskeyDevice(user["passkey_origin"], counts=False)
    device.credentials.append(Credential(user["passkey_id"], _read(user["passkey_key"]), user["passkey_handle"]))
    return device


def _written(key: EllipticCurvePrivateKey) -> str:
    plain = serialization.NoEncryption()  # the pool, which holds passwords too, is readable by its owner only
    return base64url(key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, plain))


def _read(text: str) -> EllipticCurvePrivateKey:
    key = serialization.load_der_private_key(from_base64url(text), password=None)
    assert isinstance(key, EllipticCurvePrivateKey)  # noqa: S101  # `_written` has made it
    return key
