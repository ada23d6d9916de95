"""Sessions, data and webhooks in the console, and a long journal."""

import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest
from playwright.sync_api import Page, expect

from loginradius_harness.emulator.console.request_groups import SHOWN
from loginradius_harness.emulator.server.uvicorn_server import Running
from loginradius_harness.emulator.state.tenant import Tenant

CONSOLE = "/__emulator__/console/"
PASSWORD = "correct horse 7"  # of accounts that exist in this test only


@pytest.fixture
def tenant(running: Running) -> Tenant:
    return running.app.registry.default


@pytest.fixture
def target() -> Iterator[tuple[str, list[bytes]]]:
    """Return the address of a receiver of webhooks, and the bodies that it got."""
    bodies: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/hook", bodies
        server.shutdown()


def create(api: httpx.Client, email: str) -> str:
    body = {"Email": [{"Type": "Primary", "Value": email}], "EmailVerified": True, "Password": PASSWORD}
    uid: str = api.post("/identity/v2/manage/account", json=body).json()["Uid"]
    return uid


def log_in(api: httpx.Client, email: str, agent: str) -> None:
    login = {"email": email, "password": PASSWORD}
    assert api.post("/identity/v2/auth/login", json=login, headers={"User-Agent": agent}).status_code == 200


def test_live_sessions_are_listed_and_found(page: Page, api: httpx.Client, tenant: Tenant) -> None:
    for email, agent in (("ada@example.com", "Engine/1"), ("bob@example.com", "Loom/2")):
        create(api, email)
        log_in(api, email, agent)
    page.goto(f"{CONSOLE}sessions")
    expect(page.locator("#sessions h2")).to_have_text(["bob@example.com", "ada@example.com"])
    page.get_by_label("Search sessions").fill("engine")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#sessions h2")).to_have_text(["ada@example.com"])
    tenant.clock.advance(10_000)
    page.reload()
    expect(page.get_by_text("No match.")).to_be_visible()


def test_roles_objects_and_choices_are_listed_and_found(page: Page, api: httpx.Client) -> None:
    uid = create(api, "ada@example.com")
    api.post("/identity/v2/manage/role", json={"roles": [{"name": "editor", "permissions": {"write": True}}]})
    api.post(f"/identity/v2/manage/account/{uid}/customobject?objectname=orders", json={"sum": 17})
    api.post("/identity/v2/manage/registrationdata", json={"Data": [{"type": "city", "key": "1", "value": "Paris"}]})
    page.goto(f"{CONSOLE}data")
    data = page.locator("#data")
    for text in ("editor write", "orders of ada@example.com", '{"sum":17}', "city 1: Paris"):
        expect(data).to_contain_text(text)
    page.get_by_label("Search data").fill("orders")
    page.get_by_role("button", name="Search").click()
    expect(data).to_contain_text('{"sum":17}')
    expect(data).not_to_contain_text("Paris")


def test_webhook_is_delivered_again(
    page: Page, api: httpx.Client, tenant: Tenant, target: tuple[str, list[bytes]]
) -> None:
    url, bodies = target
    api.post("/v2/manage/webhooks", json={"TargetUrl": url, "Event": "Login", "Name": "log-ins"})
    create(api, "ada@example.com")
    log_in(api, "ada@example.com", "Engine/1")
    deliveries = api.get("/__emulator__/deliveries", params={"wait": 20}).json()["deliveries"]
    assert [(one["event"], one["outcome"]) for one in deliveries] == [("Login", "delivered")]
    page.goto(f"{CONSOLE}webhooks")
    page.get_by_role("button", name="Deliver Login 1 again").click()
    expect(page.get_by_role("button", name="Deliver Login 2 again")).to_be_visible()
    api.get("/__emulator__/deliveries", params={"wait": 20})
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]
    assert api.post("/__emulator__/deliveries", json={"id": 9}).status_code == 404
    tenant.webhooks.cancel(tenant.webhooks.all()[0])
    assert api.post("/__emulator__/deliveries", json={"id": 1}).status_code == 404


def test_journal_of_60_000_requests_shows_the_newest_without_delay(page: Page, tenant: Tenant) -> None:
    account = "0" * 32
    for number in range(60_000):
        tenant.journal.add(number, "POST", f"/identity/v2/auth/login/{number}", None, 200, None, account, 0.001, 60_000)
    began = time.perf_counter()
    page.goto("/__emulator__/")
    expect(page.get_by_text("60,000 requests so far")).to_be_visible()
    assert page.locator("#journal li").count() == SHOWN
    expect(page.locator("#journal li").first).to_contain_text("/login/59999")
    page.get_by_role("link", name="Older").click()
    expect(page.locator("#journal li").first).to_contain_text("/login/59699")
    page.keyboard.press("/")
    page.keyboard.type("/login/123")
    page.keyboard.press("Enter")
    expect(page.locator("#journal li")).to_have_count(111)  # 123, 1230 to 1239, 12300 to 12399
    expect(page.get_by_role("link", name="Older")).to_have_count(0)
    assert time.perf_counter() - began < 10  # generous: the machine may be busy


def test_journal_is_read_page_by_page_to_its_first_request(page: Page, api: httpx.Client, tenant: Tenant) -> None:
    tenant.settings.journal_kept = 2 * SHOWN
    for number in range(SHOWN + 1):
        api.get(f"/nowhere/{number}")
    page.goto(f"/__emulator__/?apikey={tenant.key}&search=nowhere")
    page.get_by_role("link", name="Older").click()
    expect(page.locator("#journal li")).to_have_count(1)
    expect(page.locator("#journal li")).to_contain_text("/nowhere/0")
    page.get_by_role("link", name="Newest").click()
    expect(page.locator("#journal li")).to_have_count(SHOWN)
    for odd in ("x", "-1", "1" * 400, "0", "999999"):
        assert api.get("/__emulator__/", params={"before": odd}).status_code == 200


def test_journal_keeps_as_many_requests_as_the_setting_says(api: httpx.Client, tenant: Tenant) -> None:
    for kept in (3, 1, 2):
        tenant.settings.journal_kept = kept
        for _ in range(4):
            api.get("/nowhere")
        assert [entry.number for entry in tenant.journal.entries] == [
            *range(tenant.journal.count - kept + 1, tenant.journal.count + 1)
        ]
    assert api.patch("/__emulator__/settings", json={"journal_kept": 60_001}).status_code == 400
