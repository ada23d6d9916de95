"""The command `loginradius-harness`."""

import sys
from importlib import import_module

MODULES = {"contracts": "contracts", "emulator": "emulator", "load": "load", "report": "report"}


def main() -> int:
    """Run the sub-command that the command line names."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    module = import_module(f"{__name__}.{MODULES.get(name, 'target')}")
    code: int = module.main(sys.argv[2:] if name in MODULES else sys.argv[1:])
    return code
