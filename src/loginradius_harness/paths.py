"""Find the data that belongs to the package: contracts, suites, load profiles, known issues."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parents[1]

IS_CHECKOUT = (_CHECKOUT / "contracts" / "contract.schema.json").is_file()
"""Whether the package runs from a checkout; an installation is read only."""

DATA = _CHECKOUT if IS_CHECKOUT else _PACKAGE / "data"
"""The folder that holds `contracts`, `suites`, `loadtests` and `reports`: a checkout's root, or a wheel's own copy."""
