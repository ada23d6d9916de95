"""Webhook subscriptions, newer operations: `/v2/manage/webhooks` (product-facts.md#webhooks)."""

import re
from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.webhooks import EVENTS, Subscription

Json = Any

_HOOK_ID = re.compile(r"[0-9a-f]{24}")


@handles("webhook.create_subscription")
def create_subscription(call: RequestContext) -> Json:
    """Create a subscription."""
    sent = call.body
    hook = call.tenant.webhooks.subscribe(sent["Event"], sent["TargetUrl"], name=sent.get("Name", ""))
    _configure(hook, sent)
    return _shown(hook)


@handles("webhook.list_subscriptions")
def list_subscriptions(call: RequestContext) -> Json:
    """Return every subscription, also those created by the older operations."""
    return {"Data": [_shown(hook) for hook in call.tenant.webhooks.all(rest=False)]}


@handles("webhook.list_events")
def list_events(call: RequestContext) -> Json:
    """Return the events that can be subscribed to."""
    return {"Data": EVENTS}


@handles("webhook.get_subscription")
def get_subscription(call: RequestContext) -> Json:
    """Return one subscription."""
    return _shown(_hook(call))


@handles("webhook.update_subscription")
def update_subscription(call: RequestContext) -> Json:
    """Change headers, query and authentication; omitted members keep their value (inferred)."""
    hook = _hook(call)
    _configure(hook, call.body)
    hook.modified = call.now
    return _shown(hook)


@handles("webhook.delete_subscription")
def delete_subscription(call: RequestContext) -> Json:
    """Delete the subscription."""
    call.tenant.webhooks.cancel(_hook(call))
    return {"isdeleted": True}


def _hook(call: RequestContext) -> Subscription:
    """Return the subscription of the path.

    Raise RECORD_ID_INVALID for a malformed id, WEBHOOK_NOT_SUBSCRIBED for an unknown one.
    """
    hook_id = call.path["hook_id"]
    if not _HOOK_ID.fullmatch(hook_id):
        raise ApiError(ErrorCode.RECORD_ID_INVALID)
    return call.tenant.webhooks.find(hook_id)


def _configure(hook: Subscription, sent: dict[str, Json]) -> None:
    hook.headers = sent.get("Headers", hook.headers)
    hook.query = sent.get("QueryParams", hook.query)
    if "Authentication" in sent:
        basic = sent["Authentication"]["BasicAuth"]
        hook.username, hook.password = basic["Username"], basic["Password"]


def _shown(hook: Subscription) -> Json:
    """Return a subscription without the password of its basic authentication."""
    basic = {"AuthType": "Basic", "BasicAuth": {"Username": hook.username, "Password": ""}}
    return {
        "Id": hook.id,
        "TargetUrl": hook.url,
        "Event": hook.event.lower(),
        "CreatedDate": iso(hook.created, 3),
        "LastModifiedDate": iso(hook.modified, 3),
        "SecretName": "",
        "IsIntegrationWebhook": False,
        "Name": hook.name,
        "Headers": hook.headers,
        "QueryParams": hook.query,
        "Authentication": basic if hook.username is not None else None,
    }
