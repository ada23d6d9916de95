"""pytest options that choose tests by tier, operation or group, and that print the plan of a run.

The root `conftest.py` registers this module as a plug-in.
"""

from argparse import ArgumentTypeError
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast

import pytest

from loginradius_harness import contracts
from loginradius_harness.checks.error_scenarios import ErrorScenario
from loginradius_harness.checks.generation.prepared_request import reads_body_first
from loginradius_harness.checks.security.strict_tenants import FALLBACK_PRESETS
from loginradius_harness.checks.support import run_plan
from loginradius_harness.checks.support.invalid_credentials import CHECKED_FIRST
from loginradius_harness.checks.support.run_plan import PlannedTest, Tier
from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.contracts import Operation
from loginradius_harness.target import pytest_options
from loginradius_harness.target.capabilities import Capabilities, Capability, discover
from loginradius_harness.target.feature_gate import example_needs
from loginradius_harness.target.target import Target

PARTIAL = "partial_tier"  # the report asks for it: whether the tier leaves tests out
LEFT_OUT = "left_out"  # the report asks for it: why the tier leaves a test out
DAY = "day"  # the report sets it where it goes on with a run of another day
_TIER = pytest.StashKey[Tier]()

OWN_SETTINGS = "need settings of their own: an emulator"
OWN_TENANT = "need a clock, an outbox or a tenant of their own: an emulator"
_PRIVATE_FIXTURES = frozenset({"control", "captcha", "requires_private_tenant", "model_tenant", "settable", "receiver"})
_EMULATED_PRESETS = frozenset({"social"})


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("tiers", "which tests run")
    group.addoption(
        "--tier",
        choices=run_plan.TIERS,
        help="smoke: every group and 20 journeys, 300 requests; standard: today's share of all tests, 3,000 requests;"
        " deep: all tests. Default: standard on a tenant, deep on the embedded emulator"
        " and for a selection of tests",
    )
    group.addoption("--plan", action="store_true", help="print what the run would cost, and send nothing")
    group.addoption("--operation", metavar="ID", help="only tests about this operation")
    group.addoption("--group", metavar="NAME", help="only tests about operations of this group")
    group.addoption(
        "--shard", metavar="I/N", type=_shard, help="only part I of N, e.g. 2/4: machines can share the tests of a run"
    )


def _shard(text: str) -> tuple[int, int]:
    """Return number and count of a shard; argparse.ArgumentTypeError for what is none."""
    number, _, of = text.partition("/")
    if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise ArgumentTypeError(f"{text!r} is no part of a whole: write 2/4 for the second of four")
    return int(number), int(of)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Decide on tier and day; workers take those of the controller."""
    _refuse_unknown(config, "operation", [operation.id for operation in contracts.operations()])
    _refuse_unknown(config, "group", sorted({operation.group for operation in contracts.operations()}))
    shared: Mapping[str, Any] = getattr(config, "workerinput", {})
    config.stash[_TIER] = shared.get("tier") or _tier(config)
    setattr(config.option, DAY, date.fromisoformat(shared.get("day") or datetime.now(UTC).date().isoformat()))
    if shared.get("capabilities"):
        known = Capabilities(Capability(**members) for members in shared["capabilities"])
        config.stash[pytest_options.CAPABILITIES] = known
    setattr(config.option, PARTIAL, config.stash[_TIER] != "deep" or config.getoption("shard") is not None)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker which tier and day its controller has chosen, and what the tenant offers."""
    node.workerinput["tier"] = node.config.stash[_TIER]
    node.workerinput["day"] = _day(node.config).isoformat()
    found = _capabilities(node.config, _target(node.config))
    node.workerinput["capabilities"] = [asdict(known) for known in found.by_name.values()] if found else []


def pytest_cmdline_main(config: pytest.Config) -> None:
    """Make the plan in one process."""
    if config.getoption("plan"):
        config.option.dist, config.option.tx, config.option.numprocesses = "no", [], None


def pytest_report_header(config: pytest.Config) -> str:
    """Name the tier."""
    return f"tier: {_name(config)}; --plan prints its cost"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what was not chosen."""
    target = _target(config)
    found = _capabilities(config, target)
    planned = {item.nodeid: _planned(item, target, found) for item in items}
    wanted = _about(config, list(planned.values()))
    chosen = run_plan.select(wanted, config.stash[_TIER], _day(config))
    own = wanted
    if config.getoption("shard"):
        chosen = run_plan.shard(chosen, *config.getoption("shard"))
        own = run_plan.shard(wanted, *config.getoption("shard"))
    if config.getoption("plan"):
        rate = target.requests_per_second if target else 0.0
        print(run_plan.describe(wanted, chosen, _name(config), rate))  # noqa: T201  # the answer to --plan
        items.clear()
        return
    reasons = run_plan.left_out(own, chosen)  # what the user or another shard leaves out has none
    for item in items:
        if item.nodeid in reasons:
            item.user_properties.append((LEFT_OUT, reasons[item.nodeid]))
    ids = {test.id for test in chosen}
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in ids])
    items[:] = [item for item in items if item.nodeid in ids]


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Succeed where a plan was printed: no test ran, and none should."""
    if session.config.getoption("plan") and session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
        session.exitstatus = pytest.ExitCode.OK


def _tier(config: pytest.Config) -> Tier:
    named = config.getoption("tier")
    if named or config.getoption("operation") or config.getoption("group") or _selects_tests(config):
        return cast("Tier", named or "deep")
    target = _target(config)
    return "deep" if target is None or (target.is_emulator and not target.is_shared) else "standard"


def _day(config: pytest.Config) -> date:
    day: date = config.getoption(DAY)
    return day


def _selects_tests(config: pytest.Config) -> bool:
    """Return whether the user named tests, by file or by -k."""
    files = any(Path(argument.partition("::")[0]).suffix == ".py" for argument in config.args)
    return bool(files or config.getoption("keyword") or config.getoption("markexpr"))


def _target(config: pytest.Config) -> Target | None:
    """Return the named target, None for the embedded emulator."""
    name = pytest_options.name(config)
    try:
        return pytest_options.read(config, name) if name else None
    except ConfigurationError:
        return None  # the root conftest.py reports it


def _capabilities(config: pytest.Config, target: Target | None) -> Capabilities | None:
    """Return what a shared tenant offers, discovered once for all processes; None for others, and for a plan."""
    if target is None or not target.is_shared or config.getoption("plan"):
        return None
    if pytest_options.CAPABILITIES not in config.stash:
        with Client(target) as client:
            config.stash[pytest_options.CAPABILITIES] = discover(client)
    return config.stash[pytest_options.CAPABILITIES]


def _name(config: pytest.Config) -> str:
    tier = config.stash[_TIER]
    name = f"standard, share of {_day(config)}" if tier == "standard" else tier
    return "{}, shard {}/{}".format(name, *shard) if (shard := config.getoption("shard")) else name


def _refuse_unknown(config: pytest.Config, option: str, known: list[str]) -> None:
    value = config.getoption(option)
    if value is not None and value not in known:
        near = get_close_matches(value, known, n=1)
        raise pytest.UsageError(
            f"--{option}: there is no {option} {value!r}" + (f"; did you mean {near[0]}?" if near else "")
        )


def _about(config: pytest.Config, tests: list[PlannedTest]) -> list[PlannedTest]:
    operation, group = config.getoption("operation"), config.getoption("group")
    if operation:
        tests = run_plan.about(tests, lambda known: known == operation)
    if group:
        tests = run_plan.about(tests, lambda known: known.startswith(f"{group}."))
    return tests


def _planned(item: pytest.Item, target: Target | None, found: Capabilities | None) -> PlannedTest:
    params: Mapping[str, object] = getattr(getattr(item, "callspec", None), "params", {})
    operation = params.get("operation")
    rules = (contracts.rule(name) for mark in item.iter_markers("rule") for name in mark.args)
    obstacle = _obstacle(item, params) if target is not None and target.is_shared else ""
    return PlannedTest(
        id=item.nodeid,
        operation=operation.id if isinstance(operation, Operation) else "",
        operations=frozenset() if operation else frozenset(known for rule in rules for known in rule.operations),
        obstacle=obstacle or (_missing(item, params, found) if found else ""),
    )


def _obstacle(item: pytest.Item, params: Mapping[str, object]) -> str:
    """Return why a test cannot run on a shared tenant, as far as the test itself tells."""
    marker = item.get_closest_marker("preset")
    scenario, operation = params.get("scenario"), params.get("operation")
    changes = isinstance(scenario, ErrorScenario) and (scenario.before or scenario.after)
    if changes or (marker is not None and len(marker.kwargs) > 0):
        return OWN_SETTINGS
    if isinstance(operation, Operation) and operation.effect not in {
        "read",
        "write",
        *pytest_options.allowed(item.config),
    }:
        return f"need --allow {operation.effect}"
    fixtures = set(getattr(item, "fixturenames", ()))
    emulated = marker is not None and marker.args and marker.args[0] in _EMULATED_PRESETS
    return OWN_TENANT if emulated or fixtures & _PRIVATE_FIXTURES else ""


def _missing(item: pytest.Item, params: Mapping[str, object], found: Capabilities) -> str:
    """Return which capability of the tenant a test needs and does not find."""
    operation, scenario = params.get("operation"), params.get("scenario")
    needs = [name for marker in item.iter_markers("needs") for name in marker.args]
    if isinstance(scenario, ErrorScenario):
        needs += scenario.needs
    fixtures = getattr(item, "fixturenames", ())
    if "refusing_tenant" in fixtures or ("credential_request" in fixtures and params["name"] in CHECKED_FIRST):
        return found.missing(["management"]) or ""
    if isinstance(operation, Operation) and "unread_request" in fixtures and reads_body_first(operation):
        return found.missing(["management"]) or ""
    if isinstance(operation, Operation):
        return found.missing_for(operation.preset, [*needs, *example_needs(operation.id)]) or ""
    marker = item.get_closest_marker("preset")
    if marker is not None and marker.args:
        presets: tuple[str, ...] = (marker.args[0],)
    else:
        presets = FALLBACK_PRESETS if item.nodeid.startswith("suites/security/") else ("default",)
    missing = [found.missing_for(preset, needs) or "" for preset in presets]
    return missing[-1] if all(missing) else ""
