"""Webhook deliveries to a receiver on this machine."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.tenant import Tenant
from loginradius_harness.emulator.state.webhooks import EVENTS
from loginradius_harness.emulator.state.webhooks.delivery import Delivery
from tests.emulator.conftest import Answer, Ask, Member

PUBLIC = "https://hooks.example.com/feed"
PATIENCE = 5.0  # seconds, never reached where all is well


@dataclass(frozen=True, slots=True)
class Received:
    """One delivery as it arrived."""

    path: str
    headers: Any
    body: bytes

    @property
    def payload(self) -> Any:
        """The decoded body."""
        return json.loads(self.body)


@dataclass(slots=True)
class Receiver:
    """A subscriber's server. It answers once `may_answer` is set."""

    url: str
    received: SimpleQueue[Received]
    may_answer: Event


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Return a receiver on a free port."""
    received: SimpleQueue[Received] = SimpleQueue()
    may_answer = Event()
    may_answer.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.put(Received(self.path, self.headers, body))
            may_answer.wait(PATIENCE)
            self.send_response(500 if self.path == "/broken" else 204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()  # stops within 10 ms
    yield Receiver(f"http://127.0.0.1:{server.server_port}", received, may_answer)
    may_answer.set()
    server.shutdown()
    server.server_close()


Settle = Callable[[], list[Delivery]]


@pytest.fixture
def settle(tenant: Tenant, loop: asyncio.AbstractEventLoop) -> Settle:
    """`settle()`: the log of deliveries, once none is under way."""

    def settle() -> list[Delivery]:
        loop.run_until_complete(tenant.webhooks.wait(PATIENCE))
        return list(tenant.webhooks.deliveries)

    return settle


def subscribe(ask: Ask, event: str, url: str = PUBLIC, **members: Any) -> Answer:
    """With the newer call."""
    return ask("webhook.create_subscription", body={"Event": event, "TargetUrl": url, **members})


def log_in(ask: Ask, person: Member, **parts: Any) -> Answer:
    """With the right password."""
    body = {"email": person.email, "password": person.password}
    return ask("authentication.login_by_email", **{"body": body, **parts})


def test_delivery_is_signed_and_has_its_form(
    ask: Ask, person: Member, tenant: Tenant, receiver: Receiver, settle: Settle
) -> None:
    hook = subscribe(ask, "LOGIN", receiver.url + "/feed?a=1", QueryParams={"source": "the tenant"}).data
    log_in(ask, person)
    (logged,) = settle()
    arrived = receiver.received.get(timeout=PATIENCE)
    signature = hmac.new(tenant.secret.encode(), arrived.body, hashlib.sha256).hexdigest().upper()
    assert (arrived.path, arrived.headers["signature"]) == ("/feed?a=1&source=the+tenant", signature)
    assert arrived.headers["Content-Type"] == "application/json"
    payload = arrived.payload
    assert (payload["HookName"], payload["HookId"]) == ("login", hook["Id"])
    assert set(payload) == {"HookName", "Time", "HookId", "Data"}
    assert (payload["Data"]["Uid"], payload["Data"]["Password"]) == (person.uid, "**********")
    assert (logged.outcome, logged.status, logged.body) == ("delivered", 204, arrived.body.decode())


def test_delivery_carries_the_subscriptions_headers_and_credentials(
    ask: Ask, person: Member, receiver: Receiver, settle: Settle
) -> None:
    basic = {"AuthType": "Basic", "BasicAuth": {"Username": "feed", "Password": "s3cret"}}
    headers = {"X-Feed": "sign-in", "Host": "elsewhere", "Signature": "forged"}
    subscribe(ask, "Login", receiver.url, Headers=headers, Authentication=basic)
    log_in(ask, person)
    logged = settle()
    arrived = receiver.received.get(timeout=PATIENCE).headers
    assert (arrived["X-Feed"], arrived["Authorization"]) == ("sign-in", "Basic ZmVlZDpzM2NyZXQ=")
    assert arrived["Host"] == receiver.url.removeprefix("http://")
    assert arrived.get_all("signature") == [logged[0].signature]
    assert "s3cret" not in str(logged)


@pytest.mark.preset("default", webhook_secret="of the hook")
def test_a_secret_of_the_hooks_own_signs(ask: Ask, person: Member, receiver: Receiver, settle: Settle) -> None:
    subscribe(ask, "Login", receiver.url)
    log_in(ask, person)
    settle()
    arrived = receiver.received.get(timeout=PATIENCE)
    signature = hmac.new(b"of the hook", arrived.body, hashlib.sha256).hexdigest().upper()
    assert arrived.headers["signature"] == signature


def test_answer_does_not_wait_for_the_receiver(ask: Ask, person: Member, receiver: Receiver, settle: Settle) -> None:
    receiver.may_answer.clear()
    subscribe(ask, "Login", receiver.url)
    assert [log_in(ask, person).status for _ in range(2)] == [200, 200]
    receiver.may_answer.set()
    assert [logged.outcome for logged in settle()] == ["delivered", "delivered"]


def test_deliveries_of_one_subscription_keep_their_order(
    ask: Ask, person: Member, receiver: Receiver, settle: Settle
) -> None:
    subscribe(ask, "Login", receiver.url)
    for _ in range(5):
        log_in(ask, person)
    settle()
    arrived = [receiver.received.get(timeout=PATIENCE).payload["Data"]["NoOfLogins"] for _ in range(5)]
    assert arrived == [1, 2, 3, 4, 5]


def test_failed_deliveries_say_why(ask: Ask, person: Member, receiver: Receiver, settle: Settle) -> None:
    subscribe(ask, "Login", receiver.url + "/broken")
    subscribe(ask, "Login", "http://127.0.0.1:1")
    log_in(ask, person)
    broken, unreachable = settle()
    assert (broken.outcome, broken.status) == ("failed", 500)
    assert unreachable.outcome == "failed"
    assert "ConnectionRefusedError" in str(unreachable.error)


def test_delivery_to_another_machine_is_held(ask: Ask, person: Member, settle: Settle) -> None:
    subscribe(ask, "Login")
    log_in(ask, person)
    (logged,) = settle()
    assert (logged.outcome, logged.url) == ("held", PUBLIC)
    assert json.loads(logged.body)["Data"]["Uid"] == person.uid


@pytest.mark.parametrize(
    ("parts", "deliveries"),
    [
        ({"headers": {"X-PreventWebhook": "true"}}, 0),
        ({"query": {"prevent_webhook": "true"}}, 0),
        ({"headers": {"X-PreventWebhook": "false"}, "query": {"prevent_webhook": "true"}}, 1),
    ],
)
def test_caller_may_prevent_deliveries(
    ask: Ask, person: Member, settle: Settle, parts: dict[str, Any], deliveries: int
) -> None:
    subscribe(ask, "Login")
    log_in(ask, person, **parts)
    assert len(settle()) == deliveries


def test_refused_call_fires_nothing(ask: Ask, person: Member, settle: Settle) -> None:
    subscribe(ask, "Login")
    log_in(ask, person, body={"email": person.email, "password": "wrong"})
    assert settle() == []


def test_removed_address_is_delivered_beside_the_profile(ask: Ask, person: Member, settle: Settle) -> None:
    subscribe(ask, "RemoveEmail")
    path = {"uid": person.uid}
    second = {"Type": "Secondary", "Value": "home@example.com"}
    ask("account.upsert_email_by_uid", path=path, body={"Email": [second]})
    ask("account.remove_email_by_uid", path=path, body={"email": "home@example.com"})
    (logged,) = settle()
    data = json.loads(logged.body)["Data"]
    assert (data["UserProfile"]["Uid"], data["RemovedEmail"]) == (person.uid, second)


MANAGEMENT: list[tuple[str, tuple[str, dict[str, Any]]]] = [
    ("UpdateProfile", ("account.update_account_by_uid", {"FirstName": "Bea"})),
    ("BlockAccount", ("account.update_account_by_uid", {"IsActive": False})),
    ("SetPassword", ("account.set_password_by_uid", {"password": "battery staple 8"})),
    ("AddEmail", ("account.upsert_email_by_uid", {"Email": [{"Type": "Other", "Value": "home@example.com"}]})),
    ("InvalidateEmailVerification", ("account.invalidate_email_verification_by_uid", {})),
    ("AssignRoles", ("role.assign_roles_by_uid", {"roles": ["editor"]})),
    ("UnassignRoles", ("role.unassign_roles_by_uid", {"roles": ["editor"]})),
    ("DeleteAccount", ("account.delete_account_by_uid", {})),
]


@pytest.mark.parametrize(("event", "call"), MANAGEMENT)
def test_management_call_fires_its_one_event(
    ask: Ask, person: Member, settle: Settle, event: str, call: tuple[str, dict[str, Any]]
) -> None:
    operation, body = call
    ask("role.create_roles", body={"roles": [{"name": "editor"}]})
    for known in EVENTS:
        subscribe(ask, known)
    assert ask(operation, path={"uid": person.uid}, body=body or None).status == 200
    assert [logged.event for logged in settle()] == [event]


def test_deleted_subscription_is_silent(ask: Ask, person: Member, settle: Settle) -> None:
    path = {"hook_id": subscribe(ask, "Login").data["Id"]}
    assert ask("webhook.delete_subscription", path=path).status == 200
    assert ask("webhook.delete_subscription", path=path).code == ErrorCode.WEBHOOK_NOT_SUBSCRIBED
    log_in(ask, person)
    assert settle() == []


@pytest.fixture
def host_app(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every host name leads to the receiver."""
    connect, port = asyncio.open_connection, int(receiver.url.rpartition(":")[2])
    monkeypatch.setattr(asyncio, "open_connection", lambda _host, _port, ssl: connect("127.0.0.1", port, ssl=ssl))


@pytest.mark.usefixtures("host_app")
def test_plain_host_of_the_setting_gets_deliveries(ask: Ask, person: Member, tenant: Tenant, settle: Settle) -> None:
    subscribe(ask, "Login", "http://app:3000/h")
    log_in(ask, person)
    tenant.settings.webhook_hosts = ["app"]
    log_in(ask, person)
    assert [logged.outcome for logged in settle()] == ["held", "delivered"]
