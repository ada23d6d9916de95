"""Suites on a plain tenant, without a control API: no false alarm, and nothing is left behind."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from loginradius_harness.target.target import EMULATOR_KEY, EMULATOR_SECRET
from tests.target import plain_tenant

ROOT = Path(__file__).parents[2]
SELECTION = [
    "suites/journeys/test_login.py",
    "suites/journeys/test_password_reset.py",
    "suites/journeys/test_passwordless.py",
    "suites/journeys/test_roles.py",
    "suites/security/test_legacy_endpoints.py",
]
SHAPES = {
    "verification required": [],
    "MFA optional": ["--preset", "mfa-optional"],
}
TARGET = """
[plain]
environment = "staging"
api_url = "{url}"
config_url = "{url}"
cloud_url = "{url}"
limits = {{requests_per_second = 500, vendor_approved = true}}
"""


@pytest.mark.parametrize("shape", SHAPES)
def test_run_raises_no_false_alarm_and_leaves_the_tenant_unchanged(tmp_path: Path, shape: str) -> None:
    with plain_tenant.running(tmp_path, *SHAPES[shape]) as tenant:
        tenant.control.seed(5)  # accounts of other users
        before = tenant.state()
        (tmp_path / "targets.toml").write_text(TARGET.format(url=tenant.url), encoding="utf-8")
        finished = _run_suites(tmp_path, tenant)
        after = tenant.state()
    assert finished.returncode == 0, finished.stdout[-8000:] + finished.stderr[-2000:]
    assert re.search(r"[1-9]\d* passed", finished.stdout)
    assert "left on plain" not in finished.stdout
    assert after == before


def _run_suites(folder: Path, tenant: plain_tenant.PlainTenant) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "HARNESS_"))}
    environment = clean | {
        "HARNESS_API_KEY": EMULATOR_KEY,
        "HARNESS_API_SECRET": EMULATOR_SECRET,
        "SSL_CERT_FILE": str(tenant.authority),
    }
    options = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT), "-p", "no:cacheprovider", "-q", "-n", "2"]
    options += ["--report", str(folder / "report"), "--target", "plain", "--allow", "destroy"]
    command = [sys.executable, "-m", "pytest", *options, *(str(ROOT / file) for file in SELECTION)]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=400, check=False
    )
