"""Webhook subscriptions, older operations: `/api/v2/webhook`. Both families share their subscriptions.

Source: product-facts.md#webhooks.
"""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.webhooks import event_named

Json = Any


@handles("webhook_legacy.subscribe")
def subscribe(call: RequestContext) -> Json:
    """Subscribe a URL to an event.

    Raise WEBHOOK_LIMIT_EXCEEDED, WEBHOOK_EVENT_INVALID, WEBHOOK_TARGET_URL_INVALID, WEBHOOK_ALREADY_SUBSCRIBED.
    """
    call.tenant.webhooks.subscribe(call.body["event"], call.body["targeturl"])
    return {"IsPosted": True}


@handles("webhook_legacy.list_subscriptions")
def list_subscriptions(call: RequestContext) -> Json:
    """Return the URLs subscribed to one event."""
    event = event_named(call.query["event"])
    urls = [hook.url for hook in call.tenant.webhooks.all(rest=False) if hook.event == event]
    return {"data": [{"TargetUrl": url, "Event": event} for url in urls], "Count": len(urls)}


@handles("webhook_legacy.test")
def test(call: RequestContext) -> Json:
    """Confirm that the tenant may use webhooks: a plan without them is refused earlier with ENDPOINT_NOT_IN_PLAN."""
    return {"IsAllowed": True}


@handles("webhook_legacy.unsubscribe")
def unsubscribe(call: RequestContext) -> Json:
    """Unsubscribe a URL from an event.

    Raise WEBHOOK_NOT_SUBSCRIBED.
    """
    event = event_named(call.body["event"])
    for hook in call.tenant.webhooks.all(rest=False):
        if hook.event == event and hook.url == call.body["targeturl"]:
            call.tenant.webhooks.cancel(hook)
            return {"IsDeleted": True}
    raise ApiError(ErrorCode.WEBHOOK_NOT_SUBSCRIBED)
