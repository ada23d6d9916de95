"""The tables of the reference pages, read from the code that knows them."""

import ast
import inspect
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

import click
import msgspec

from loginradius_harness import cli, contracts, pytest_plugin
from loginradius_harness.client import errors
from loginradius_harness.contracts import reference_data
from loginradius_harness.emulator.control.api import ControlApi
from loginradius_harness.emulator.control.openapi import document
from loginradius_harness.emulator.control.routes import routes
from loginradius_harness.emulator.core.message_texts import TEXTS
from loginradius_harness.emulator.core.presets import PRESETS
from loginradius_harness.emulator.core.setting_fields import SettingField, setting_fields
from loginradius_harness.load.config import profiles
from loginradius_harness.load.workload.scenarios import SCENARIOS
from loginradius_harness.report.analysis import coverage
from loginradius_harness.report.analysis.model import Report
from loginradius_harness.target import capabilities as tenant_capabilities
from loginradius_harness.target import target

ROOT = Path(__file__).parents[2]
SUITES = ROOT / "suites" / "security"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table; bars and line ends in a cell are escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(value: object) -> str:
    return text(re.sub(r"\s*\n\s*", " ", str(value)).replace("|", "\\|"))


def text(words: str) -> str:
    """Return a help text as Markdown: `__emulator__` in a path is no emphasis."""
    return words.replace("/__emulator__", r"/\_\_emulator\_\_")


def code(value: object) -> str:
    """Return a value as code."""
    return f"`{value}`"


def _json(value: Any) -> str:
    return code(json.dumps(msgspec.to_builtins(value), ensure_ascii=False))


# --- commands -------------------------------------------------------------------------------------------------------


def commands() -> str:
    """Return every command with its arguments and options."""
    return "\n\n".join(_command(words, command) for words, command in walk(cli.NAME, cli.group))


def walk(words: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """Yield a command and all below it, each with the words that call it."""
    yield words, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=words)
        for name in command.list_commands(context):
            found = command.resolve_command(context, [name])[1]
            if found is not None:
                yield from walk(f"{words} {name}", found)


def _command(words: str, command: click.Command) -> str:
    context = click.Context(command, info_name=words)
    usage = " ".join([words, *command.collect_usage_pieces(context)])
    help_text = text(inspect.cleandoc(command.help or command.short_help or ""))
    options = [_option(option, context) for option in command.params if isinstance(option, click.Option)]
    parts = [f"## `{words}`", help_text, f"    {usage}"]
    if options:
        parts.append(table(["Option", "Default", "Meaning"], options))
    return "\n\n".join(parts)


def _option(option: click.Option, context: click.Context) -> tuple[str, str, str]:
    names = ", ".join(option.opts + option.secondary_opts)
    metavar = "" if option.is_flag else f" {option.make_metavar(context)}"
    default = option.default
    shown = default is not None and not callable(default) and "UNSET" not in repr(default) and default not in ((), "")
    return code(names + metavar), code(default) if shown and not option.is_flag else "", option.help or ""


# --- pytest ---------------------------------------------------------------------------------------------------------


class _Options(list[tuple[str, str]]):
    """Stands in for pytest's parser and its groups, and keeps names and help texts."""

    def getgroup(self, *_: str) -> "_Options":
        return self

    def addoption(self, *names: str, **attributes: Any) -> None:
        metavar = attributes.get("metavar") or "|".join(attributes.get("choices", ()))
        takes = "" if attributes.get("action") == "store_true" else f" {metavar or 'VALUE'}"
        self.append((code(", ".join(names) + takes), attributes.get("help", "")))

    def addini(self, name: str, help: str, **_: Any) -> None:  # noqa: A002  # pytest's own name
        self.append((f"`{name}` (ini)", help))


def pytest_options() -> str:
    """Return the options of the plug-in."""
    found = _Options()
    pytest_plugin.pytest_addoption(found)  # type: ignore[arg-type]  # see _Options
    return table(["Option", "Meaning"], found)


def suite_options() -> str:
    """Return the options that only the suites have."""
    from loginradius_harness.checks.support import tier_options  # noqa: PLC0415  # needs the extra `suites`
    from loginradius_harness.report.recording import plugin  # noqa: PLC0415  # as above
    from suites import conftest  # noqa: PLC0415  # as above

    found = _Options()
    for module in (tier_options, conftest, plugin):
        module.pytest_addoption(found)
    return table(["Option", "Meaning"], found)


def fixtures() -> str:
    """Return the public fixtures of the plug-in."""
    rows = [(code(name), help_text) for name, help_text in _fixtures(Path(pytest_plugin.__file__))]
    return table(["Fixture", "What it does"], rows)


def _fixtures(file: Path) -> Iterator[tuple[str, str]]:
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and any("fixture" in ast.unparse(line) for line in node.decorator_list):
            yield node.name, ast.get_docstring(node) or ""


def capabilities() -> str:
    """Return the capabilities of a tenant, each with what must be set for it."""
    rows = [(code(name), setting) for name, setting in tenant_capabilities.SETTINGS.items()]
    return table(["Capability", "For a tenant to have it"], rows)


# --- configuration --------------------------------------------------------------------------------------------------


def target_keys() -> str:
    """Return the keys of a target, its mailbox, federation and limits, with types and defaults."""
    unset = {
        "name", "api_key", "api_secret", "mailbox_password", "oauth_client_secret", "machine_client_secret", "mailbox",
        "federation", "limits", "overlay", "overlay_file",
    }  # fmt: skip
    places = (
        ("", target.Target),
        ("mailbox.", target.MailboxSettings),
        ("federation.", target.FederationSettings),
        ("limits.", target.Limits),
    )
    rows = [
        (code(place + field.name), _type(field.type), _json(field.default))
        for place, struct in places
        for field in msgspec.structs.fields(struct)
        if place or field.name not in unset
    ]
    return table(["Key", "Type", "Default"], rows)


def target_example() -> str:
    """Return the annotated example of a targets file."""
    return f"```toml\n{target.EXAMPLE.read_text(encoding='utf-8')}```"


def _type(kind: Any) -> str:
    choices = [str(choice) for choice in get_args(kind) if isinstance(choice, str)]
    if choices:
        return ", ".join(map(code, choices))
    return code(getattr(kind, "__name__", str(kind)) if not get_args(kind) else str(kind).replace("typing.", ""))


def exit_codes() -> str:
    """Return the exit codes that name a cause."""
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if "exit_code" in vars(kind)]
    rows = sorted((vars(kind)["exit_code"], _sentence(inspect.getdoc(kind))) for kind in kinds)
    return table(
        ["Exit code", "Cause"], [(0, "Nothing failed."), *rows, (4, "A load run is invalid: it proves nothing.")]
    )


def _sentence(text: str | None) -> str:
    return (text or "").partition("\n\n")[0].replace("\n", " ")


# --- emulator -------------------------------------------------------------------------------------------------------


def emulator_settings() -> str:
    """Return every setting by group."""
    groups: dict[str, list[SettingField]] = defaultdict(list)
    for field in setting_fields().values():
        groups[field.group].append(field)
    head = ["Setting", "Default", "Values", "Meaning"]
    return "\n\n".join(
        f"## {name}\n\n" + table(head, [_setting(field) for field in fields]) for name, fields in groups.items()
    )


def _setting(field: SettingField) -> tuple[str, str, str, str]:
    if field.choices:
        values = ", ".join(map(code, field.choices))
    elif field.low is not None:
        values = f"{field.low:,} to {field.high:,}"
    else:
        values = field.kind
    return code(field.name), _json(field.default), values, field.description + (" (inferred)" if field.inferred else "")


def presets() -> str:
    """Return the presets with what they change."""
    rows = [(code(name), ", ".join(f"`{key}={json.dumps(value)}`" for key, value in changes.items()))
            for name, changes in PRESETS.items()]  # fmt: skip
    return table(["Preset", "Changes"], rows)


def control_calls() -> str:
    """Return the calls of the control API with parameters and body."""
    described = document(routes(ControlApi).values())
    rows = []
    for path, verbs in sorted(described["paths"].items()):
        for verb, operation in verbs.items():
            parameters = [one["name"] for one in operation["parameters"] if "name" in one]
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            members = _members(body, described["components"]["schemas"]) if body else []
            rows.append((
                f"`{verb.upper()} {path}`", operation["summary"],
                ", ".join(map(code, parameters)), ", ".join(map(code, members)),
            ))  # fmt: skip
    return table(["Call", "What it does", "Query", "Body"], rows)


def message_kinds() -> str:
    """Return the kinds of messages in the outbox, as the console words them."""
    rows = [(code(kind), *words) for kind, words in TEXTS.items()]
    return table(["Kind", "Subject", "What it says"], rows)


def _members(schema: dict[str, Any], known: dict[str, Any]) -> list[str]:
    if "$ref" in schema:
        return _members(known[schema["$ref"].rpartition("/")[2]], known)
    parts = [*schema.get("anyOf", ()), *schema.get("allOf", ())]
    return list(schema.get("properties", ())) or [name for part in parts for name in _members(part, known)]


# --- load -----------------------------------------------------------------------------------------------------------


def load_profiles() -> str:
    """Return the profiles that are shipped."""
    found = [profiles.load(name) for name in profiles.names()]
    rows = [
        (code(one.name), one.model, f"{one.seconds:g} s", ", ".join(map(code, one.mix)), one.description)
        for one in found
    ]
    return table(["Profile", "Model", "Duration", "Scenarios", "What it asks"], rows)


def profile_members() -> str:
    """Return the members of a profile and of its tables."""
    parts = []
    limits = '`[slo."*"]`, or of one operation'
    for title, struct in (("A profile", profiles.Profile), (limits, profiles.Limits), ("`[abort]`", profiles.Abort)):
        schema = msgspec.json.schema_components([struct])[1][struct.__name__]
        rows = [
            (code(name), "yes" if name in schema.get("required", ()) else "", _json(member.get("default")))
            for name, member in schema["properties"].items()
            if name != "name"
        ]
        parts.append(f"**{title}.** {inspect.getdoc(struct)}\n\n" + table(["Member", "Required", "Default"], rows))
    return "\n\n".join(parts)


def scenarios() -> str:
    """Return what virtual users can do."""
    rows = [(code(one.name), one.description, ", ".join(code(step.operation) for step in one.steps))
            for one in SCENARIOS.values()]  # fmt: skip
    return table(["Scenario", "What it does", "Operations"], rows)


# --- contracts and reports ------------------------------------------------------------------------------------------


def error_codes() -> str:
    """Return every error code with its name in code."""
    rows = [
        (one.code, one.status, code(contracts.codes.ErrorCode(one.code).name), one.meaning)
        for one in reference_data.error_definitions().values()
    ]
    return table(["Code", "Status", "Name in code", "Meaning"], rows)


def coverage_criteria() -> str:
    """Return the coverage criteria."""
    items = dict(re.findall(r"^\| (C\d) \| .*? \| (.*?) \|$", coverage.__doc__ or "", re.MULTILINE))
    rows = [
        (name, text, items[name], "yes" if name in coverage.GATED else "")
        for name, text in coverage.DESCRIPTIONS.items()
    ]
    return table(["Criterion", "Counts", "An item", "Gated by `--strict-contract`"], rows)


def security_rows() -> str:
    """Return the rows of the security checklist with the requirements of standards that they check."""
    from loginradius_harness.checks.security import request_budget  # noqa: PLC0415  # needs the extra `suites`

    standards = _standards()
    rows = [
        (number, row["title"], ", ".join(sorted(standards[int(number)])))
        for number, row in json.loads(request_budget.FILE.read_bytes()).items()
    ]
    return table(["Row", "Question", "Requirements"], rows)


def _standards() -> dict[int, set[str]]:
    """Return the requirements by row: those of the rules about it, and those that its tests name."""
    found: dict[int, set[str]] = defaultdict(set)
    for rule in contracts.rules():
        for row in rule.checklist:
            found[row] |= set(rule.requirements)
    for file in sorted(SUITES.glob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.security":
                named = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
                texts = {value for value in named if isinstance(value, str)}
                found.update({value: found[value] | texts for value in named if isinstance(value, int)})
    return found


def report_members() -> str:
    """Return the members of report.json, object by object."""
    components = msgspec.json.schema_components([Report])[1]
    parts = []
    for name in sorted(components, key=lambda one: (one != Report.__name__, one)):
        properties = components[name].get("properties", {})
        rows = [(code(member), _schema_type(schema)) for member, schema in properties.items()]
        parts.append(f"### {name}\n\n{components[name].get('description', '')}\n\n" + table(["Member", "Type"], rows))
    return "\n\n".join(parts)


def _schema_type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return ", ".join(code(value) for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(_schema_type(part) for part in schema["anyOf"])
    if schema.get("type") == "array":
        inner = schema.get("items") or {}
        return f"list of {_schema_type(inner)}" if inner else "list"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_schema_type(schema['additionalProperties'])}"
    return str(schema.get("format") or schema.get("type") or "any")


TABLES: dict[str, Callable[[], str]] = {
    function.__name__.replace("_", "-"): function
    for function in (
        commands, pytest_options, suite_options, fixtures, capabilities, target_keys, target_example, exit_codes,
        emulator_settings, presets, control_calls, message_kinds, load_profiles, profile_members, scenarios,
        error_codes, coverage_criteria, security_rows, report_members,
    )
}  # fmt: skip
