"""What the pages Sessions, Data and Webhooks list: the newest records that contain the visitor's text."""

from collections.abc import Callable, Iterable
from heapq import nlargest
from typing import TypeVar

from loginradius_harness.emulator.console.request_groups import name
from loginradius_harness.emulator.state.sessions import Session
from loginradius_harness.emulator.state.tenant import CustomObject, RegistrationRecord, Role, Tenant
from loginradius_harness.emulator.state.webhooks.delivery import Delivery

SHOWN = 100  # records of a kind on one page

Record = TypeVar("Record")


def sessions(tenant: Tenant, search: str) -> list[Session]:
    """Return the newest live sessions, by user, address, user agent or provider."""
    now = tenant.clock.now()
    live = (one for one in tenant.sessions.all() if one.expires > now)
    return _newest(live, search, lambda one: one.began, lambda one: _text_of_session(tenant, one))


def _text_of_session(tenant: Tenant, session: Session) -> str:
    return f"{session.uid}\n{name(tenant, session.uid)}\n{session.ip}\n{session.user_agent}\n{session.provider}"


def roles(tenant: Tenant, search: str) -> list[Role]:
    """Return roles by name or permission."""
    found = (role for _, role in tenant.roles.scan())
    return _newest(found, search, lambda _role: 0.0, lambda role: "\n".join([role.name, *role.permissions]))


def custom_objects(tenant: Tenant, search: str) -> list[CustomObject]:
    """Return the newest custom objects, by name, owner or content."""
    found = (one for _, one in tenant.custom_objects.scan() if not one.deleted)
    return _newest(
        found, search, lambda one: one.modified, lambda one: f"{one.name}\n{name(tenant, one.uid)}\n{one.content}"
    )


def registration_data(tenant: Tenant, search: str) -> list[RegistrationRecord]:
    """Return the newest choices of registration forms, by type, key or value."""
    found = (one for _, one in tenant.registration_data.scan())
    return _newest(found, search, lambda one: one.modified, lambda one: f"{one.type}\n{one.key}\n{one.value}")


def deliveries(tenant: Tenant, search: str) -> list[Delivery]:
    """Return the newest webhook deliveries, by event, target, outcome or body."""
    return _newest(
        tenant.webhooks.deliveries,
        search,
        lambda one: one.id,
        lambda one: f"{one.event}\n{one.url}\n{one.outcome}\n{one.body}",
    )


def _newest(
    records: Iterable[Record], search: str, age: Callable[[Record], float], text: Callable[[Record], str]
) -> list[Record]:
    wanted = search.strip().lower()
    return nlargest(SHOWN, (one for one in records if not wanted or wanted in text(one).lower()), key=age)
