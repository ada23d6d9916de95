"""Webhook subscriptions of both families."""

from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from tests.emulator.conftest import Answer, Ask

PUBLIC = "https://hooks.example.com/feed"


def subscribe(ask: Ask, event: str, url: str = PUBLIC, **members: Any) -> Answer:
    """With the newer call."""
    return ask("webhook.create_subscription", body={"Event": event, "TargetUrl": url, **members})


def test_subscription_is_kept_and_hides_its_password(ask: Ask) -> None:
    basic = {"AuthType": "Basic", "BasicAuth": {"Username": "feed", "Password": "s3cret"}}
    made = subscribe(ask, "Login", Name="Feed", Headers={"X-Feed": "a"}, Authentication=basic).data
    assert (made["Event"], made["TargetUrl"], made["Name"], made["QueryParams"]) == ("login", PUBLIC, "Feed", None)
    assert made["Authentication"]["BasicAuth"] == {"Username": "feed", "Password": ""}
    assert ask("webhook.get_subscription", path={"hook_id": made["Id"]}).data == made
    assert ask("webhook.list_subscriptions").data == {"Data": [made]}


def test_updated_subscription_keeps_what_was_not_sent(ask: Ask) -> None:
    made = subscribe(ask, "Login", Headers={"X-Feed": "a"}).data
    body = {"QueryParams": {"b": "c"}}
    changed = ask("webhook.update_subscription", path={"hook_id": made["Id"]}, body=body).data
    assert (changed["Headers"], changed["QueryParams"]) == ({"X-Feed": "a"}, {"b": "c"})


def test_every_listed_event_can_be_subscribed(ask: Ask) -> None:
    listed = ask("webhook.list_events").data["Data"]
    assert [subscribe(ask, event).data["Event"] for event in listed] == [event.lower() for event in listed]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"Event": "Nothing", "TargetUrl": PUBLIC}, ErrorCode.WEBHOOK_EVENT_INVALID),
        ({"TargetUrl": PUBLIC}, ErrorCode.WEBHOOK_EVENT_INVALID),
        ({"Event": "Login"}, ErrorCode.WEBHOOK_TARGET_URL_INVALID),
        ({"Event": "Login", "TargetUrl": "ftp://hooks.example.com"}, ErrorCode.WEBHOOK_TARGET_URL_INVALID),
        ({"Event": "Login", "TargetUrl": "https://"}, ErrorCode.WEBHOOK_TARGET_URL_INVALID),
        ({"Event": "Login", "TargetUrl": "https://hooks.example.com:99999"}, ErrorCode.WEBHOOK_TARGET_URL_INVALID),
        ({"Event": "Login", "TargetUrl": PUBLIC, "Headers": {"X-Feed": "a\r\nHost: b"}}, ErrorCode.BODY_MALFORMED),
    ],
)
def test_subscription_is_refused(ask: Ask, body: dict[str, Any], code: int) -> None:
    assert ask("webhook.create_subscription", body=body).code == code


@pytest.mark.preset("default", webhook_insecure_targets=False)
def test_plain_http_is_refused_where_the_tenant_says_so(ask: Ask) -> None:
    assert subscribe(ask, "Login", "http://127.0.0.1:1").code == ErrorCode.WEBHOOK_TARGET_URL_INVALID


def test_subscriptions_to_one_event_are_unique_and_limited(ask: Ask) -> None:
    for number in range(5):
        assert subscribe(ask, "Login", f"{PUBLIC}/{number}").status == 200
    assert subscribe(ask, "Login", f"{PUBLIC}/0").code == ErrorCode.WEBHOOK_ALREADY_SUBSCRIBED
    assert subscribe(ask, "Login", f"{PUBLIC}/5").code == ErrorCode.WEBHOOK_LIMIT_EXCEEDED
    assert subscribe(ask, "Register", f"{PUBLIC}/0").status == 200


@pytest.mark.parametrize(
    ("hook_id", "code"), [("17", ErrorCode.RECORD_ID_INVALID), ("0" * 24, ErrorCode.WEBHOOK_NOT_SUBSCRIBED)]
)
def test_unknown_subscription_is_refused(ask: Ask, hook_id: str, code: int) -> None:
    assert ask("webhook.get_subscription", path={"hook_id": hook_id}).code == code


def test_both_families_see_the_same_subscriptions(ask: Ask) -> None:
    target = {"targeturl": PUBLIC, "event": "login"}
    assert ask("webhook_legacy.subscribe", body=target).status == 200
    listed = ask("webhook_legacy.list_subscriptions", query={"event": "LOGIN"}).data
    assert listed == {"data": [{"TargetUrl": PUBLIC, "Event": "Login"}], "Count": 1}
    assert len(ask("webhook.list_subscriptions").data["Data"]) == 1
    assert ask("webhook_legacy.unsubscribe", body=target).status == 200
    assert ask("webhook_legacy.unsubscribe", body=target).code == ErrorCode.WEBHOOK_NOT_SUBSCRIBED
    assert ask("webhook_legacy.list_subscriptions", query={"event": "Login"}).data["Count"] == 0


def test_old_family_refuses_what_the_new_one_refuses(ask: Ask) -> None:
    assert (
        ask("webhook_legacy.subscribe", body={"targeturl": "ftp://a.example", "event": "Login"}).code
        == ErrorCode.WEBHOOK_TARGET_URL_INVALID
    )
    assert (
        ask("webhook_legacy.subscribe", body={"targeturl": PUBLIC, "event": "Nothing"}).code
        == ErrorCode.WEBHOOK_EVENT_INVALID
    )
    assert ask("webhook_legacy.list_subscriptions").code == ErrorCode.WEBHOOK_EVENT_INVALID


@pytest.mark.preset("default", disabled_features=["webhook_legacy"])
def test_plan_without_webhooks_is_refused(ask: Ask) -> None:
    assert ask("webhook_legacy.test").code == ErrorCode.ENDPOINT_NOT_IN_PLAN


def test_webhooks_are_allowed(ask: Ask) -> None:
    assert ask("webhook_legacy.test").data == {"IsAllowed": True}
