"""Strange web pages and the control API: what they ask is refused, whatever name they ask by."""

import httpx
import pytest
from playwright.sync_api import Browser, expect

from loginradius_harness import emulator
from loginradius_harness.emulator.control.origin_check import Allowed, check_origin
from loginradius_harness.emulator.control.routes import InvalidControlCallError
from loginradius_harness.emulator.server.uvicorn_server import Running
from loginradius_harness.emulator.state.tenant import Tenant

CONSOLE = "/__emulator__/"
STRANGER = "stranger.example"


@pytest.fixture(scope="module")
def browser_options() -> list[str]:
    """Map a foreign host name to this machine, as DNS rebinding does."""
    return [f"--host-resolver-rules=MAP {STRANGER} 127.0.0.1"]


@pytest.fixture
def tenant(running: Running) -> Tenant:
    return running.app.registry.default


def test_page_of_another_origin_changes_nothing(browser: Browser, running: Running, tenant: Tenant) -> None:
    """Neither by script nor by a form: both arrive, for they ask for no permission first, and both are refused."""
    with emulator.running() as other:
        page = browser.new_page()
        page.goto(other.url + "/elsewhere")
        sent = "fetch(url, {method: 'POST', mode: 'no-cors', body: '{\"advance_seconds\": 60}'}).then(() => true)"
        assert page.evaluate(f"(url) => {sent}", f"{running.url}{CONSOLE}clock")
        with page.expect_navigation():
            page.evaluate(
                "(url) => { const form = document.createElement('form'); form.method = 'post'; form.action = url;"
                " form.enctype = 'text/plain'; document.body.append(form); form.submit(); }",
                f"{running.url}{CONSOLE}reset",
            )
        expect(page.get_by_text("may not use the control API")).to_be_visible()
        page.close()
    assert tenant.clock.ahead == 0
    assert running.app.registry.default is tenant


def test_foreign_host_name_is_refused(browser: Browser, running: Running, tenant: Tenant) -> None:
    page = browser.new_page()
    page.goto(f"http://{STRANGER}:{running.url.rpartition(':')[2]}{CONSOLE}outbox")
    expect(page.get_by_text("'stranger.example' may be anybody's name for this machine")).to_be_visible()
    read = "fetch('/__emulator__/clock', {method: 'POST', body: '{\"advance_seconds\": 60}'}).then((a) => a.status)"
    assert page.evaluate(read) == 403
    assert tenant.clock.ahead == 0
    page.close()


@pytest.mark.parametrize("host", ["127.0.0.1:1", "localhost", "[::1]:8484", "console.localhost", "api.loginradius.com"])
def test_names_of_this_machine_and_of_the_vendor_are_welcome(api: httpx.Client, host: str) -> None:
    assert api.get(f"{CONSOLE}health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "origin", ["null", "http://127.0.0.1:1", "https://evil.example", "http://127.0.0.1.evil.example"]
)
def test_request_of_another_origin_is_refused(api: httpx.Client, origin: str) -> None:
    assert api.post(f"{CONSOLE}clock", headers={"Origin": origin}, json={"advance_seconds": 1}).status_code == 403


def test_console_changes_nothing_by_itself(api: httpx.Client) -> None:
    assert api.post(CONSOLE).status_code == 405
    assert api.get(f"{CONSOLE}console/nowhere").status_code == 404


def test_name_within_a_network_is_welcome_to_programs_only() -> None:
    """`http://emulator:8484` from another container; a web page there could have been rebound."""
    program = {"server": ("10.0.0.5", 8484), "headers": [(b"host", b"emulator:8484")]}
    check_origin(program, Allowed())
    page = {**program, "headers": [*program["headers"], (b"origin", b"http://emulator:8484")]}
    with pytest.raises(InvalidControlCallError, match="'emulator' may be anybody's name"):
        check_origin(page, Allowed())


@pytest.mark.parametrize("host", [b"", b"[", b":", b"127.0.0.1.evil.example", b"\xff"])
def test_host_that_is_no_name_is_refused(host: bytes) -> None:
    with pytest.raises(InvalidControlCallError):
        check_origin({"server": ("127.0.0.1", 8484), "headers": [(b"host", host)]}, Allowed())
