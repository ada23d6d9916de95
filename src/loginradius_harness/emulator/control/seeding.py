"""Creates many accounts at once, for load."""

from loginradius_harness.emulator.state.accounts import Account, Email
from loginradius_harness.emulator.state.tenant import Tenant


async def seed(tenant: Tenant, users: int, password: str, domain: str = "seed.example.com") -> list[str]:
    """Create verified accounts `<n>@<domain>` with one password, hashed once, and return their addresses."""
    hashed = await tenant.passwords.hash(password, tenant.settings.hash_rounds)
    now, identifiers, first = tenant.clock.now(), tenant.identifiers, len(tenant.accounts)
    addresses = []
    for number in range(first, first + users):
        address = f"{number}@{domain}"
        account = Account(
            uid=identifiers.hex(),
            id=identifiers.hex(),
            created=now,
            modified=now,
            password=hashed,
            password_changed=now,
            emails=[Email("Primary", address, verified=True)],
        )
        tenant.accounts.add(account)
        addresses.append(address)
    return addresses
