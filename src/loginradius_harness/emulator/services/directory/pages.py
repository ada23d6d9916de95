"""What a query found, page by page: each page names the next one (product-facts.md#directory)."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import msgspec

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.directory import query
from loginradius_harness.emulator.services.directory.rows import SOURCES, Row
from loginradius_harness.emulator.services.directory.values import day_or_moment
from loginradius_harness.emulator.state.tenant import DirectoryPage

Json = Any

USUAL_SIZE = 100  # rows of a page whose query names no size (inferred)
PAGE_EXPIRED = ErrorCode.HOOK_EVENT_INVALID  # the number means this on the directory's host


def period(body: Json) -> tuple[float, float]:
    """Return when a row of the query was created, the day `to` included. Raise DATE_RANGE_INVALID."""
    first, last = day_or_moment(body["from"]), day_or_moment(body["to"])
    if first[0] >= last[0]:
        raise ApiError(ErrorCode.DATE_RANGE_INVALID)
    return first[0], last[1]


def created_within(rows: Iterable[Row], body: Json) -> list[Row]:
    """Return the rows that were created in the query's period, the oldest first."""
    begin, end = period(body)
    return sorted((row for row in rows if begin <= row.created <= end), key=lambda row: (row.created, row.key))


def first_page(call: RequestContext, source: str, object_name: str = "") -> Json:
    """Run the query of a request, and return its first rows. Raise DIRECTORY_QUERY_MALFORMED, DATE_RANGE_INVALID."""
    asked = call.body.get("q") or {}
    query.matches(asked, {})  # a wrong query is refused where there is no row either
    rows = created_within(SOURCES[source](call.tenant, object_name), call.body)
    found = [row for row in rows if query.matches(asked, row.shown)]
    size = call.body.get("size") or USUAL_SIZE
    page = DirectoryPage(
        source=source, object_name=object_name, keys=[row.key for row in found], size=size, expires=_end(call)
    )
    return {"total": len(found), **_turn(call, page, found)}


def next_page(call: RequestContext, source: str) -> Json:
    """Return the rows of a page that an earlier one has named; after the last there are none.

    Raise PAGE_EXPIRED also for a page of another call (inferred).
    """
    page = call.tenant.directory_pages.get(call.query["next"])
    if page is None or page.expires <= call.now or page.source != source:
        raise ApiError(PAGE_EXPIRED)
    return _turn(call, page, SOURCES[page.source](call.tenant, page.object_name))


def _turn(call: RequestContext, page: DirectoryPage, rows: Iterable[Row]) -> Json:
    """Return the first rows of a page, and name the page of the others."""
    wanted, others = page.keys[: page.size], page.keys[page.size :]
    shown = {row.key: row.shown for row in rows}
    following = DirectoryPage(
        source=page.source, object_name=page.object_name, keys=others, size=page.size, expires=_end(call)
    )
    return {"data": [shown[key] for key in wanted if key in shown], "next": _keep(call, following)}


def _keep(call: RequestContext, page: DirectoryPage) -> str:
    pages = call.tenant.directory_pages
    for name in [name for name, kept in pages.scan() if kept.expires <= call.now]:
        pages.remove(name)
    found = (page.source, page.object_name, page.size, page.keys)
    name = sha256(msgspec.json.encode((call.tenant.key, *found))).hexdigest()  # a query repeated names the same page
    pages.put(name, page)
    return name


def _end(call: RequestContext) -> float:
    return call.now + call.settings.directory_page_seconds
