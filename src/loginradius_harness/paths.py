"""Find the data that belongs to the package: contracts, suites, load profiles, known issues."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parents[1]

DATA = _CHECKOUT if (_CHECKOUT / "contracts" / "contract.schema.json").is_file() else _PACKAGE / "data"
"""The folder that holds `contracts`, `suites`, `loadtests` and `reports`: a checkout's root, or a wheel's own copy."""
