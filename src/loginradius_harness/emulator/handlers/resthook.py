"""REST hooks: subscriptions that are delivered as webhooks are, but unsigned (product-facts.md#webhooks)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state import profile
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.webhooks import Event, event_named

Json = Any

EVENTS: tuple[Event, ...] = ("Login", "Register")


@handles("resthook.test")
def test(call: RequestContext) -> Json:
    """Confirm that the tenant may use REST hooks: a plan without them is refused earlier with ENDPOINT_NOT_IN_PLAN."""
    return {"isPosted": True}


@handles("resthook.list_fields")
def list_fields(call: RequestContext) -> Json:
    """Return the names of what a delivery carries, each with no value (inferred)."""
    nobody = Account(uid="", id="", created=0, modified=0)
    return dict.fromkeys(profile.render(nobody, call.settings))


@handles("resthook.subscribe")
def subscribe(call: RequestContext) -> Json:
    """Subscribe a URL to an event.

    Raise WEBHOOK_LIMIT_EXCEEDED, WEBHOOK_EVENT_INVALID, WEBHOOK_TARGET_URL_INVALID, WEBHOOK_ALREADY_SUBSCRIBED.
    """
    call.tenant.webhooks.subscribe(_event(call.body["event"]), call.body["target_url"], rest=True)
    return {"isPosted": True}


@handles("resthook.list_subscriptions")
def list_subscriptions(call: RequestContext) -> Json:
    """Return the URLs subscribed to one event (the form is inferred)."""
    event = _event(call.query["event"])
    urls = [hook.url for hook in call.tenant.webhooks.all(rest=True) if hook.event == event]
    return {"data": [{"target_url": url, "event": event.lower()} for url in urls], "Count": len(urls)}


@handles("resthook.unsubscribe")
def unsubscribe(call: RequestContext) -> Json:
    """Unsubscribe a URL from all events.

    Raise WEBHOOK_NOT_SUBSCRIBED.
    """
    own = [hook for hook in call.tenant.webhooks.all(rest=True) if hook.url == call.body["target_url"]]
    if not own:
        raise ApiError(ErrorCode.WEBHOOK_NOT_SUBSCRIBED)
    for hook in own:
        call.tenant.webhooks.cancel(hook)
    return {"isPosted": True}


def _event(name: str) -> Event:
    """Return an event that REST hooks know, by its name in any case. Raise WEBHOOK_EVENT_INVALID."""
    event = event_named(name)
    if event not in EVENTS:
        raise ApiError(ErrorCode.WEBHOOK_EVENT_INVALID)
    return event
