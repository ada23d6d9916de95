"""The console: pages under /__emulator__/ that show a tenant, rendered on the server.

The pages themselves change nothing: their buttons call the control API, as any test does (`console.js`).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from loginradius_harness import contracts
from loginradius_harness.emulator.console import records, request_groups
from loginradius_harness.emulator.console.mail import rendered_messages
from loginradius_harness.emulator.control import dispatch, users
from loginradius_harness.emulator.control.fault_switches import FaultSwitches, LoadFaults, no_faults
from loginradius_harness.emulator.control.origin_check import Allowed
from loginradius_harness.emulator.control.routes import InvalidControlCallError, verb_of
from loginradius_harness.emulator.core.presets import PRESETS
from loginradius_harness.emulator.core.setting_fields import setting_fields
from loginradius_harness.emulator.http import asgi, pages
from loginradius_harness.emulator.state.tenant import Tenant
from loginradius_harness.emulator.state.tenants import TenantRegistry

if TYPE_CHECKING:  # loaded with the first page
    import jinja2

Context = dict[str, Any]

FOLDER = Path(__file__).parent
FILES = {"console.css", "console.js"}
MAX_DIGITS = 15  # of the number of a request
CLOCK_STEPS = {"1 min": 60, "15 min": 900, "1 h": 3_600, "1 day": 86_400, "30 days": 2_592_000}  # label -> seconds


@dataclass(frozen=True, slots=True)
class View:
    """What a page shows: one tenant, the faults of the process, the visitor's search text and the base path.

    `before` is the number below which the requests of a page of the journal are.
    """

    registry: TenantRegistry
    tenant: Tenant
    faults: FaultSwitches
    search: str
    base: str
    before: int | None = None


class Console:
    """Answers requests for pages of the console and their files."""

    def __init__(
        self, registry: TenantRegistry, load_faults: LoadFaults = no_faults, allowed: Allowed | None = None
    ) -> None:
        self._registry = registry
        self._load_faults = load_faults
        self._allowed = allowed or Allowed()

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        """Answer one request."""

        async def handle(path: str, query: dispatch.Query, _raw: bytes) -> dispatch.Response:
            if scope["method"] == "OPTIONS":
                return asgi.NO_CONTENT, b"", [dispatch.allow(["GET", "HEAD", "OPTIONS"])]
            if verb_of(scope["method"]) != "GET":
                raise InvalidControlCallError(f"the console takes GET, not {scope['method']}", 405)
            return self._page(path.removeprefix("console").strip("/"), query, scope.get("root_path", ""))

        await dispatch.answer(scope, receive, send, self._allowed, handle)

    def _page(self, page: str, query: dispatch.Query, base: str) -> dispatch.Response:
        if page in FILES:
            return 200, (FOLDER / page).read_bytes(), pages.headers(Path(page).suffix)
        if page not in PAGES:
            raise InvalidControlCallError(f"the console has no page {page!r}", 404)
        tenant = dispatch.tenant_of(self._registry, query)
        before = query.get("before", "")
        view = View(
            self._registry,
            tenant,
            self._load_faults(),
            query.get("search", ""),
            base,
            int(before) if before.isdecimal() and len(before) <= MAX_DIGITS else None,
        )
        return 200, _render(page, view).encode(), pages.headers(".html")


def _render(page: str, view: View) -> str:
    title, context = PAGES[page]
    template = _environment().get_template(f"{page or 'journal'}.html")
    return template.render(
        page=page,
        title=title,
        pages={name: title for name, (title, _) in PAGES.items()},
        tenant=view.tenant,
        here="" if view.tenant is view.registry.default else f"?apikey={view.tenant.key}",
        search=view.search,
        base=view.base,
        name=lambda uid: request_groups.name(view.tenant, uid),
        steps=CLOCK_STEPS,
        now=view.tenant.clock.now(),
        ahead=round(view.tenant.clock.now() - time.time()),
        **context(view),
    )


def _journal(view: View) -> Context:
    shown = request_groups.request_page(view.tenant, view.search, view.before)
    journal = view.tenant.journal
    return {"count": journal.count, "kept": len(journal.entries), "shown": shown, "before": view.before}


def _users(view: View) -> Context:
    return {"count": len(view.tenant.accounts), "users": users.find(view.tenant, view.search)}


def _outbox(view: View) -> Context:
    return {"messages": rendered_messages(view.tenant, view.search)}


def _sessions(view: View) -> Context:
    return {"sessions": records.sessions(view.tenant, view.search)}


def _data(view: View) -> Context:
    return {
        "roles": records.roles(view.tenant, view.search),
        "objects": records.custom_objects(view.tenant, view.search),
        "choices": records.registration_data(view.tenant, view.search),
    }


def _webhooks(view: View) -> Context:
    return {"hooks": view.tenant.webhooks.all(), "deliveries": records.deliveries(view.tenant, view.search)}


def _settings(view: View) -> Context:
    by_group = groupby(setting_fields().values(), key=lambda field: field.group)
    groups = [(name, list(group)) for name, group in by_group]
    return {"values": msgspec.to_builtins(view.tenant.settings), "groups": groups, "presets": PRESETS}


def _faults(view: View) -> Context:
    return {
        "faults": list(view.faults.all_faults().values()),
        "on": view.faults.active_names(),
        "outages": view.tenant.outages.rules,
        "operations": [operation.id for operation in contracts.operations()],
    }


def _tenants(view: View) -> Context:
    return {"registry": view.registry, "presets": PRESETS}


PAGES: dict[str, tuple[str, Callable[[View], Context]]] = {
    "": ("Journal", _journal),
    "users": ("Users", _users),
    "sessions": ("Sessions", _sessions),
    "outbox": ("Outbox", _outbox),
    "data": ("Data", _data),
    "webhooks": ("Webhooks", _webhooks),
    "settings": ("Settings", _settings),
    "faults": ("Faults", _faults),
    "tenants": ("Tenants", _tenants),
}


@cache
def _environment() -> "jinja2.Environment":
    environment = pages.templates(FOLDER)
    environment.filters |= {"moment": _moment, "offset": _offset}
    return environment


def _moment(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}"


def _offset(seconds: int) -> str:
    """Return how far a clock is ahead or behind, e.g. `2 days, 1:00:00 ahead`."""
    return f"{timedelta(seconds=abs(seconds))} {'ahead' if seconds > 0 else 'behind'}"
