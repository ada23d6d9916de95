"""What logs a user in to a shop outside: tokens that its secret makes (product-facts.md#connectors)."""

import hmac
import json
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import TypeVar

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core import jwt
from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.settings.connectors import BigCommerceStore, ShopifyStore
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.accounts import Account

Outside = TypeVar("Outside")

BLOCK = 16  # bytes


def known(outside: Mapping[str, Outside], name: str) -> Outside:
    """Return the shop or site of a name. Raise PARAMETER_MALFORMED for an unknown one (inferred)."""
    if name not in outside:
        raise ApiError(ErrorCode.PARAMETER_MALFORMED)
    return outside[name]


def address_of(account: Account) -> str:
    """Return the address by which shops and sites know a user.

    Raise ACCOUNT_HAS_NO_EMAIL_PROFILE for a user without one (inferred).
    """
    if account.primary is None:
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_EMAIL_PROFILE)
    return account.primary.value


def multipass(call: RequestContext, store: ShopifyStore, account: Account) -> str:
    """Return a Multipass token: what logs in, sealed and signed with halves of the secret's digest."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415  # 40 ms of start-up

    back = call.query.get("return_url")
    names = {"first_name": account.fields.get("FirstName"), "last_name": account.fields.get("LastName")}
    customer = {"email": address_of(account), "created_at": iso(call.now), **names, "return_to": back}
    plain = json.dumps({name: value for name, value in customer.items() if value}).encode()
    padding = BLOCK - len(plain) % BLOCK
    key, start = sha256(store.secret.encode()).digest(), call.tenant.identifiers.salt(BLOCK)
    encryptor = Cipher(algorithms.AES(key[:BLOCK]), modes.CBC(start)).encryptor()
    sealed = start + encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
    return urlsafe_b64encode(sealed + hmac.digest(key[BLOCK:], sealed, sha256)).decode()


def customer_login(call: RequestContext, name: str, store: BigCommerceStore, back: str | None) -> str:
    """Return a JWT that logs the user in as a customer of the shop, who is made by the first log-in (inferred)."""
    customers, customer = call.tenant.store_customers, f"{name} {address_of(call.account).lower()}"
    number = customers.get(customer)
    if number is None:
        number = len(customers) + 1
        customers.put(customer, number)
    claims = {
        "iss": store.client_id,
        "iat": int(call.now),
        "jti": call.tenant.identifiers.guid(),
        "operation": "customer_login",
        "store_hash": store.store_hash,
        "customer_id": number,
        **({"redirect_to": back} if back else {}),
    }
    return jwt.sign(claims, jwt.SharedKey(store.client_secret))


def installed_at(call: RequestContext) -> BigCommerceStore:
    """Return the shop at which the app is installed or opened: its payload proves it, or without one its code.

    Raise PARAMETER_MALFORMED for what proves no shop (all inferred).
    """
    payload, code = call.query.get("signed_payload"), call.query.get("code")
    for store in call.settings.bigcommerce_stores.values():
        if _has_signed(store, payload) if payload is not None else code and code == store.code:
            return store
    raise ApiError(ErrorCode.PARAMETER_MALFORMED)


def _has_signed(store: BigCommerceStore, payload: str) -> bool:
    """Return whether a payload is of a shop: JSON and its HMAC in hex digits, both in base64 (BigCommerce)."""
    text, _, signature = payload.partition(".")
    try:
        told, given = b64decode(text, validate=True), b64decode(signature, validate=True)
    except ValueError:
        return False
    expected = hmac.digest(store.client_secret.encode(), told, sha256).hex().encode()
    return hmac.compare_digest(expected, given) and json.loads(told).get("store_hash") == store.store_hash
