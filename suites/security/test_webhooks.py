"""Row 63: webhook deliveries and their targets."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from loginradius_harness.checks.security.login_attempts import log_in
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person
from loginradius_harness.tenants import TenantContext

BAD_TARGET = ErrorCode.WEBHOOK_TARGET_URL_INVALID
RECENT = timedelta(minutes=1)

Way = Callable[[Journey, str], ApiResponse]

INNER = """
https://127.0.0.1/ https://localhost/ https://127.1/ https://0x7f000001/ https://2130706433/ https://[::1]/
https://10.0.0.8/ https://172.16.0.1/ https://192.168.1.1/ https://169.254.169.254/latest/meta-data/
https://[::ffff:169.254.169.254]/ https://metadata.google.internal/ https://user@127.0.0.1/ https://[fd00:ec2::254]/
""".split()
NO_HTTPS = [
    "http://hooks.example.com/", "ftp://hooks.example.com/", "file:///etc/passwd", "gopher://hooks.example.com/",
    "hooks.example.com", "//hooks.example.com/", "https://", "javascript:alert(1)",
]  # fmt: skip


def subscribe(journey: Journey, url: str, event: str = "Login") -> ApiResponse:
    """Ask for a webhook; delete it afterwards."""
    body = {"Event": event, "TargetUrl": url, "Name": "lrh-probe"}
    reply = journey.client.call("webhook.create_subscription", body=body)
    if reply.ok:
        journey.client.call("webhook.delete_subscription", path={"hook_id": reply.data["Id"]})
    return reply


def subscribe_as_before(journey: Journey, url: str) -> ApiResponse:
    """Ask for a webhook with the legacy operation; delete it afterwards."""
    body = {"targeturl": url, "event": "Login"}
    reply = journey.client.call("webhook_legacy.subscribe", body=body)
    if reply.ok:
        journey.client.call("webhook_legacy.unsubscribe", body=body)
    return reply


@pytest.mark.preset("strict-security", webhook_secret="")
@pytest.mark.security(63, "API10:2023")
@pytest.mark.rule("webhooks.delivery_is_signed")
def test_delivery_is_signed(
    journey: Journey, control: EmulatorClient, tenant_context: TenantContext, person: Person
) -> None:
    delivery = delivered(journey, control, person)
    secret = tenant_context.target.api_secret
    assert secret is not None
    digest = hmac.digest(secret.reveal().encode(), delivery["body"].encode(), hashlib.sha256)
    assert delivery["signature"] == digest.hex().upper()


@pytest.mark.preset("strict-security", webhook_limit=5)
@pytest.mark.security(63, "API10:2023")
@pytest.mark.rule("webhooks.delivery_can_be_dated")
def test_delivery_carries_its_sending_time(journey: Journey, control: EmulatorClient, person: Person) -> None:
    body = json.loads(delivered(journey, control, person)["body"])
    assert abs(datetime.fromisoformat(body["Time"]) - journey.client.clock.now()) < RECENT


def delivered(journey: Journey, control: EmulatorClient, person: Person) -> dict[str, str]:
    """Return the delivery that a login triggers."""
    body = {"Event": "Login", "TargetUrl": "https://hooks.example.com/feed", "Name": "lrh-feed"}
    journey.client.call("webhook.create_subscription", body=body).must_succeed()
    log_in(journey, person)
    sent: dict[str, str] = control.deliveries()[-1]
    return sent


@pytest.mark.parametrize("url", NO_HTTPS)
@pytest.mark.parametrize("way", [subscribe, subscribe_as_before])
@pytest.mark.security(63, "API7:2023")
@pytest.mark.rule("webhooks.target_must_be_https")
def test_target_must_use_https(journey: Journey, way: Way, url: str) -> None:
    way(journey, url).must_be_refused(BAD_TARGET)


@pytest.mark.parametrize("url", INNER)
@pytest.mark.parametrize("way", [subscribe, subscribe_as_before])
@pytest.mark.security(63, "API7:2023")
@pytest.mark.rule("webhooks.target_must_be_public")
def test_target_cannot_be_an_internal_address(journey: Journey, way: Way, url: str) -> None:
    way(journey, url).must_be_refused(BAD_TARGET)
