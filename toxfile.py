"""A hook of tox: without the environment that every command of tox.ini runs in, name the command that makes it."""

import os
import sys
from pathlib import Path

from tox.plugin import impl

INSTALL = (
    "python3 -m venv .venv"
    " && .venv/bin/pip install -qq --no-deps -r requirements.lock"
    " && .venv/bin/pip install -qq --no-deps --no-build-isolation -e ."
    " && .venv/bin/pip check"
)


@impl
def tox_add_core_config() -> None:
    """Exit with code 2 when .venv is missing."""
    root = Path(__file__).parent
    if not Path(os.environ.get("HARNESS_PYTHON", root / ".venv/bin/python")).exists():
        print(f"There is no .venv in {root}. Make it with: {INSTALL}", file=sys.stderr)  # noqa: T201  # a command prints
        sys.exit(2)
