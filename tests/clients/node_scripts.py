"""Run the scripts of clients that npm installs."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from loginradius_harness.journey.people import Person
from loginradius_harness.tenants import TenantContext


def run(node: Path, script: str, tenant: TenantContext, person: Person, **environ: str) -> Any:
    """Run a script of the clients and return what it prints."""
    own = {
        "HUB": tenant.target.hub_url, "API_KEY": tenant.target.api_key.reveal(), "EMAIL": person.email,
        "PASSWORD": person.password, **environ,
    }  # fmt: skip
    command = [shutil.which("node") or "node", script]
    done = subprocess.run(
        command, cwd=node, env={**os.environ, **own}, check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
