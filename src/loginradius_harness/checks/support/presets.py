"""Run one test on several presets."""

from typing import Any

import pytest


def each_of(*presets: str, **settings: Any) -> pytest.MarkDecorator:
    """Run the test on a tenant of each preset; with settings, on new ones that have these settings besides."""
    marks = {name: pytest.mark.preset(name, **settings) for name in presets}
    return pytest.mark.parametrize((), [pytest.param(id=name, marks=mark) for name, mark in marks.items()])
