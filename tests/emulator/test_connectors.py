"""Shops and sites outside that users are logged in to."""

import hmac
import json
from base64 import urlsafe_b64decode
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core import jwt
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Ask, Member

pytestmark = pytest.mark.preset("connectors")

Json = Any

STORE, SITE = {"store": "emulated-store"}, {"perfectmindsitename": "emulated-site"}


@pytest.fixture
def token(ask: Ask, person: Member) -> str:
    """Return the person's access token."""
    body = {"email": person.email, "password": person.password}
    return str(ask("authentication.login_by_email", body=body).data["access_token"])


def opened(url: str, secret: str) -> Json:
    """Return the customer of a Multipass address by the steps of Shopify's document."""
    message, key = urlsafe_b64decode(url.rpartition("/")[2]), sha256(secret.encode()).digest()
    sealed, signature = message[:-32], message[-32:]
    assert signature == hmac.digest(key[16:], sealed, sha256)
    decryptor = Cipher(algorithms.AES(key[:16]), modes.CBC(sealed[:16])).decryptor()
    padded = decryptor.update(sealed[16:]) + decryptor.finalize()
    return json.loads(padded[: -padded[-1]])


def test_multipass_holds_what_is_known_of_the_user(ask: Ask, person: Member, token: str, tenant: Tenant) -> None:
    url = ask("shopify_sso.get_login_url", token=token, query={"store": "emulated-shop"}).data["url"]
    customer = opened(url, tenant.settings.shopify_stores["emulated-shop"].secret)
    assert (customer["email"], customer["first_name"]) == (person.email, "Ada")
    assert "last_name" not in customer
    again = ask("shopify_sso.get_login_url", token=token, query={"store": "emulated-shop"}).data["url"]
    assert again != url


def test_customer_of_a_shop_keeps_its_number_in_a_fork(ask: Ask, token: str, tenant: Tenant) -> None:
    def number() -> Json:
        url = ask("bigcommerce_sso.get_login_url", token=token, query=STORE).data["loginUrl"]
        key = jwt.SharedKey(tenant.settings.bigcommerce_stores["emulated-store"].client_secret)
        claims = jwt.read(url.rpartition("/")[2], key)
        assert claims is not None
        return claims["customer_id"]

    first = number()
    child = tenant.fork("key", "secret")
    assert number() == first
    assert child.store_customers.get("emulated-store ada@example.com") == first


def test_other_shop_has_customers_of_its_own(ask: Ask, token: str, tenant: Tenant) -> None:
    stores = tenant.settings.bigcommerce_stores
    stores["other"] = stores["emulated-store"]
    for name in ("emulated-store", "other"):
        ask("bigcommerce_sso.create_login_url", token=token, query={"store": name}, body={})
    assert [key for key, _ in tenant.store_customers.scan()] == [
        "emulated-store ada@example.com",
        "other ada@example.com",
    ]


def test_password_is_checked_without_a_session(ask: Ask, person: Member, tenant: Tenant) -> None:
    body = {"emailid": person.email, "password": person.password}
    assert ask("bigcommerce_sso.validate_password", query=STORE, body=body).data == {"verified": True}
    account = tenant.accounts.by_uid(person.uid)
    assert account is not None
    assert account.sessions == []


def test_blocked_account_is_told(ask: Ask, person: Member, tenant: Tenant) -> None:
    account = tenant.accounts.by_uid(person.uid)
    assert account is not None
    account.active = False
    body = {"emailid": person.email, "password": person.password}
    assert ask("bigcommerce_sso.validate_password", query=STORE, body=body).code == ErrorCode.ACCOUNT_BLOCKED


def test_log_in_links_the_contact_that_the_site_has(ask: Ask, person: Member, token: str, tenant: Tenant) -> None:
    tenant.settings.perfectmind_sites["emulated-site"].contacts = {
        person.email.upper(): ["one", "two"],
        "bob@example.com": ["x"],
    }
    for is_new in (True, False):
        assert ask("perfectmind_sso.get_session", token=token, query=SITE).data["IsNewLink"] is is_new
        contact = ask("perfectmind_sso.get_contact", token=token, query=SITE).data
        assert contact == {"Email": person.email, "ContactId": ["one", "two"]}


@pytest.mark.parametrize(
    ("operation", "query"),
    [("shopify_sso.get_login_url", {"store": "emulated-shop"}), ("bigcommerce_sso.get_login_url", STORE),
     ("perfectmind_sso.get_contact", SITE), ("perfectmind_sso.get_session", SITE)],
)  # fmt: skip
def test_user_without_an_address_is_refused(
    ask: Ask, token: str, tenant: Tenant, operation: str, query: dict[str, str]
) -> None:
    account = tenant.accounts.by_email("ada@example.com")
    assert account is not None
    account.emails = []
    assert ask(operation, token=token, query=query).code == ErrorCode.ACCOUNT_HAS_NO_EMAIL_PROFILE


def test_secrets_are_in_no_repr(tenant: Tenant) -> None:
    shown = repr([tenant.settings.shopify_stores, tenant.settings.bigcommerce_stores])
    assert "secret" not in shown
