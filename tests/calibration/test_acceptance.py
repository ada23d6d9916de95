"""A tenant with five quirks: calibrated, accepted and twinned, it has a green run and a twin that answers alike."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

from loginradius_harness.calibration import places
from loginradius_harness.contracts import overlay
from loginradius_harness.target import emulator_process
from loginradius_harness.target.target import EMULATOR_KEY, EMULATOR_SECRET
from tests.target import plain_tenant
from tests.traffic import shop

ROOT = Path(__file__).parents[2]
TARGET = """
[plain]
environment = "staging"
api_url = "{url}"
config_url = "{url}"
cloud_url = "{url}"
migration_url = "{url}"
limits = {{requests_per_second = 500, vendor_approved = true}}
"""
LOGIN = "authentication.login_by_email"
EXTRA = [
    {"operations": [operation], "pointer": pointer, "add": {"LoyaltyTier": "gold"}}
    for operation, pointer in places.answers_with("profile_members.json")
]
QUIRKS = {
    "other_members": EXTRA,
    "dialect": ["no_password_breached", "trimmed_fractions"],  # an absent member, and another form of dates
    "other_codes": [{"operation": LOGIN, "code": 966, "status": 403, "other": 938}],
    "smart_login": False,
}
FOUND = {
    "extra-member.profile_members.json.LoyaltyTier",
    "absent-member.IsPasswordBreached",  # of each schema that has it
    "dialect.trimmed_fractions",
    f"other-code.{LOGIN}.966-938",
    "feature-off.smart-login",
}
# What the application's own test sees on the tenant: another code, a member of its own.
TOLD = {
    "wrong password": "refused 938",
    "password": "logged in",
    "profile": "Uid, EmailVerified, LoyaltyTier",
    "log-out": "logged out, refused 905",
}
# The cheapest journeys of the smoke tier that meet the quirks.
JOURNEYS = ["suites/journeys/test_passwords.py", "suites/journeys/test_profile.py"]


class Person:
    """A person with a shell, the keys of a tenant and its address."""

    def __init__(self, folder: Path, tenant: plain_tenant.PlainTenant) -> None:
        self.folder = folder
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "HARNESS_"))}
        self._environment = clean | {
            "HARNESS_API_KEY": EMULATOR_KEY,
            "HARNESS_API_SECRET": EMULATOR_SECRET,
            "SSL_CERT_FILE": str(tenant.authority),
        }
        (folder / "targets.toml").write_text(TARGET.format(url=tenant.url), encoding="utf-8")

    def harness(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return self._run("loginradius_harness", *arguments)

    def run_smoke(self) -> "subprocess.CompletedProcess[str]":
        options = [
            "-c",
            str(ROOT / "pyproject.toml"),
            "--rootdir",
            str(ROOT),
            "-p",
            "no:cacheprovider",
            "-q",
            "-n",
            "0",
        ]
        options += ["-n", "0", "--report", str(self.folder / "reports" / "out"), "--target", "plain", "--tier", "smoke"]
        return self._run("pytest", *options, *(str(ROOT / file) for file in JOURNEYS))

    def _run(self, module: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-P", "-m", module, *arguments],
            cwd=self.folder, env=self._environment, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[plain_tenant.PlainTenant]:
    quirks = [option for name, value in QUIRKS.items() for option in ("--set", f"{name}={json.dumps(value)}")]
    with plain_tenant.running(tmp_path_factory.mktemp("tenant"), *quirks) as found:
        yield found


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory, tenant: plain_tenant.PlainTenant) -> Person:
    return Person(tmp_path_factory.mktemp("night"), tenant)


def test_tenant_with_five_quirks_gets_a_green_run_and_a_twin_that_answers_alike(
    person: Person, tenant: plain_tenant.PlainTenant, browser: Browser
) -> None:
    red = person.run_smoke()
    assert red.returncode == 1, red.stdout[-4000:]

    calibrated = person.harness("calibrate", "plain", "--probe")
    assert calibrated.returncode == 0, calibrated.stderr
    proposed = set(re.findall(r"^proposed +(\S+)", calibrated.stdout, re.MULTILINE))
    quirks = {
        re.sub(r"^absent-member\..*\.IsPasswordBreached$", "absent-member.IsPasswordBreached", name)
        for name in proposed
    }
    assert quirks == FOUND, calibrated.stdout
    accepted = person.harness("calibrate", "plain", *(word for name in proposed for word in ("--accept", name)))
    assert f"{len(proposed)} differences accepted, 0 proposed" in accepted.stdout

    green = person.run_smoke()
    assert green.returncode == 0, green.stdout[-4000:]
    assert "does not occur any more" not in green.stdout

    again = person.harness("calibrate", "plain")
    assert f"{len(proposed)} differences accepted, 0 proposed" in again.stdout
    known = overlay.read(person.folder / "targets" / "plain.overlay.json")
    assert known.confirmed["authentication.register_by_email"]["responses/200"].count > 0

    assert person.harness("twin", "plain", "-o", "tenant.twin.json").returncode == 0
    text = (person.folder / "tenant.twin.json").read_text(encoding="utf-8")
    assert EMULATOR_KEY not in text
    assert EMULATOR_SECRET not in text
    assert "@" not in text

    compared = person.harness("compare", "plain", "tenant.twin.json")
    assert compared.returncode == 0, compared.stdout + compared.stderr
    assert re.search(r"fidelity 100\.0%: ([4-9]\d|\d{3,}) of \1 requests", compared.stdout)
    with emulator_process.running("--twin", str(person.folder / "tenant.twin.json")) as twin:
        told = [application_test(browser, *place) for place in ((tenant.url, tenant.backend), (twin, twin))]
    assert told == [TOLD, TOLD]


def application_test(browser: Browser, url: str, backend: str) -> Mapping[str, str]:
    """Run the application's browser test against the tenant at a URL; `backend` has its control API."""
    password = "Correct-horse-1"
    email = httpx.post(f"{backend}/__emulator__/seed", json={"users": 1, "password": password}, trust_env=False).json()[
        "emails"
    ][0]
    return shop.tell_story(browser, url, EMULATOR_KEY, (email, password))
