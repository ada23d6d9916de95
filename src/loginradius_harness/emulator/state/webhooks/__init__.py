"""Subscriptions of webhooks and REST hooks, and the deliveries of their events (product-facts.md#webhooks).

An event is recorded when it happens and delivered once the answer to its request is sent: in the background, one
after the other for each subscription. Deliveries go to this machine and to hosts that the tenant names; a
delivery to any other host stays in the log as `held`.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

import msgspec

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core import dialects
from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.store import Store
from loginradius_harness.emulator.state import profile
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.tenant_base import TenantBase
from loginradius_harness.emulator.state.webhooks.delivery import Delivery, Receiver, deliver, sign
from loginradius_harness.emulator.state.webhooks.targets import is_loopback, webhook_target

Event = Literal[
    "Login", "Register", "UpdateProfile", "ResetPassword", "ChangePassword", "EmailVerification", "AddEmail",
    "RemoveEmail", "BlockAccount", "DeleteAccount", "SetUsername", "CreateTraditionalAccount", "AssignRoles",
    "UnassignRoles", "SetPassword", "LinkAccount", "UnlinkAccount", "UpdatePhoneId", "VerifyPhoneNumber",
    "InvalidateEmailVerification", "RemoveRoleContext", "CreateCustomObject", "UpdateCustomObject",
    "DeleteCustomObject", "InvalidatePhoneVerification", "RemovePhoneId", "ConsentProfileUpdate", "SetPIN",
    "ResetPIN", "ChangePIN", "UpdateUid",
]  # fmt: skip
EVENTS: tuple[Event, ...] = get_args(Event)
_BY_LOWER = {event.lower(): event for event in EVENTS}

KEPT = 1_000  # deliveries; the oldest are forgotten
MOST_UNDER_WAY = 1_000  # deliveries of a tenant at a time; beyond, one fails at once


class Subscription(Receiver, kw_only=True):
    """A subscriber of an event."""

    id: str
    event: Event
    created: float
    modified: float
    name: str = ""
    rest: bool = False  # a REST hook: listed apart, and delivered without a signature


Fired = list[tuple[Delivery, Subscription]]  # what one request fires, should it succeed
_fired: ContextVar[Fired | None] = ContextVar("fired webhooks", default=None)


class Webhooks:
    """Subscriptions and deliveries of a tenant."""

    def __init__(self, tenant: TenantBase) -> None:
        self._tenant = tenant
        self._hooks = Store[Subscription]()
        self._turns: dict[str, asyncio.Lock] = {}  # hook id -> one delivery at a time
        self._tasks: set[asyncio.Task[None]] = set()
        self._count = 0
        self.deliveries: deque[Delivery] = deque(maxlen=KEPT)  # oldest first

    def subscribe(self, event: str, url: str, *, rest: bool = False, **how: Any) -> Subscription:
        """Subscribe to an event, by webhook or REST hook.

        Raise WEBHOOK_EVENT_INVALID, WEBHOOK_TARGET_URL_INVALID, WEBHOOK_ALREADY_SUBSCRIBED for one that is there
        already, WEBHOOK_LIMIT_EXCEEDED where the event has as many as allowed.
        """
        tenant = self._tenant
        known, target = event_named(event), webhook_target(url, tenant.settings)
        others = [hook for hook in self.all(rest=rest) if hook.event == known]
        if any(hook.url == target for hook in others):
            raise ApiError(ErrorCode.WEBHOOK_ALREADY_SUBSCRIBED)
        if len(others) >= tenant.settings.webhook_limit:
            raise ApiError(ErrorCode.WEBHOOK_LIMIT_EXCEEDED)
        now = tenant.clock.now()
        hook = Subscription(
            id=tenant.identifiers.hex(24), event=known, url=target, created=now, modified=now, rest=rest, **how
        )
        self._hooks.put(hook.id, hook)
        return hook

    def find(self, hook_id: str) -> Subscription:
        """Return the subscription of a webhook. Raise WEBHOOK_NOT_SUBSCRIBED."""
        hook = self._hooks.get(hook_id)
        if hook is None or hook.rest:
            raise ApiError(ErrorCode.WEBHOOK_NOT_SUBSCRIBED)
        return hook

    def cancel(self, hook: Subscription) -> None:
        """End a subscription; events that have happened are still delivered."""
        self._hooks.remove(hook.id)
        self._turns.pop(hook.id, None)

    def all(self, *, rest: bool | None = None) -> list[Subscription]:
        """Return every subscription, or those of webhooks or REST hooks alone."""
        return [hook for _, hook in self._hooks.scan() if rest is None or hook.rest is rest]

    def fire(self, event: Event, account: Account, **extra: Any) -> None:
        """Fire an event of an account for every subscriber; `extra` members join the profile."""
        fired = _fired.get()
        if fired is None or not len(self._hooks):
            return
        fired += [(self._delivery(hook, account, extra), hook) for hook in self.all() if hook.event == event]

    def _delivery(self, hook: Subscription, account: Account, extra: dict[str, Any]) -> Delivery:
        settings, now = self._tenant.settings, self._tenant.clock.now()
        about = profile.render(account, settings)
        data = {"UserProfile": about, **extra} if extra else about
        event = {"HookName": hook.event.lower(), "Time": iso(now), "HookId": hook.id, "Data": data}
        body = msgspec.json.encode(dialects.apply(event, settings.dialect))
        self._count += 1
        return Delivery(
            id=self._count,
            at=now,
            hook_id=hook.id,
            event=hook.event,
            url=hook.url,
            body=body.decode(),
            signature=None if hook.rest else sign(body, settings.webhook_secret or self._tenant.secret),
        )

    def release(self, fired: Fired) -> None:
        """Deliver what a request has fired, now that its answer is sent."""
        for delivery, hook in fired:
            self._start(delivery, hook)

    def replay(self, delivery_id: int) -> Delivery | None:
        """Deliver the same body once more; None where the delivery or its subscription is gone."""
        known = next((one for one in self.deliveries if one.id == delivery_id), None)
        hook = self._hooks.get(known.hook_id) if known is not None else None
        if known is None or hook is None:
            return None
        self._count += 1
        again = msgspec.structs.replace(
            known, id=self._count, at=self._tenant.clock.now(), url=hook.url, outcome="waiting", status=None, error=None
        )
        self._start(again, hook)
        return again

    def _start(self, delivery: Delivery, hook: Subscription) -> None:
        self.deliveries.append(delivery)
        if not self._may_reach(delivery.url):
            delivery.outcome, delivery.error = "held", "the host is neither this machine nor in webhook_hosts"
        elif len(self._tasks) >= MOST_UNDER_WAY:
            delivery.outcome, delivery.error = "failed", "too many deliveries are under way"
        else:
            task = asyncio.get_running_loop().create_task(self._send(delivery, hook))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _may_reach(self, url: str) -> bool:
        host = urlsplit(url).hostname or ""
        return is_loopback(host) or host in self._tenant.settings.webhook_hosts

    async def _send(self, delivery: Delivery, hook: Subscription) -> None:
        async with self._turns.setdefault(hook.id, asyncio.Lock()):
            await deliver(delivery, hook)

    async def wait(self, seconds: float) -> None:
        """Wait up to so many real seconds until nothing is under way."""
        if self._tasks and seconds > 0:
            await asyncio.wait(set(self._tasks), timeout=seconds)

    def fork(self, tenant: TenantBase) -> "Webhooks":
        """Return a child tenant's subscriptions; its log begins empty."""
        child = Webhooks(tenant)
        child._hooks = self._hooks.fork()
        return child


def event_named(name: str) -> Event:
    """Return the event of a name in any case. Raise WEBHOOK_EVENT_INVALID."""
    event = _BY_LOWER.get(name.lower())
    if event is None:
        raise ApiError(ErrorCode.WEBHOOK_EVENT_INVALID)
    return event


@contextlib.contextmanager
def collecting(fired: Fired) -> Iterator[None]:
    """Collect what fires inside. Outside of it nothing fires: when seeding, or when the caller prevents webhooks."""
    token = _fired.set(fired)
    try:
        yield
    finally:
        _fired.reset(token)
