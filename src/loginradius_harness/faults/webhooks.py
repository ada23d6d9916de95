"""Subscriptions and deliveries."""

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.handlers import (
    account,
    authentication_profile,
    custom_object,
    resthook,
    webhook,
    webhook_legacy,
)
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.http.validation import RequestValidator
from loginradius_harness.emulator.server.app import RequestCycle
from loginradius_harness.emulator.services import email_addresses
from loginradius_harness.emulator.state import webhooks
from loginradius_harness.emulator.state.webhooks import Webhooks, delivery, targets
from loginradius_harness.faults.registry import Faults
from loginradius_harness.faults.source_patch import SourcePatch

faults = Faults("webhooks")

FIRES = "if hook.event == event]"

faults.replace_source(
    "login_fires_nothing",
    "webhooks.call_fires_its_event",
    Webhooks.fire,
    FIRES,
    'if hook.event == event != "Login"]',
)
faults.replace_source(
    "registration_fires_twice",
    "webhooks.call_fires_its_event",
    Webhooks.fire,
    FIRES,
    'if hook.event == event for _ in range(1 + (event == "Register"))]',
)
faults.replace_source(
    "every_event_reaches_everybody",
    "webhooks.call_fires_its_event",
    Webhooks.fire,
    FIRES,
    "]",
)
faults.replace_source(
    "deletion_by_management_fires_nothing",
    "webhooks.operator_call_fires_its_event",
    account._delete,
    'call.tenant.webhooks.fire("DeleteAccount", account)',
    "pass",
)
faults.replace_source(
    "block_fires_an_update",
    "webhooks.operator_call_fires_its_event",
    account.update_account_by_uid,
    '"BlockAccount" if was_active and not account.active else ',
    "",
)
faults.replace_source(
    "confirmed_deletion_fires_nothing",
    "webhooks.operator_call_fires_its_event",
    authentication_profile.delete_account_by_delete_token,
    'tenant.webhooks.fire("DeleteAccount", account)',
    "pass",
)
faults.replace_source(
    "new_object_fires_nothing",
    "webhooks.object_pin_and_consent_fire_events",
    custom_object.create,
    'call.tenant.webhooks.fire("CreateCustomObject", account)',
    "pass",
)
faults.replace_source(
    "refused_call_fires",
    "webhooks.refused_call_fires_nothing",
    RequestCycle.answer,
    " and code is None",
    "",
)
faults.replace_source(
    "name_is_not_in_lower_case",
    "webhooks.delivery_has_its_form",
    Webhooks._delivery,
    "hook.event.lower()",
    "hook.event",
)
faults.replace_source(
    "profile_is_wrapped",
    "webhooks.delivery_has_its_form",
    Webhooks._delivery,
    "if extra else about",
    "",
)
faults.replace_source(
    "removed_address_is_missing",
    "webhooks.removed_address_is_delivered",
    email_addresses.remove,
    ', RemovedEmail={"Type": email.type, "Value": email.value}',
    "",
)
faults.replace_source(
    "signature_is_in_lower_case",
    "webhooks.delivery_is_signed",
    delivery.sign,
    ".hexdigest().upper()",
    ".hexdigest()",
)
faults.replace_source(
    "signature_is_of_another_key",
    "webhooks.delivery_is_signed",
    Webhooks._delivery,
    "settings.webhook_secret or self._tenant.secret",
    "self._tenant.key",
)
faults.replace_source(
    "time_stands_still",
    "webhooks.delivery_can_be_dated",
    Webhooks._delivery,
    '"Time": iso(now)',
    '"Time": iso(0)',
)
faults.replace_source(
    "delivery_shows_the_hash",
    "webhooks.delivery_shows_no_secret",
    Webhooks._delivery,
    "profile.render(account, settings)",
    "profile.render(account, settings, managed=True)",
)


@faults.patch("target_of_any_scheme_is_taken", "webhooks.target_must_be_a_web_url")
def _any_scheme(patch: SourcePatch) -> None:
    """Accept a target of another scheme, in the form of the request and as a target."""
    patch.replace_source(
        RequestValidator.body,
        "if not self._operation.body_validator.is_valid(body):",
        """if not self._operation.body_validator.is_valid(body) and self._refusal(
        "body", self._operation.body_validator, body
    ).code != ErrorCode.WEBHOOK_TARGET_URL_INVALID:""",
        ErrorCode=ErrorCode,
    )
    patch.replace_source(targets.webhook_target, '("https", "http") if', '("https", "http", "ftp") if')


faults.replace_source(
    "plain_target_is_taken",
    "webhooks.target_must_be_https",
    targets.webhook_target,
    "if not usable or parts.scheme not in schemes:",
    "if not usable:",
)
faults.replace_source(
    "private_target_is_taken",
    "webhooks.target_must_be_public",
    targets.webhook_target,
    "if not settings.webhook_private_targets and not is_public(host):",
    "if False:",
)
faults.replace_source(
    "wish_for_silence_is_ignored",
    "webhooks.delivery_can_be_prevented",
    vars(RequestContext)["prevents_webhooks"].fget,
    'return wish.lower() == "true"',
    "return False",
)
faults.replace_source(
    "query_wins_over_header",
    "webhooks.delivery_can_be_prevented",
    vars(RequestContext)["prevents_webhooks"].fget,
    'self.header("x-preventwebhook") or self.parameters.get("prevent_webhook", "")',
    'self.parameters.get("prevent_webhook") or self.header("x-preventwebhook") or ""',
)
faults.replace_source(
    "slow_receiver_is_waited_for",
    "webhooks.slow_receiver_does_not_delay_the_api",
    RequestCycle.answer,
    "await asgi.respond(",
    """if self._fired and self._tenant is not None and code is None:
        self._tenant.webhooks.release(self._fired)
        self._fired = []
        await self._tenant.webhooks.wait(5)
    await asgi.respond(""",
)
faults.replace_source(
    "update_is_not_kept",
    "webhooks.subscription_is_kept",
    webhook.update_subscription,
    "_configure(hook, call.body)",
    "pass",
)
faults.replace_source(
    "headers_are_not_kept",
    "webhooks.subscription_is_kept",
    webhook._configure,
    'hook.headers = sent.get("Headers", hook.headers)',
    "pass",
)
faults.replace_source(
    "deleted_one_is_still_told",
    "webhooks.deleted_subscription_is_silent",
    Webhooks.cancel,
    "self._hooks.remove(hook.id)",
    "pass",
)
faults.replace_source(
    "password_is_shown",
    "webhooks.subscription_hides_its_password",
    webhook._shown,
    '"Password": ""',
    '"Password": hook.password',
)
faults.replace_source(
    "unknown_event_has_another_code",
    "webhooks.unknown_event_is_refused",
    webhooks.event_named,
    "raise ApiError(ErrorCode.WEBHOOK_EVENT_INVALID)",
    "raise ApiError(ErrorCode.WEBHOOK_TARGET_URL_INVALID)",
)
faults.replace_source(
    "sixth_one_is_taken",
    "webhooks.refusals_are_named",
    Webhooks.subscribe,
    "raise ApiError(ErrorCode.WEBHOOK_LIMIT_EXCEEDED)",
    "pass",
)
faults.replace_source(
    "same_one_is_taken_twice",
    "webhooks.refusals_are_named",
    Webhooks.subscribe,
    "raise ApiError(ErrorCode.WEBHOOK_ALREADY_SUBSCRIBED)",
    "pass",
)
faults.replace_source(
    "older_list_is_empty",
    "webhooks.legacy_list_follows_changes",
    webhook_legacy.list_subscriptions,
    "if hook.event == event]",
    "if False]",
)
faults.replace_source(
    "event_that_is_listed_is_unknown",
    "webhooks.events_are_listed",
    webhook.list_events,
    '{"Data": EVENTS}',
    '{"Data": [*EVENTS, "SendMessage"]}',
)
faults.replace_source(
    "rest_hook_is_never_told",
    "webhooks.rest_hook_is_delivered",
    Webhooks.fire,
    FIRES,
    "if hook.event == event and not hook.rest]",
)
faults.replace_source(
    "rest_hook_is_told_everything",
    "webhooks.rest_hook_is_delivered",
    Webhooks.fire,
    FIRES,
    "if hook.event == event or hook.rest]",
)
faults.replace_source(
    "rest_hook_is_signed",
    "webhooks.rest_hook_is_unsigned",
    Webhooks._delivery,
    "None if hook.rest else ",
    "",
)
faults.replace_source(
    "list_of_rest_hooks_is_of_all_events",
    "webhooks.rest_hook_is_listed_until_unsubscribed",
    resthook.list_subscriptions,
    " if hook.event == event]",
    "]",
)
faults.replace_source(
    "unsubscribed_rest_hook_is_still_told",
    "webhooks.rest_hook_is_listed_until_unsubscribed",
    resthook.unsubscribe,
    "call.tenant.webhooks.cancel(hook)",
    "pass",
)
faults.replace_source(
    "rest_hook_of_any_event_is_taken",
    "webhooks.rest_hook_knows_two_events",
    resthook._event,
    "if event not in EVENTS:",
    "if False:",
)
faults.replace_source(
    "fields_of_rest_hooks_lack_one",
    "webhooks.rest_hook_fields_are_delivered",
    resthook.list_fields,
    "profile.render(nobody, call.settings)",
    'profile.render(nobody, call.settings).keys() - {"Industry"}',
)
faults.replace_source(
    "unknown_rest_hook_is_unsubscribed",
    "webhooks.rest_hook_refusals_are_named",
    resthook.unsubscribe,
    "raise ApiError(ErrorCode.WEBHOOK_NOT_SUBSCRIBED)",
    "pass",
)
