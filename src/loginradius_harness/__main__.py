"""`python -m loginradius_harness`: the same as the command `loginradius-harness`."""

import sys

from loginradius_harness.cli import main

if __name__ == "__main__":
    sys.exit(main())
