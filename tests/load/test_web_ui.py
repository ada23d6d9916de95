"""The web UI in a real browser."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from .servers import altered_emulator
from .test_runs import without_expiry

ROOT = Path(__file__).parents[2]

expect.set_options(timeout=30_000)  # the machine may be busy with other tests


def start_ui(folder: Path, url: str) -> tuple[subprocess.Popen[str], str]:
    """`locust` as a user starts it, but on a port of its own."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "locust", "-f", str(ROOT / "loadtests/locustfile.py"), "--web-host", "127.0.0.1",
         "--web-port", str(port), "--pool", str(folder / "pool.jsonl")],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT), "HARNESS_TARGET": url},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert process.stdout
    next(line for line in process.stdout if "Starting web interface" in line)
    address = f"http://127.0.0.1:{port}/"
    with httpx.Client(
        transport=httpx.HTTPTransport(retries=8)
    ) as client:  # it listens a moment after it description so
        client.get(address)
    return process, address


@pytest.fixture
def ui(tmp_path: Path) -> Iterator[str]:
    """Yield the web UI of a process whose emulator leaves a member out of validations."""
    with altered_emulator(without_expiry) as url:
        process, address = start_ui(tmp_path, url)
        yield address
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture
def page(browser: Browser, ui: str) -> Iterator[Page]:
    page = browser.new_page()
    page.set_default_timeout(30_000)
    page.goto(ui)
    yield page
    page.close()


def test_the_start_form_starts_a_run_and_the_tabs_show_it(page: Page) -> None:
    expect(page.get_by_label("Host")).to_have_value(re.compile(r"http://127\.0\.0\.1:\d+"))
    page.get_by_role("button", name=re.compile("custom parameters", re.IGNORECASE)).click()
    expect(page.get_by_label(re.compile("profile|Load profile", re.IGNORECASE))).to_be_visible()
    page.get_by_label(re.compile("^rate", re.IGNORECASE)).fill("100")
    page.get_by_role("button", name="Start").click()
    page.get_by_role("tab", name="Contract").click()
    expect(page.get_by_role("cell", name="authentication.validate_access_token").first).to_be_visible()
    expect(page.get_by_text("expires_in").first).to_be_visible()
    page.get_by_role("tab", name="SLO").click()
    expect(page.get_by_role("cell", name="FAIL").first).to_be_visible()
    page.get_by_role("tab", name="Validity").click()
    expect(page.get_by_role("cell", name="requests sent")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="New")).to_be_visible()


def test_an_unnamed_host_is_refused_in_the_form(page: Page) -> None:
    page.get_by_label("Host").fill("https://api.loginradius.com")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("is not named in targets.toml")).to_be_visible()
    expect(page.get_by_role("button", name="Start")).to_be_visible()


def test_the_arrival_rate_changes_during_a_run(page: Page, ui: str) -> None:
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("cell", name="authentication.login_by_email")).to_be_visible()
    page.goto(ui + "rate")
    page.get_by_label("Peak rate").fill("200")
    page.get_by_role("button", name="Change").click()
    expect(page.get_by_role("tab", name="SLO")).to_be_visible()
    page.goto(ui + "rate")
    expect(page.get_by_label("Peak rate")).to_have_value("200")


def test_the_rate_cannot_be_changed_without_a_run(page: Page, ui: str) -> None:
    page.goto(ui + "rate")
    page.get_by_label("Peak rate").fill("200")
    page.get_by_role("button", name="Change").click()
    expect(page.get_by_text("no run with open arrivals")).to_be_visible()
