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
from prometheus_client.parser import text_string_to_metric_families

from loginradius_harness import emulator

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


@pytest.fixture
def correct(browser: Browser, running: emulator.Running, tmp_path: Path) -> Iterator[Page]:
    """Yield the web UI of a process whose emulator answers correctly."""
    process, address = start_ui(tmp_path, running.url)
    page = browser.new_page()
    page.set_default_timeout(30_000)
    page.goto(address)
    yield page
    page.close()
    process.terminate()
    process.communicate(timeout=30)


@pytest.fixture
def slow(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """Yield the web UI of a process whose emulator takes 0.4 s for each answer."""
    with altered_emulator(seconds=0.4) as url:
        process, address = start_ui(tmp_path, url)
        page = browser.new_page()
        page.goto(address)
        yield page
        page.close()
        process.terminate()
        process.communicate(timeout=30)


def start(page: Page, **custom: str) -> None:
    """Fill the start form and press Start."""
    for label, value in custom.items():
        page.get_by_label(re.compile(f"^{label}", re.IGNORECASE)).fill(value)
    page.get_by_role("button", name="Start").click()


def test_the_start_form_starts_a_run_and_the_tabs_show_it(page: Page) -> None:
    expect(page.get_by_label("Host")).to_have_value(re.compile(r"http://127\.0\.0\.1:\d+"))
    start(page, rate="100")
    expect(page.get_by_role("status")).to_contain_text("RUNNING")
    page.get_by_role("tab", name="Contract").click()
    expect(page.get_by_role("cell", name="authentication.validate_access_token").first).to_be_visible()
    expect(page.get_by_text(re.compile(r"^[1-9]\d* violations in \d+ answers")).first).to_be_visible()
    page.get_by_role("tab", name="Limits").click()
    failed = page.get_by_role("cell", name="FAIL", exact=True).first
    expect(failed).to_have_class(re.compile("load-fail"))
    page.get_by_role("tab", name="Validity").click()
    expect(page.get_by_role("cell", name="requests sent")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="New")).to_be_visible()


def test_the_start_form_shows_what_is_run_where_and_for_how_long(page: Page, tmp_path: Path) -> None:
    (tmp_path / "targets.toml").write_text('[staging]\nenvironment = "staging"\napi_url = "https://api.example.com"\n')
    page.reload()
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        for label in ("Load profile", "Rate", "Duration", "Accounts"):
            expect(page.get_by_label(re.compile(f"^{label}", re.IGNORECASE))).to_be_visible()
        expect(page.get_by_label("Number of users")).to_be_hidden()
        # the page lays itself out again a moment after its width changes
        page.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=width)
    offered = page.locator("#load-targets option").evaluate_all("options => options.map(each => each.value)")
    assert offered == ["staging", page.get_by_label("Host").input_value()]


def test_percentiles_over_time_count_from_the_intended_start(slow: Page) -> None:
    start(slow, rate="40", duration="8")
    expect(slow.get_by_role("status")).to_contain_text("RUNNING")
    slow.get_by_role("tab", name="Charts").click()
    expect(slow.locator("canvas").nth(1)).to_be_visible()  # of the response times
    expect(slow.get_by_role("status")).not_to_contain_text("RUNNING")
    told = slow.evaluate("fetch('./stats/requests').then(answer => answer.json())")
    assert told["current_response_time_percentiles"]["response_time_percentile_0.95"] >= 400


def test_the_banner_says_the_result_and_its_reason(page: Page) -> None:
    start(page, duration="1")
    banner = page.get_by_role("status")
    expect(banner).to_contain_text("FAIL")
    expect(banner).to_contain_text("contract_violations")
    expect(banner).to_have_css("background-color", "rgb(183, 28, 28)")


def test_a_run_stopped_by_hand_is_never_a_pass(correct: Page) -> None:
    start(correct)
    banner = correct.get_by_role("status")
    expect(banner).to_contain_text(re.compile(r"contract: 0 violations in [1-9]\d* answers"))
    correct.get_by_role("button", name="Stop").click()
    expect(banner).to_contain_text("PARTIAL")
    expect(banner).to_contain_text("stopped by hand")
    correct.set_viewport_size({"width": 360, "height": 640})
    box = banner.bounding_box()
    assert box
    assert box["width"] <= 360
    correct.get_by_role("tab", name="Limits").click()
    expect(correct.get_by_role("cell", name="PASS").first).to_be_in_viewport(ratio=1)


def test_the_downloaded_report_holds_limits_contract_and_validity(page: Page, ui: str) -> None:
    start(page, duration="1")
    expect(page.get_by_role("status")).to_contain_text("FAIL")
    text = httpx.get(ui + "stats/report?download=1").text
    for part in ("<h2>Limits</h2>", "<h2>Contract</h2>", "<h2>Validity</h2>", "violations in", "requests sent", "FAIL"):
        assert part in text
    page.goto(ui + "stats/report")
    expect(page.get_by_text("Request Statistics")).to_be_visible()
    expect(page.get_by_role("heading", name="Limits")).to_be_visible()


def test_the_figures_are_exported_for_prometheus(page: Page, ui: str) -> None:
    start(page, duration="1")
    expect(page.get_by_role("status")).to_contain_text("FAIL")
    families = {family.name: family for family in text_string_to_metric_families(httpx.get(ui + "metrics").text)}
    answered = {sample.labels["operation"]: sample.value for sample in families["loginradius_load_requests"].samples}
    assert answered["authentication.login_by_email"] > 0


def test_an_emulator_can_be_loaded_beside_a_targets_file(correct: Page, tmp_path: Path) -> None:
    (tmp_path / "targets.toml").write_text('[staging]\nenvironment = "staging"\napi_url = "https://api.example.com"\n')
    start(correct)
    expect(correct.get_by_role("status")).to_contain_text("RUNNING")


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
    expect(page.get_by_role("tab", name="Limits")).to_be_visible()
    page.goto(ui + "rate")
    expect(page.get_by_label("Peak rate")).to_have_value("200")


def test_the_rate_cannot_be_changed_without_a_run(page: Page, ui: str) -> None:
    page.goto(ui + "rate")
    page.get_by_label("Peak rate").fill("200")
    page.get_by_role("button", name="Change").click()
    expect(page.get_by_text("no run with open arrivals")).to_be_visible()
