"""Webhooks: which events are delivered, and how deliveries are signed."""

import hmac
import socket
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from loginradius_harness.checks.support.webhook_receiver import WebhookReceiver
from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import expect_error
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person, new_password, new_phone

SECRET = "known to the subscriber"
PATIENCE = 3.0  # seconds; a tenant that waits for its receivers takes longer
HASH = "Rfc2898DeriveBytes$"

pytestmark = pytest.mark.preset("phone-login", webhook_limit=50, webhook_secret=SECRET)

Json = Any


@pytest.fixture
def receiver(control: EmulatorClient) -> Iterator[WebhookReceiver]:
    """Start a receiver; only a tenant on this machine can reach it."""
    del control
    with WebhookReceiver() as receiver:
        yield receiver


@pytest.fixture
def person(journey: Journey) -> Person:
    """Create an account with a number, a user name and a second address."""
    return journey.verified_person("phone", "username")


def subscribe(api: Client, event: str, url: str, **more: Json) -> str:
    """Subscribe to an event; return the id of the subscription."""
    body = {"Event": event, "TargetUrl": url, "Name": f"lrh-{uuid4().hex[:8]}", **more}
    return str(api.call("webhook.create_subscription", body=body).must_succeed().data["Id"])


def subscribe_to_everything(api: Client, url: str) -> None:
    """Subscribe to every event."""
    for event in api.call("webhook.list_events").must_succeed().data["Data"]:
        subscribe(api, event, url)


Act = Callable[[Journey, Person, Session], object]


def _verify_email(journey: Journey, *_: object) -> None:
    unverified_person = journey.accounts.create(journey.new_person(), EmailVerified=False)
    journey.emails.verify(journey.accounts.make_token("emailverification", Email=unverified_person.email))


def _confirm_phone(journey: Journey, *_: object) -> None:
    unverified_person = journey.new_person()
    journey.phones.register(unverified_person)
    journey.phones.confirm(unverified_person)


def _change_phone(journey: Journey, person: Person, session: Session) -> None:
    number = new_phone()
    journey.phones.ask_for_change(session, number)
    journey.phones.confirm_change(person, session, number)


def _reset_password(journey: Journey, person: Person, _: Session) -> None:
    journey.forget_password(person)
    journey.reset_password(person, new_password())


def _add_email(journey: Journey, _: Person, session: Session) -> None:
    journey.emails.add(session, journey.new_person().email)


def _remove_email(journey: Journey, _: Person, session: Session) -> None:
    address = journey.new_person().email
    journey.emails.add(session, address)
    journey.emails.remove(session, address)


def _leave(journey: Journey, person: Person, session: Session) -> None:
    journey.emails.ask_for_deletion(session)
    journey.emails.confirm_deletion(person)


def _take_role(journey: Journey, person: Person, _: Session) -> None:
    role = journey.roles.create()
    journey.roles.give(person.uid, role)
    journey.roles.take(person.uid, role)


def _leave_context(journey: Journey, person: Person, _: Session) -> None:
    journey.roles.put_context(person.uid, "lrh-home", [journey.roles.create()], [])
    journey.roles.remove_context(person.uid, "lrh-home")


BY_USER: list[tuple[list[str], Act]] = [
    (["Register"], lambda journey, _, __: journey.register(journey.new_person())),
    (["Login"], lambda journey, person, _: journey.log_in(person)),
    (["Register", "EmailVerification"], _verify_email),
    (["ChangePassword"], lambda journey, person, session: journey.change_password(person, session, new_password())),
    (["ResetPassword"], _reset_password),
    (["UpdateProfile"], lambda journey, _, session: journey.update_profile(session, FirstName="Ada")),
    (["AddEmail"], _add_email),
    (["AddEmail", "RemoveEmail"], _remove_email),
    (["SetUsername"], lambda journey, _, session: journey.change_username(session, journey.new_person().username)),
    (["Register", "VerifyPhoneNumber", "Login"], _confirm_phone),
    (["UpdatePhoneId", "VerifyPhoneNumber"], _change_phone),
    (["RemovePhoneId"], lambda journey, _, session: journey.phones.remove(session)),
]
BY_OPERATOR: list[tuple[list[str], Act]] = [
    (["UpdateProfile"], lambda journey, person, _: journey.accounts.update(person.uid, FirstName="Ada")),
    (["BlockAccount"], lambda journey, person, _: journey.accounts.update(person.uid, IsActive=False)),
    (["DeleteAccount"], lambda journey, person, _: journey.accounts.delete(person.uid)),
    (["DeleteAccount"], _leave),
    (["SetPassword"], lambda journey, person, _: journey.accounts.set_password(person, new_password())),
    (["InvalidateEmailVerification"], lambda journey, person, _: journey.accounts.invalidate_email(person.uid)),
    (["InvalidatePhoneVerification"], lambda journey, person, _: journey.accounts.invalidate_phone(person.uid)),
    (["AssignRoles", "UnassignRoles"], _take_role),
    (["RemoveRoleContext"], _leave_context),
]


def each_act(acts: list[tuple[list[str], Act]]) -> pytest.MarkDecorator:
    """Run the test for each act and the events that it fires."""
    return pytest.mark.parametrize(("events", "act"), [pytest.param(*act, id="-".join(act[0])) for act in acts])


def fires(journey: Journey, control: EmulatorClient, person: Person, events: list[str], act: Act) -> None:
    """Check that these events are fired in this order, each once, and no other."""
    session = journey.log_in(person)
    subscribe_to_everything(journey.client, "https://hooks.example.com/feed")
    act(journey, person, session)
    assert [delivery["event"] for delivery in control.deliveries()] == events


@each_act(BY_USER)
@pytest.mark.rule("webhooks.call_fires_its_event")
def test_user_actions_fire_their_webhook_events(
    journey: Journey, control: EmulatorClient, person: Person, events: list[str], act: Act
) -> None:
    fires(journey, control, person, events, act)


@each_act(BY_OPERATOR)
@pytest.mark.rule("webhooks.operator_call_fires_its_event")
def test_management_actions_fire_their_webhook_events(
    journey: Journey, control: EmulatorClient, person: Person, events: list[str], act: Act
) -> None:
    fires(journey, control, person, events, act)


@pytest.mark.rule("webhooks.delivery_has_its_form", "webhooks.delivery_is_signed")
def test_webhook_delivery_has_the_documented_form_and_is_signed(
    journey: Journey, api: Client, receiver: WebhookReceiver, person: Person
) -> None:
    subscribe(api, "Login", f"{receiver.url}/feed", QueryParams={"source": "lrh"}, Headers={"X-Feed": "lrh"})
    journey.log_in(person)
    delivery = receiver.next()
    assert (delivery.path, delivery.headers["X-Feed"]) == ("/feed?source=lrh", "lrh")
    assert delivery.headers["Content-Type"].startswith("application/json")
    assert delivery.body["HookName"] == "login"
    assert isinstance(delivery.body["HookId"], str)  # recorded ones are GUIDs, where subscriptions have 24 digits
    assert delivery.body["Data"]["Uid"] == person.uid
    age = journey.client.clock.now() - datetime.fromisoformat(delivery.body["Time"])
    assert abs(age) < timedelta(seconds=10)
    assert delivery.headers["signature"] == hmac.new(SECRET.encode(), delivery.content, "sha256").hexdigest().upper()


@pytest.mark.rule("webhooks.delivery_shows_no_secret")
def test_webhook_delivery_contains_no_secret(journey: Journey, api: Client, receiver: WebhookReceiver) -> None:
    for event in ("Register", "Login", "ChangePassword"):
        subscribe(api, event, receiver.url)
    person = journey.verified_person("answer")
    session = journey.log_in(person)
    renewed = journey.change_password(person, session, new_password())
    hashed = api.call("account.get_password_hash_by_uid", path={"uid": person.uid}).must_succeed().data["PasswordHash"]
    reported = b"".join(receiver.next().content for _ in range(3)).decode()
    assert person.uid in reported
    for secret in (
        person.password,
        renewed.password,
        person.answer,
        session.token,
        session.refresh_token,
        hashed,
        HASH,
    ):
        assert secret not in reported


@pytest.mark.preset("default", webhook_insecure_targets=False)
@pytest.mark.rule("webhooks.target_must_be_https")
def test_webhook_target_must_use_https(api: Client) -> None:
    require_refused_target(api, "http://hooks.example.com/feed")


@pytest.mark.rule("webhooks.target_must_be_a_web_url")
@pytest.mark.parametrize("url", ["ftp://hooks.example.com/feed", "hooks.example.com"])
def test_webhook_target_must_be_a_web_url(api: Client, url: str) -> None:
    require_refused_target(api, url)


def require_refused_target(api: Client, url: str) -> None:
    new, old = {"Event": "Login", "TargetUrl": url}, {"event": "Login", "targeturl": url}
    api.call("webhook.create_subscription", body=new).must_be_refused(ErrorCode.WEBHOOK_TARGET_URL_INVALID)
    api.call("webhook_legacy.subscribe", body=old).must_be_refused(ErrorCode.WEBHOOK_TARGET_URL_INVALID)


@pytest.mark.rule("webhooks.delivery_can_be_prevented")
@pytest.mark.parametrize(
    ("asked", "reported"),
    [
        ({}, 1),
        ({"headers": {"X-PreventWebhook": "true"}}, 0),
        ({"query": {"prevent_webhook": "true"}}, 0),
        ({"headers": {"X-PreventWebhook": "true"}, "query": {"prevent_webhook": "false"}}, 0),
        ({"headers": {"X-PreventWebhook": "false"}, "query": {"prevent_webhook": "true"}}, 1),
    ],
)
def test_prevent_webhook_suppresses_the_delivery(
    api: Client, control: EmulatorClient, person: Person, asked: dict[str, Any], reported: int
) -> None:
    subscribe(api, "Login", "https://hooks.example.com/feed")
    body = {"email": person.email, "password": person.password}
    api.call("authentication.login_by_email", body=body, **asked).must_succeed()
    assert len(control.deliveries()) == reported


@pytest.mark.rule("webhooks.subscription_is_kept", "webhooks.subscription_hides_its_password")
def test_subscription_hides_its_password(api: Client) -> None:
    basic = {"AuthType": "Basic", "BasicAuth": {"Username": "feed", "Password": "told to nobody"}}
    url = "https://hooks.example.com/feed"
    path = {"hook_id": subscribe(api, "Login", url, Headers={"X-Feed": "a"}, Authentication=basic)}
    change = {"Headers": {"X-Feed": "b"}, "QueryParams": {"c": "d"}}
    api.call("webhook.update_subscription", path=path, body=change).must_succeed()
    kept = api.call("webhook.get_subscription", path=path).must_succeed().data
    assert (kept["Event"].lower(), kept["TargetUrl"]) == ("login", url)
    assert (kept["Headers"], kept["QueryParams"]) == (change["Headers"], change["QueryParams"])
    assert kept["Authentication"]["BasicAuth"] == {"Username": "feed", "Password": ""}
    assert api.call("webhook.list_subscriptions").must_succeed().data == {"Data": [kept]}


@pytest.mark.rule("webhooks.deleted_subscription_is_silent")
def test_unsubscribing_stops_deliveries(journey: Journey, api: Client, control: EmulatorClient, person: Person) -> None:
    gone = subscribe(api, "Login", "https://hooks.example.com/gone")
    kept = subscribe(api, "Login", "https://hooks.example.com/kept")
    api.call("webhook.delete_subscription", path={"hook_id": gone}).must_succeed()
    listed = api.call("webhook.list_subscriptions").must_succeed().data["Data"]
    assert [hook["Id"] for hook in listed] == [kept]
    journey.log_in(person)
    assert [delivery["hook_id"] for delivery in control.deliveries()] == [kept]


@pytest.mark.rule("webhooks.legacy_list_follows_changes")
def test_legacy_subscription_receives_deliveries(
    journey: Journey, api: Client, receiver: WebhookReceiver, person: Person
) -> None:
    subscription = {"targeturl": receiver.url, "event": "Login"}
    assert api.call("webhook_legacy.test").must_succeed().data["IsAllowed"] is True
    api.call("webhook_legacy.subscribe", body=subscription).must_succeed()
    listed = api.call("webhook_legacy.list_subscriptions", query={"event": "Login"}).must_succeed().data
    assert [hook["TargetUrl"] for hook in listed["data"]] == [receiver.url]
    journey.log_in(person)
    assert receiver.next().body["Data"]["Uid"] == person.uid
    api.call("webhook_legacy.unsubscribe", body=subscription).must_succeed()
    assert api.call("webhook_legacy.list_subscriptions", query={"event": "Login"}).must_succeed().data["Count"] == 0


@pytest.mark.rule("webhooks.events_are_listed")
def test_every_listed_event_can_be_subscribed(api: Client) -> None:
    subscribe_to_everything(api, "https://hooks.example.com/feed")


def _keep_record(journey: Journey, _: Person, session: Session) -> None:
    journey.custom_objects.create(session, {"colour": "red"})


def _join_profile(journey: Journey, _: Person, session: Session) -> None:
    journey.social.link_by_ping(session, journey.social.new_user("facebook"))


@each_act([(["CreateCustomObject"], _keep_record), (["LinkAccount"], _join_profile)])
@pytest.mark.rule("webhooks.object_pin_and_consent_fire_events")
def test_record_and_profile_changes_fire_their_webhook_events(
    journey: Journey, control: EmulatorClient, person: Person, events: list[str], act: Act
) -> None:
    fires(journey, control, person, events, act)


@pytest.mark.rule("webhooks.refused_call_fires_nothing")
def test_refused_requests_fire_no_webhook_event(
    journey: Journey, api: Client, control: EmulatorClient, person: Person
) -> None:
    subscribe_to_everything(api, "https://hooks.example.com/feed")
    with expect_error(ErrorCode.CREDENTIALS_INCORRECT):
        journey.log_in(person, password=new_password())
    with expect_error(ErrorCode.EMAIL_ALREADY_EXISTS):
        journey.register(person)
    assert control.deliveries() == []


@pytest.mark.rule("webhooks.removed_address_is_delivered")
def test_removed_email_is_named_in_the_delivery(
    journey: Journey, api: Client, receiver: WebhookReceiver, person: Person
) -> None:
    session, address = journey.log_in(person), journey.new_person().email
    journey.emails.add(session, address)
    subscribe(api, "RemoveEmail", receiver.url)
    journey.emails.remove(session, address)
    reported = receiver.next().body["Data"]
    assert reported["UserProfile"]["Uid"] == person.uid
    assert reported["RemovedEmail"] == {"Type": "Secondary", "Value": address}


@pytest.mark.rule("webhooks.slow_receiver_does_not_delay_the_api")
def test_unresponsive_receiver_does_not_delay_requests(api: Client, person: Person) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        subscribe(api, "Login", f"http://127.0.0.1:{silent.getsockname()[1]}/feed")
        body = {"email": person.email, "password": person.password}
        reply = api.call("authentication.login_by_email", body=body).must_succeed()
    assert reply.seconds < PATIENCE


@pytest.mark.preset(
    "phone-login", webhook_limit=50, webhook_secret=SECRET, login_on_email_verification=True,
    privacy_policy_version="1.0", privacy_policy_mode="Strict",
)  # fmt: skip
@pytest.mark.rule("webhooks.refused_call_fires_nothing")
def test_late_refusal_fires_no_webhook_event(journey: Journey, api: Client, control: EmulatorClient) -> None:
    unverified_person = journey.accounts.create(journey.new_person(), EmailVerified=False)
    token = journey.accounts.make_token("emailverification", Email=unverified_person.email)
    subscribe_to_everything(api, "https://hooks.example.com/feed")
    with expect_error(ErrorCode.PRIVACY_POLICY_NOT_ACCEPTED):
        journey.emails.verify(token)
    assert control.deliveries() == []
