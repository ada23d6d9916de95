"""Groups the journal by the user whom the requests concern."""

from dataclasses import dataclass, field

from loginradius_harness.emulator.state.journal import Entry
from loginradius_harness.emulator.state.tenant import Tenant

SHOWN = 300  # requests on one page
NO_USER = "No user"


@dataclass(slots=True)
class RequestGroup:
    """The requests that concern one user, newest first; `uid` is None for requests that name no user."""

    uid: str | None
    name: str
    entries: list[Entry] = field(default_factory=list)


def request_groups(tenant: Tenant, search: str = "") -> list[RequestGroup]:
    """Return the newest matching requests by user, the most recently active user first."""
    groups: dict[str | None, RequestGroup] = {}
    for entry in _fitting(tenant, search.strip().lower()):
        group = groups.get(entry.uid)
        if group is None:
            group = groups[entry.uid] = RequestGroup(entry.uid, name(tenant, entry.uid))
        group.entries.append(entry)
    return list(groups.values())


def _fitting(tenant: Tenant, wanted: str) -> list[Entry]:
    fitting: list[Entry] = []
    for entry in reversed(tenant.journal.entries):
        if len(fitting) == SHOWN:
            break
        if not wanted or wanted in _text(tenant, entry):
            fitting.append(entry)
    return fitting


def _text(tenant: Tenant, entry: Entry) -> str:
    values = (entry.path, entry.operation, entry.status, entry.code, entry.uid, name(tenant, entry.uid))
    return "\n".join(str(value) for value in values).lower()


def name(tenant: Tenant, uid: str | None) -> str:
    """Return a user's address, phone or user name; the uid where the account no longer exists."""
    if uid is None:
        return NO_USER
    account = tenant.accounts.by_uid(uid)
    if account is None:
        return f"{uid} (deleted)"
    return account.primary.value if account.primary else account.phone or account.username or uid
