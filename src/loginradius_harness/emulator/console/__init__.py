"""The console: the tenant as pages under /__emulator__/, made on the server.

The pages only show. What their buttons change goes through the control API, as any test would do it (`console.js`).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import jinja2
import msgspec

from loginradius_harness.emulator.console.mail import rendered_messages
from loginradius_harness.emulator.console.request_groups import request_groups
from loginradius_harness.emulator.control import users
from loginradius_harness.emulator.control.routes import InvalidControlCallError
from loginradius_harness.emulator.core.settings import PRESETS
from loginradius_harness.emulator.core.settings_notes import notes
from loginradius_harness.emulator.state.tenant import Tenant
from loginradius_harness.emulator.state.tenants import TenantRegistry

Headers = list[tuple[bytes, bytes]]
Context = dict[str, Any]

FOLDER = Path(__file__).parent
FILES = {"console.css": b"text/css; charset=utf-8", "console.js": b"text/javascript; charset=utf-8"}
PAGE_TYPE = b"text/html; charset=utf-8"
POLICY = (  # what users typed is shown here: nothing of it may run, load or frame anything
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    b"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
CLOSED = [
    (b"content-security-policy", POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
]
STEPS = {"1 min": 60, "15 min": 900, "1 h": 3_600, "1 day": 86_400, "30 days": 2_592_000}


@dataclass(frozen=True, slots=True)
class View:
    """What a page shows: one tenant, and what the visitor searches for."""

    tenancy: TenantRegistry
    tenant: Tenant
    search: str


def show(tenancy: TenantRegistry, tenant: Tenant, page: str, query: dict[str, str]) -> tuple[int, bytes, Headers]:
    """A page or one of its files; InvalidControlCallError 404 for any other name."""
    if page in FILES:
        return 200, (FOLDER / page).read_bytes(), [(b"content-type", FILES[page]), *CLOSED]
    if page not in PAGES:
        raise InvalidControlCallError(f"the console has no page {page!r}", 404)
    view = View(tenancy, tenant, query.get("search", ""))
    return 200, _render(page, view).encode(), [(b"content-type", PAGE_TYPE), *CLOSED]


def _render(page: str, view: View) -> str:
    title, gather = PAGES[page]
    template = _environment().get_template(f"{page or 'journal'}.html")
    return template.render(
        page=page,
        title=title,
        pages={name: title for name, (title, _) in PAGES.items()},
        tenant=view.tenant,
        here="" if view.tenant is view.tenancy.default else f"?apikey={view.tenant.key}",
        search=view.search,
        steps=STEPS,
        now=view.tenant.clock.now(),
        ahead=round(view.tenant.clock.now() - time.time()),
        **gather(view),
    )


def _journal(view: View) -> Context:
    return {"count": view.tenant.journal.count, "journeys": request_groups(view.tenant, view.search)}


def _users(view: View) -> Context:
    return {"count": len(view.tenant.accounts), "users": users.find(view.tenant, view.search)}


def _outbox(view: View) -> Context:
    return {"letters": rendered_messages(view.tenant, view.search)}


def _settings(view: View) -> Context:
    by_heading = groupby(notes().values(), key=lambda note: note.heading)
    groups = [(heading, list(group)) for heading, group in by_heading]
    return {"values": msgspec.to_builtins(view.tenant.settings), "groups": groups, "presets": PRESETS}


def _faults(_view: View) -> Context:
    from loginradius_harness import faults  # noqa: PLC0415  # they patch the application, which shows this console

    return {"faults": list(faults.all_faults().values()), "on": faults.active_names(), "harmless": faults.NEUTRAL}


def _tenants(view: View) -> Context:
    return {"tenancy": view.tenancy, "presets": PRESETS}


PAGES: dict[str, tuple[str, Callable[[View], Context]]] = {
    "": ("Journal", _journal),
    "users": ("Users", _users),
    "outbox": ("Outbox", _outbox),
    "settings": ("Settings", _settings),
    "faults": ("Faults", _faults),
    "tenants": ("Tenants", _tenants),
}


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"moment": _moment, "span": _span, "json": lambda value: msgspec.json.encode(value).decode()}
    return environment


def _moment(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}"


def _span(seconds: int) -> str:
    """How far ahead or behind, e.g. `2 days, 1:00:00 ahead`."""
    return f"{timedelta(seconds=abs(seconds))} {'ahead' if seconds > 0 else 'behind'}"
