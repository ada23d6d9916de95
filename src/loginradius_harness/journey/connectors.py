"""Log users in to shops and sites outside, and read what the shops get (product-facts.md#connectors)."""

import hmac
import json
from base64 import b64encode, urlsafe_b64decode
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from joserfc import jwt
from joserfc.jwk import OctKey

from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.errors import UnsupportedByTarget
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session
from loginradius_harness.journey.people import Person

Json = Any

_HALF = 16  # bytes of a key
_SIGNATURE = 32  # bytes


class Connectors:
    """The first shop of each kind, and the first site, of an emulator."""

    def __init__(self, client: Client, control: EmulatorClient | None) -> None:
        self._client = client
        self._control = control

    def outside(self, setting: str) -> tuple[str, Json]:
        """Return name and settings of the first shop or site of a setting."""
        known = self._control.settings()[setting] if self._control else {}
        if not known:
            raise UnsupportedByTarget(f"needs {setting}: run it on the emulator, with --preset connectors")
        return next(iter(known.items()))

    def name(self, setting: str) -> str:
        """Return the name of the first shop or site of a setting."""
        return self.outside(setting)[0]

    def call(self, operation: str, session: Session, **query: Any) -> ApiResponse:
        """Call an operation as a user."""
        return self._client.call(operation, token=session.token, query=query)

    def shopify(self, session: Session, **query: Any) -> Json:
        """Log a user in to the shop; return what it reads of the customer."""
        name, shop = self.outside("shopify_stores")
        reply = self.call("shopify_sso.get_login_url", session, store=name, **query).must_succeed()
        address, _, token = reply.data["url"].rpartition("/")
        assert address == f"https://{shop['domain']}/account/login/multipass"  # noqa: S101  # what the shop serves
        return multipass_read(token, shop["secret"])

    def bigcommerce(self, session: Session, *, by_body: bool = False, **members: Any) -> Json:
        """Log a user in to the shop; return what it reads of the customer."""
        name, shop = self.outside("bigcommerce_stores")
        if by_body:
            operation, query = "bigcommerce_sso.create_login_url", {"store": name}
            reply = self._client.call(operation, token=session.token, query=query, body=members)
        else:
            reply = self.call("bigcommerce_sso.get_login_url", session, store=name, **members)
        address, _, token = reply.must_succeed().data["loginUrl"].rpartition("/")
        assert address == f"https://{shop['domain']}/login/token"  # noqa: S101  # what the shop serves
        claims: Json = jwt.decode(token, OctKey.import_key(shop["client_secret"]), algorithms=["HS256"]).claims
        assert (claims["iss"], claims["store_hash"]) == (shop["client_id"], shop["store_hash"])  # noqa: S101  # as above
        return claims

    def payload(self, **changes: str) -> str:
        """Return what BigCommerce sends when the shop's owner opens the app, signed with its secret."""
        _, shop = self.outside("bigcommerce_stores")
        shop |= changes
        told = json.dumps({"store_hash": shop["store_hash"]}).encode()
        signature = hmac.digest(shop["client_secret"].encode(), told, sha256).hex().encode()
        return f"{b64encode(told).decode()}.{b64encode(signature).decode()}"

    def install(self, **query: str) -> ApiResponse:
        """Ask for the page of an installation."""
        return self._client.call("bigcommerce_sso.authorize", query=query)

    def validate(self, email: str, password: str) -> ApiResponse:
        """Ask whether an address and a password are a user's."""
        query, body = {"store": self.name("bigcommerce_stores")}, {"emailid": email, "password": password}
        return self._client.call("bigcommerce_sso.validate_password", query=query, body=body)

    def verified(self, person: Person, **changes: str) -> bool:
        """Return whether address and password of a person are verified."""
        given = {"email": person.email, "password": person.password, **changes}
        return bool(self.validate(**given).must_succeed().data["verified"])

    def contacts(self, session: Session) -> Json:
        """Return the address of a user and the contacts that the site has of it."""
        site = self.name("perfectmind_sites")
        return self.call("perfectmind_sso.get_contact", session, perfectmindsitename=site).must_succeed().data

    def visit(self, session: Session) -> Json:
        """Log a user in to the site."""
        site = self.name("perfectmind_sites")
        return self.call("perfectmind_sso.get_session", session, perfectmindsitename=site).must_succeed().data


def multipass_read(token: str, secret: str) -> Json:
    """Return the customer of a Multipass token, as the shop reads it; ValueError for a wrong signature."""
    sealed, key = urlsafe_b64decode(token), sha256(secret.encode()).digest()
    sealed, signature = sealed[:-_SIGNATURE], sealed[-_SIGNATURE:]
    if not hmac.compare_digest(signature, hmac.digest(key[_HALF:], sealed, sha256)):
        raise ValueError("The shop's secret has not signed this token.")
    decryptor = Cipher(algorithms.AES(key[:_HALF]), modes.CBC(sealed[:_HALF])).decryptor()
    unpadder = PKCS7(_HALF * 8).unpadder()
    return json.loads(unpadder.update(decryptor.update(sealed[_HALF:]) + decryptor.finalize()) + unpadder.finalize())
