"""Signatures of SAML messages: inside the XML, and beside it in a query (bindings 3.4.4.1)."""

from base64 import b64decode, b64encode
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from lxml.etree import LxmlError
from signxml.algorithms import CanonicalizationMethod
from signxml.exceptions import SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from loginradius_harness.emulator.services.federation.saml.certificates import SigningCertificate, without_armour
from loginradius_harness.emulator.services.federation.saml.documents import SIGNATURE, Element, ds
from loginradius_harness.emulator.state.federation.saml import SamlApp

RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
HASHES: dict[str, type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {  # those with SHA-1 are broken and refused
    RSA_SHA256: hashes.SHA256,
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384": hashes.SHA384,
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512": hashes.SHA512,
}


class WrongSignatureError(Exception):
    """A message whose signature is missing or wrong."""


def signed(root: Element, app: SamlApp | SigningCertificate) -> Element:
    """Return a message or an assertion with the signature of the app's key, after its issuer (core 5.4, schema)."""
    root.insert(1, ds.Signature(Id="placeholder"))
    signer = XMLSigner(c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0)
    return signer.sign(root, key=_key(app.key), cert=app.certificate, reference_uri=root.get("ID"), id_attribute="ID")


def signed_query(app: SamlApp | SigningCertificate, parameters: dict[str, str]) -> str:
    """Return a query with the signature of the app's key."""
    query = "&".join(f"{name}={quote_plus(value)}" for name, value in {**parameters, "SigAlg": RSA_SHA256}.items())
    signature = _key(app.key).sign(query.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{query}&Signature={quote_plus(b64encode(signature).decode())}"


@lru_cache(maxsize=64)  # keys; reading one takes 80 ms, in which its numbers are checked
def _key(pem: str) -> rsa.RSAPrivateKey:
    key = load_pem_private_key(pem.encode(), password=None)
    assert isinstance(key, rsa.RSAPrivateKey)  # noqa: S101  # certificates.py makes no other
    return key


def verified(root: Element, certificate: str) -> Element:
    """Return the message that a certificate's key has signed. Raise WrongSignatureError.

    What the signature covers must be the whole message, and nothing but what it covers is returned. The certificate is
    named by management, so that its dates mean nothing.
    """
    trusted = _read(certificate)
    pinned = SignatureConfiguration(location="./", verification_time=trusted.not_valid_before_utc)
    try:
        found = XMLVerifier().verify(root, x509_cert=trusted, id_attribute="ID", expect_config=pinned)
    except (SignXMLException, LxmlError, ValueError, TypeError):  # the schema of signatures is lxml's
        raise WrongSignatureError from None
    message: Any = found.signed_xml if not isinstance(found, list) else None
    if message is None or message.tag != root.tag or message.get("ID") != root.get("ID"):
        raise WrongSignatureError
    return message


def is_signed(root: Element) -> bool:
    """Return whether a message carries a signature of its own."""
    return root.find(f"{{{SIGNATURE}}}Signature") is not None


def check_query(raw_query: str, name: str, certificate: str) -> None:
    """Check the signature beside a message in a query, over the very characters that were sent.

    Raise WrongSignatureError, also for a name that stands twice, in whatever spelling: one is signed, the other read.
    """
    pairs = [pair.partition("=")[::2] for pair in raw_query.split("&")]
    given, read = dict(pairs), [unquote_plus(part).strip().lower() for part, _ in pairs]
    if any(read.count(part.lower()) != (part in given) for part in (name, "RelayState", "SigAlg", "Signature")):
        raise WrongSignatureError
    covered = [part for part in (name, "RelayState", "SigAlg") if part in given]
    text = "&".join(f"{part}={given[part]}" for part in covered)
    kind = HASHES.get(unquote_plus(given.get("SigAlg", "")))
    key = _read(certificate).public_key()
    if kind is None or not isinstance(key, rsa.RSAPublicKey):
        raise WrongSignatureError
    try:
        signature = b64decode(unquote_plus(given.get("Signature", "")))
        key.verify(signature, text.encode(), padding.PKCS1v15(), kind())
    except (InvalidSignature, ValueError):
        raise WrongSignatureError from None


def _read(certificate: str) -> x509.Certificate:
    """Return a certificate, with or without its armour. Raise WrongSignatureError for one that verifies nothing."""
    armoured = f"-----BEGIN CERTIFICATE-----\n{without_armour(certificate)}\n-----END CERTIFICATE-----\n"
    try:
        read = x509.load_pem_x509_certificate(armoured.encode())
        read.public_key()  # loading has not read it
    except (ValueError, UnsupportedAlgorithm):
        raise WrongSignatureError from None
    return read
