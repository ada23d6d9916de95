"""pytest plug-in that counts, without running them, the tests that a tenant's features permit."""

import json
from collections import Counter
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--count-into", type=Path, required=True)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Write obstacle -> tests; the obstacle of those that can run is empty."""
    from loginradius_harness.checks.support import tier_options  # noqa: PLC0415  # conftest.py is the first to import it

    target = tier_options._target(config)
    found = tier_options._capabilities(config, target)
    obstacles = Counter(tier_options._planned(item, target, found).obstacle for item in items)
    config.getoption("count_into").write_text(json.dumps(obstacles), encoding="utf-8")
    items.clear()
