"""Take the pictures of the documentation from the product: `tox -e screenshots`.

Each picture shows an emulated tenant with one broken rule. Debian's Chromium is used where there is one, else the one
that Playwright brought.
"""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from loginradius_harness import emulator, faults
from loginradius_harness.target.target import EMULATOR_KEY

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
FAULT = "tokens.log_out_does_nothing"
TEST = "test_logout_ends_the_token"  # which finds it
SECONDS = 60  # longest wait for a page


def take(out: Path) -> None:
    """Write every picture to a folder."""
    out.mkdir(parents=True, exist_ok=True)
    with emulator.running(faults=lambda: faults) as running, browser() as found, TemporaryDirectory() as scratch:
        for name, draw in PICTURES.items():
            page = found.new_page(viewport={"width": 1100, "height": 680})
            page.set_default_timeout(SECONDS * 1000)
            with draw(page, running.url, Path(scratch)):
                page.screenshot(path=out / name, animations="disabled")
            page.close()


@contextmanager
def browser() -> Iterator[Browser]:
    """Yield a browser without a window."""
    rooted = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=rooted)
        yield found
        found.close()


@contextmanager
def console(page: Page, url: str, _scratch: Path) -> Iterator[None]:
    """Show the requests of two users."""
    body = {"Password": "correct horse 7", "g-recaptcha-response": "pass"}
    with httpx.Client(base_url=url, params={"apikey": EMULATOR_KEY}) as api:
        for email in ("grace@example.com", "ada@example.com"):
            address = [{"Type": "Primary", "Value": email}]
            api.post("/identity/v2/auth/register/captcha", json={**body, "Email": address}).raise_for_status()
            for password in ("wrong", "correct horse 7"):
                api.post("/identity/v2/auth/login", json={"email": email, "password": password})
    page.goto(f"{url}/__emulator__/")
    yield


@contextmanager
def report(page: Page, url: str, scratch: Path) -> Iterator[None]:
    """Show the first failure of a run against an emulator that breaks a rule."""
    httpx.put(f"{url}/__emulator__/faults", json={"on": [FAULT]}).raise_for_status()
    words = ["verify", url, "--", "-k", TEST, "-n", "0"]
    command = [sys.executable, "-P", "-m", "loginradius_harness", *words]
    done = subprocess.run(command, cwd=scratch, check=False, capture_output=True, text=True)  # noqa: S603  # no user's words
    if done.returncode != 1:
        raise RuntimeError(f"the run has found no violation:\n{done.stdout}{done.stderr}")
    page.goto((scratch / "reports/out/index.html").as_uri() + "#failures")
    yield


@contextmanager
def load_web_ui(page: Page, url: str, scratch: Path) -> Iterator[None]:
    """Show the form that starts a load run."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    command = [sys.executable, "-m", "locust", "-f", str(ROOT / "loadtests" / "locustfile.py"), "--web-port", str(port)]
    process = subprocess.Popen(  # noqa: S603  # no user's words
        [*command, "--web-host", "127.0.0.1", "--pool", str(scratch / "pool.jsonl")],
        cwd=scratch, env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "HARNESS_TARGET": url},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stderr is not None  # noqa: S101  # tells the type checker that it is a pipe
        next(line for line in process.stderr if "Starting web interface" in line)
        with httpx.Client(transport=httpx.HTTPTransport(retries=8)) as client:  # it listens a moment later
            client.get(f"http://127.0.0.1:{port}/")
        page.goto(f"http://127.0.0.1:{port}/")
        page.get_by_label("Rate (").click()  # waits until the form has unfolded
        yield
    finally:
        process.terminate()
        process.communicate(timeout=SECONDS)


PICTURES = {"console.png": console, "report.png": report, "load-web-ui.png": load_web_ui}


if __name__ == "__main__":
    take(Path(sys.argv[1]) if sys.argv[1:] else IMAGES)
