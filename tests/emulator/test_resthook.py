"""REST hooks share the machinery of webhooks, and are listed apart."""

from loginradius_harness.contracts.codes import ErrorCode
from tests.emulator.conftest import Ask

URL = "https://hooks.example.com/feed?known=to-us"


def test_rest_hooks_and_webhooks_are_listed_apart(ask: Ask) -> None:
    assert ask("resthook.subscribe", body={"target_url": URL, "event": "LOGIN"}).data == {"isPosted": True}
    hook = ask("webhook.create_subscription", body={"Event": "Login", "TargetUrl": URL}).data
    assert ask("webhook.list_subscriptions").data["Data"] == [hook]
    assert ask("webhook_legacy.list_subscriptions", query={"event": "Login"}).data["Count"] == 1
    listed = ask("resthook.list_subscriptions", query={"event": "login"}).data
    assert listed == {"data": [{"target_url": URL, "event": "login"}], "Count": 1}
    assert ask("resthook.unsubscribe", body={"target_url": URL}).data == {"isPosted": True}
    assert ask("resthook.list_subscriptions", query={"event": "login"}).data == {"data": [], "Count": 0}
    assert ask("webhook.list_subscriptions").data["Data"] == [hook]


def test_rest_hooks_of_one_event_are_limited(ask: Ask) -> None:
    for number in range(5):
        assert ask("resthook.subscribe", body={"target_url": f"{URL}{number}", "event": "login"}).status == 200
    sixth = ask("resthook.subscribe", body={"target_url": f"{URL}5", "event": "login"})
    assert sixth.code == ErrorCode.WEBHOOK_LIMIT_EXCEEDED
    assert ask("resthook.subscribe", body={"target_url": URL, "event": "register"}).status == 200
