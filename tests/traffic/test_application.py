"""An application's browser test on a tenant: its traffic, by HAR file and through a proxy, is judged."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

from loginradius_harness.cli import main
from loginradius_harness.target import emulator_process
from loginradius_harness.target.target import EMULATOR_KEY
from loginradius_harness.traffic.capture import Upstream
from loginradius_harness.traffic.judge import Judge, Judgement
from tests.traffic import shop
from tests.traffic.proxies import proxy

PASSWORD = "Correct-horse-1"
CALLED = {
    "authentication.check_email_availability",
    "authentication.login_by_email",
    "authentication.get_profile",
    "authentication.invalidate_access_token",
}


@contextlib.contextmanager
def tenant(*options: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Run a tenant with one person; yield its URL, and the person's address and password."""
    with emulator_process.running("--api-key", EMULATOR_KEY, *options) as url:
        seed = httpx.post(f"{url}/__emulator__/seed", json={"users": 1, "password": PASSWORD}, trust_env=False).json()
        yield url, (seed["emails"][0], PASSWORD)


def judged_live(browser: Browser, folder: Path, *options: str) -> tuple[Judgement, dict[str, str]]:
    """Run the application's test through a proxy; return what was judged, and what the page said."""
    with tenant(*options) as (url, person), proxy(Upstream.parse(url)) as (port, read):
        said = shop.tell_story(browser, f"http://127.0.0.1:{port}", EMULATOR_KEY, person, folder / "shop.har")
    judge = Judge()
    for exchange in read:
        judge.add(exchange)
    return judge.judgement, dict(said)


def test_every_call_of_the_application_is_judged(
    browser: Browser, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    judgement, said = judged_live(browser, tmp_path)
    assert said == {
        "wrong password": "refused 966",
        "password": "logged in",
        "profile": "Uid, EmailVerified",
        "log-out": "logged out, refused 905",
    }
    assert set(judgement.judged) == CALLED
    assert judgement.judged.total() == 7
    assert judgement.failures == []
    assert main(["check", str(tmp_path / "shop.har"), "--report", str(tmp_path / "out")]) == 0
    assert "0 contract violations in 7 answers of 4 operations" in capsys.readouterr().out


LOGIN, PROFILE = "authentication.login_by_email", "authentication.get_profile"
UNKNOWN_CODE = json.dumps([{"operation": LOGIN, "code": 966, "status": 403, "other": 4711}])
# class of the deviation: options of the tenant that plant it, operation and requirement by which it is named
PLANTED = {
    "shape": (("--fault", "shape.profile_has_no_uid"), PROFILE, "responses/200/"),
    "code": (("--set", f"other_codes={UNKNOWN_CODE}"), LOGIN, "errors/ErrorCode"),
    "order": (("--fault", "tokens.log_out_does_nothing"), PROFILE, "tokens.invalidated_one_is_dead_everywhere"),
    "leak": (("--fault", "leaks.profile_shows_the_hash"), PROFILE, "isolation.every_secret_member_stays_inside"),
}


@pytest.mark.parametrize("deviation", PLANTED)
def test_planted_deviation_is_found_and_named(
    browser: Browser, tmp_path: Path, capsys: pytest.CaptureFixture[str], deviation: str
) -> None:
    options, operation, requirement = PLANTED[deviation]
    judgement, _ = judged_live(browser, tmp_path, *options)
    live = {f"{found.operation}: {found.requirement}{found.pointer}" for found in judgement.failures}
    assert any(text.startswith(f"{operation}: {requirement}") for text in live), live
    assert main(["check", str(tmp_path / "shop.har"), "--report", str(tmp_path / "out")]) == 1
    assert f"{operation}: {requirement}" in capsys.readouterr().out
