"""Outages in the console."""

import httpx
import pytest
from playwright.sync_api import Page, expect

from loginradius_harness.emulator.server.uvicorn_server import Running
from loginradius_harness.emulator.state.tenant import Tenant


@pytest.fixture
def tenant(running: Running) -> Tenant:
    return running.app.registry.default


def test_outage_is_added_and_ended(page: Page, api: httpx.Client, tenant: Tenant) -> None:
    page.goto("/__emulator__/console/faults")
    page.get_by_role("combobox", name="Operation").fill("authentication.login_by_email")
    page.get_by_role("spinbutton", name="Status").fill("503")
    page.get_by_role("spinbutton", name="Requests").fill("2")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("#outages li")).to_contain_text("authentication.login_by_email 503 100 % of requests, 2 left")
    assert (
        api.post("/identity/v2/auth/login", json={"email": "ada@example.com", "password": "wrong"}).status_code == 503
    )
    page.locator("#faults-tokens summary").click()
    page.locator("#faults-tokens input").first.check()
    page.get_by_role("button", name="Switch").click()
    expect(page.locator("#faults .badge")).to_have_text("1 on")
    assert [rule.times for rule in tenant.outages.rules] == [1]
    page.get_by_role("button", name="All off").click()
    page.get_by_role("button", name="Switch").click()
    page.get_by_role("button", name="End all").click()
    expect(page.get_by_text("No outages.")).to_be_visible()
    assert tenant.outages.rules == []
