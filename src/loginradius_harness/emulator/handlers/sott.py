"""The secured one-time token for registration (product-facts.md#sott)."""

from typing import Any
from urllib.parse import quote

from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.http import sott
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.tenant import Sott

Json = Any


@handles("sott.generate_sott")
def generate_sott(call: RequestContext) -> Json:
    """Return a token whose window starts now and lasts `timeDifference` minutes, or the tenant's default."""
    token, end = sott.make(call.tenant, call.query.get("timeDifference", call.settings.sott_minutes))
    return {"Sott": token, "ExpiryTime": iso(end)}


@handles("sott.create")
def create(call: RequestContext) -> Json:
    """Make a token for an app, and keep it."""
    body = call.body
    token, end = sott.make(call.tenant, body["ExpiresInMinutes"])
    made = Sott(
        id=call.tenant.identifiers.guid(),
        token=token,
        technology=body["Technology"],
        comment=body.get("Comment") or "",
        created=call.now,
        ends=end,
        encoded=bool(body.get("Encoded")),
    )
    call.tenant.sotts.put(made.id, made)
    return _shown(made)


@handles("sott.list")
def list_all(call: RequestContext) -> Json:
    """Return every token that was made for an app, valid or not (inferred)."""
    return {"Data": [_shown(made) for _, made in call.tenant.sotts.scan()]}


def _shown(made: Sott) -> dict[str, Json]:
    return {
        "AuthenticityToken": made.id,
        "Technology": made.technology,
        "Sott": quote(made.token, safe="") if made.encoded else made.token,
        "Comment": made.comment,
        "CreatedDate": iso(made.created),
        "DateRange": f"{iso(made.created)} - {iso(made.ends)}",
        "IsEncoded": made.encoded,
    }
