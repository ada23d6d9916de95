"""A story that is told once on each of several tenants."""

import pytest


def each_of(*presets: str) -> pytest.MarkDecorator:
    """Run the test on a tenant of each preset."""
    return pytest.mark.parametrize((), [pytest.param(id=name, marks=pytest.mark.preset(name)) for name in presets])
