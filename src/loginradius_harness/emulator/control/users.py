"""Lists a tenant's users and their state."""

from heapq import nlargest

from loginradius_harness.emulator.control.schemas import Address, UserState
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.tenant import Tenant


def find(tenant: Tenant, search: str = "", limit: int = 50) -> list[UserState]:
    """Return the newest users whose addresses, phone, user name, name or uid contain the text, in any case."""
    wanted = search.strip().lower()
    fitting = (account for _, account in tenant.accounts.scan() if wanted in _text(account))
    newest = nlargest(limit, fitting, key=lambda account: account.created)
    return [state(tenant, account) for account in newest]


def _text(account: Account) -> str:
    addresses = (email.value for email in account.emails)
    return "\n".join((account.uid, *addresses, account.phone or "", account.username or "", _name(account))).lower()


def _name(account: Account) -> str:
    names = (account.fields.get("FirstName"), account.fields.get("LastName"))
    return " ".join(str(name) for name in names if name)


def state(tenant: Tenant, account: Account) -> UserState:
    """Return the state of one user."""
    return UserState(
        uid=account.uid,
        name=_name(account),
        emails=[Address(email.value, email.verified) for email in account.emails],
        phone=Address(account.phone, account.phone_verified) if account.phone else None,
        username=account.username,
        blocked=not account.active,
        login_disabled=account.login_disabled,
        lock=_lock(account, tenant.clock.now()),
        factors=account.factors.enrolled if account.factors else [],
        logins=account.logins,
        sessions=len(tenant.sessions.of(account)),
        created=account.created,
        last_login=account.last_login,
    )


def _lock(account: Account, now: float) -> str | None:
    """Return the kind of the lock in force: a suspension leaves the type as it was (product-facts.md#lockout)."""
    lock = account.lock
    if lock is None or not lock.locked or (lock.until and lock.until <= now):
        return None
    return "Suspend" if lock.until else lock.type
