"""Keys that sign SAML messages, and their certificates."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import NameOID

from loginradius_harness.emulator.services.federation.saml.certificates import make_certificate, without_armour

NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_certificate_is_one_of_its_own_key_and_holds_for_a_year() -> None:
    made = make_certificate("shop.hub.example.com", NOW.timestamp())
    certificate = x509.load_pem_x509_certificate(made.certificate.encode())
    key = load_pem_private_key(made.key.encode(), password=None)
    assert certificate.public_key() == key.public_key()
    certificate.verify_directly_issued_by(certificate)
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    assert (begins, ends - begins) == (NOW, timedelta(days=365))
    (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert name.value == "shop.hub.example.com"


def test_each_certificate_has_a_key_of_its_own_and_any_name() -> None:
    first, second = make_certificate("n" * 200, NOW.timestamp()), make_certificate("ü" * 64, NOW.timestamp())
    assert first.key != second.key
    assert first.certificate != second.certificate


def test_representation_tells_nothing_of_the_key() -> None:
    assert repr(make_certificate("shop", NOW.timestamp())) == "SigningCertificate()"


def test_certificate_in_xml_has_no_armour() -> None:
    made = make_certificate("shop", NOW.timestamp())
    text = without_armour(made.certificate)
    assert x509.load_pem_x509_certificate(
        f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n".encode()
    ) == x509.load_pem_x509_certificate(made.certificate.encode())
    assert without_armour(text) == text
