"""Groups the journal by the user whom the requests concern, page by page."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import islice

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


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One page of the journal. `older` is the number below which the next page begins; None on the last one."""

    groups: list[RequestGroup]
    older: int | None


def request_page(tenant: Tenant, search: str = "", before: int | None = None) -> RequestPage:
    """Return the newest matching requests with a number below `before`, the most recently active user first."""
    found = list(islice(_fitting(tenant, search.strip().lower(), before), SHOWN + 1))
    groups: dict[str | None, RequestGroup] = {}
    for entry in found[:SHOWN]:
        group = groups.get(entry.uid)
        if group is None:
            group = groups[entry.uid] = RequestGroup(entry.uid, name(tenant, entry.uid))
        group.entries.append(entry)
    return RequestPage(list(groups.values()), found[SHOWN - 1].number if len(found) > SHOWN else None)


def _fitting(tenant: Tenant, wanted: str, before: int | None) -> Iterator[Entry]:
    entries = tenant.journal.entries
    newer = 0 if before is None or not entries else max(0, entries[-1].number + 1 - before)
    named = cache(lambda uid: name(tenant, uid))  # a journal of many requests concerns few users
    for entry in islice(reversed(entries), newer, None):
        if not wanted or wanted in _text(entry, named(entry.uid)):
            yield entry


def _text(entry: Entry, name: str) -> str:
    return f"{entry.path}\n{entry.operation}\n{entry.status}\n{entry.code}\n{entry.uid}\n{name}".lower()


def name(tenant: Tenant, uid: str | None) -> str:
    """Return a user's address, phone or user name; the uid where the account no longer exists."""
    if uid is None:
        return NO_USER
    account = tenant.accounts.by_uid(uid)
    if account is None:
        return f"{uid} (deleted)"
    return account.primary.value if account.primary else account.phone or account.username or uid
