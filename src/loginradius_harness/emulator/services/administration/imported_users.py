"""Users from another system: profiles that may have the hash of a password (product-facts.md#bulk-upsert)."""

from typing import Any

from loginradius_harness import contracts
from loginradius_harness.emulator.core import foreign_hashes
from loginradius_harness.emulator.core.password_hashing import PREFIX
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.http.validation import request_validator
from loginradius_harness.emulator.services import registration
from loginradius_harness.emulator.state import profile
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.tenant import Tenant

Json = Any
User = dict[str, Json]

OPERATION = "account.update_account_by_uid"  # whose body names the members of a user, none of them required
OWN = ("PasswordHash", "Roles")  # members that only an import knows


async def create(tenant: Tenant, user: User) -> Account:
    """Create an account, verified unless the user says otherwise; no message is sent.

    Raise UnknownHashError, and the refusals of `registration.create`.
    """
    hashed = _checked_hash(user)
    account = await registration.create(_request(tenant, user))
    _keep(tenant, account, hashed)
    return account


def update(tenant: Tenant, account: Account, user: User) -> None:
    """Merge the members of a user into an account; its identifiers stay.

    Raise UnknownHashError, and the refusals of `profile.write`.
    """
    hashed, call = _checked_hash(user), _request(tenant, user)
    profile.write(account, call.sent, call.now, known=call.settings.custom_fields)
    _keep(tenant, account, hashed)


def known(tenant: Tenant, user: User) -> Account | None:
    """Return the account of a user: by uid, address, phone number or user name. Raise as `_request` does."""
    body, accounts = _request(tenant, user).body, tenant.accounts
    ways = {
        accounts.by_uid: [body.get("Uid")],
        accounts.by_email: [email["Value"] for email in body.get("Email", ())],
        accounts.by_phone: [body.get("PhoneId")],
        accounts.by_username: [body.get("UserName")],
    }
    found = (find(name) for find, names in ways.items() for name in names if name)
    return next((account for account in found if account is not None), None)


def _checked_hash(user: User) -> str | None:
    hashed = user.get("PasswordHash")
    if hashed is not None and not str(hashed).startswith(f"{PREFIX}$"):
        foreign_hashes.check(str(hashed))
    return None if hashed is None else str(hashed)


def _keep(tenant: Tenant, account: Account, hashed: str | None) -> None:
    if hashed is not None:
        account.password, account.password_changed = hashed, tenant.clock.now()


def _request(tenant: Tenant, user: User) -> RequestContext:
    """Return the request that would create the user. Raise the refusals of its form."""
    body = {"EmailVerified": True, **{name: value for name, value in user.items() if name not in OWN}}
    if isinstance(body.get("Email"), str):
        body["Email"] = [{"Type": "Primary", "Value": body["Email"]}]
    call = RequestContext(
        tenant=tenant,
        operation=contracts.get(OPERATION),
        path={},
        parameters={},
        headers={},
        client="127.0.0.1",
    )
    call.body, call.sent = request_validator(OPERATION).body(body)
    return call
