"""The journal told by whom it is about."""

from dataclasses import dataclass, field

from loginradius_harness.emulator.state.journal import Entry
from loginradius_harness.emulator.state.tenant import Tenant

SHOWN = 300  # requests on one page
NOBODY = "About nobody in particular"


@dataclass(slots=True)
class RequestGroup:
    """What happened to one person, newest request first; `uid` is None where nobody was named."""

    uid: str | None
    name: str
    entries: list[Entry] = field(default_factory=list)


def request_groups(tenant: Tenant, search: str = "") -> list[RequestGroup]:
    """The newest requests that fit, by person; who was busy last comes first."""
    found: dict[str | None, RequestGroup] = {}
    for entry in _fitting(tenant, search.strip().lower()):
        journey = found.get(entry.uid)
        if journey is None:
            journey = found[entry.uid] = RequestGroup(entry.uid, name(tenant, entry.uid))
        journey.entries.append(entry)
    return list(found.values())


def _fitting(tenant: Tenant, wanted: str) -> list[Entry]:
    fitting: list[Entry] = []
    for entry in reversed(tenant.journal.entries):
        if len(fitting) == SHOWN:
            break
        if not wanted or wanted in _text(tenant, entry):
            fitting.append(entry)
    return fitting


def _text(tenant: Tenant, entry: Entry) -> str:
    said = (entry.path, entry.operation, entry.status, entry.code, entry.uid, name(tenant, entry.uid))
    return "\n".join(str(part) for part in said).lower()


def name(tenant: Tenant, uid: str | None) -> str:
    """How a person is called: by address, phone or user name; by uid where the account is gone."""
    if uid is None:
        return NOBODY
    account = tenant.accounts.by_uid(uid)
    if account is None:
        return f"{uid} (no such account)"
    return account.primary.value if account.primary else account.phone or account.username or uid
