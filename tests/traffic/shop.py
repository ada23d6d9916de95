"""The scratch application of these tests, and its own browser test."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, expect

FOLDER = Path(__file__).parent / "application"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served() -> Iterator[str]:
    """Serve the application; yield its URL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(FOLDER))) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def tell_story(
    browser: Browser, api: str, key: str, person: tuple[str, str], har: Path | None = None
) -> Mapping[str, str]:
    """Log in with a wrong and the right password and log out; return what the page said, and record the traffic."""
    with served() as url, browser.new_context(ignore_https_errors=True, record_har_path=har) as context:
        page = context.new_page()
        page.goto(f"{url}?{urlencode({'api': api, 'key': key})}")
        said = {"wrong password": log_in(page, person[0], "not-her-password-1")}
        said["password"] = log_in(page, *person)
        said["profile"] = ", ".join(page.locator("#profile li").all_text_contents())
        page.get_by_role("button", name="Log out").click()
        said["log-out"] = message(page)
        return said


def log_in(page: Page, email: str, password: str) -> str:
    """Send the form; return what the page says then."""
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    return message(page)


def message(page: Page) -> str:
    """Return what the page says once it says something."""
    status = page.get_by_role("status")
    expect(status).not_to_be_empty()
    return status.inner_text()
