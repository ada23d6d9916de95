"""REST hooks: log-ins and registrations that are delivered to a URL which holds a secret of its own."""

from collections.abc import Iterator

import pytest

from loginradius_harness.checks.support.webhook_receiver import WebhookReceiver
from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

pytestmark = pytest.mark.preset("default", webhook_limit=50)

FEED = "https://hooks.example.com/feed?known=to-us"


@pytest.fixture
def receiver(control: EmulatorClient) -> Iterator[WebhookReceiver]:
    """Start a receiver; only a tenant on this machine can reach it."""
    del control
    with WebhookReceiver() as receiver:
        yield receiver


def subscribe(api: Client, event: str, url: str) -> None:
    """Subscribe a URL to an event."""
    api.call("resthook.subscribe", body={"target_url": url, "event": event}).must_succeed()


def subscribed(api: Client, event: str) -> list[str]:
    """Return the URLs that are subscribed to an event."""
    listed = api.call("resthook.list_subscriptions", query={"event": event}).must_succeed().data
    assert listed["Count"] == len(listed["data"])
    return [hook["target_url"] for hook in listed["data"]]


@pytest.mark.rule("webhooks.rest_hook_is_delivered", "webhooks.rest_hook_is_unsigned")
def test_rest_hook_gets_a_login_without_signature(
    journey: Journey, api: Client, receiver: WebhookReceiver, person: Person
) -> None:
    subscribe(api, "login", f"{receiver.url}/feed?known=to-us")
    journey.log_in(person)
    delivery = receiver.next()
    assert delivery.path == "/feed?known=to-us"
    assert (delivery.body["HookName"], delivery.body["Data"]["Uid"]) == ("login", person.uid)
    assert not {name for name in delivery.headers if name.lower() == "signature"}


@pytest.mark.rule("webhooks.rest_hook_is_delivered")
def test_each_rest_hook_gets_the_event_that_it_is_subscribed_to(
    journey: Journey, api: Client, control: EmulatorClient, person: Person
) -> None:
    subscribe(api, "Login", f"{FEED}&event=login")
    subscribe(api, "Register", f"{FEED}&event=register")
    journey.register(journey.new_person())
    journey.update_profile(journey.log_in(person), FirstName="Ada")
    told = [(one["event"], one["url"].rpartition("=")[2]) for one in control.deliveries()]
    assert told == [("Register", "register"), ("Login", "login")]


@pytest.mark.rule("webhooks.rest_hook_is_listed_until_unsubscribed")
def test_unsubscribed_rest_hook_is_neither_listed_nor_told(
    journey: Journey, api: Client, control: EmulatorClient, person: Person
) -> None:
    assert api.call("resthook.test").must_succeed().data["isPosted"] is True
    subscribe(api, "login", FEED)
    subscribe(api, "register", FEED)
    subscribe(api, "register", f"{FEED}&second=yes")
    assert (subscribed(api, "login"), len(subscribed(api, "REGISTER"))) == ([FEED], 2)
    api.call("resthook.unsubscribe", body={"target_url": FEED}).must_succeed()
    assert (subscribed(api, "login"), subscribed(api, "register")) == ([], [f"{FEED}&second=yes"])
    journey.log_in(person)
    assert control.deliveries() == []


@pytest.mark.rule("webhooks.rest_hook_knows_two_events", "webhooks.target_must_be_a_web_url")
def test_rest_hook_of_another_event_or_scheme_is_refused(api: Client) -> None:
    body = {"target_url": FEED, "event": "UpdateProfile"}
    api.call("resthook.subscribe", body=body).must_be_refused(ErrorCode.WEBHOOK_EVENT_INVALID)
    query = {"event": "UpdateProfile"}
    api.call("resthook.list_subscriptions", query=query).must_be_refused(ErrorCode.WEBHOOK_EVENT_INVALID)
    body = {"target_url": "ftp://hooks.example.com/feed", "event": "login"}
    api.call("resthook.subscribe", body=body).must_be_refused(ErrorCode.WEBHOOK_TARGET_URL_INVALID)


@pytest.mark.rule("webhooks.rest_hook_fields_are_delivered")
def test_fields_of_rest_hooks_name_what_a_delivery_carries(
    journey: Journey, api: Client, receiver: WebhookReceiver, person: Person
) -> None:
    subscribe(api, "login", receiver.url)
    journey.log_in(person)
    fields = api.call("resthook.list_fields").must_succeed().data
    assert set(fields) == set(receiver.next().body["Data"])


@pytest.mark.rule("webhooks.rest_hook_refusals_are_named")
def test_rest_hook_is_subscribed_once_and_unsubscribed_once(api: Client) -> None:
    subscribe(api, "login", FEED)
    body = {"target_url": FEED, "event": "Login"}
    api.call("resthook.subscribe", body=body).must_be_refused(ErrorCode.WEBHOOK_ALREADY_SUBSCRIBED)
    api.call("resthook.unsubscribe", body={"target_url": FEED}).must_succeed()
    gone = api.call("resthook.unsubscribe", body={"target_url": FEED})
    gone.must_be_refused(ErrorCode.WEBHOOK_NOT_SUBSCRIBED)
