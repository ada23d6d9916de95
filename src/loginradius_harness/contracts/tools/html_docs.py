"""The contracts as one page that needs no network: operations, schemas, rules and error codes.

The viewer is Scalar (MIT), whose bundle comes with the package flask-openapi3-scalar: nothing of it is kept here.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import jinja2

from loginradius_harness.contracts import reference_data
from loginradius_harness.contracts.loader import ContractError, get
from loginradius_harness.contracts.operation import Operation, When
from loginradius_harness.contracts.rules import Rule, rules
from loginradius_harness.contracts.tools import openapi

Json = Any
VIEWER = "flask-openapi3-scalar"
TEMPLATES = Path(__file__).parent / "templates"
ABOUT = """\
What each operation promises. Operations that share a method and a path differ in a fragment behind the path
(`#group.operation`), which no client sends. Names in requests are matched without regard to case, names in responses
exactly; a member that a schema does not name is drift. The **rules** say what no schema can."""
SETTINGS = {
    "agent": {"disabled": True},
    "documentDownloadType": "json",
    "hiddenClients": True,
    "hideClientButton": True,
    "hideTestRequestButton": True,
    "mcp": {"disabled": True},
    "showDeveloperTools": "never",
    "telemetry": False,
    "withDefaultFonts": False,
}


def write(file: Path) -> None:
    """Write the page to `file`; raise ContractError if the viewer's package is not installed."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page(), encoding="utf-8")


def page() -> str:
    """Return the page, complete in itself."""
    described = document()
    # A text with `</script` in it would end the script element that holds it.
    configuration = json.dumps({"content": described, **SETTINGS}, ensure_ascii=False).replace("</", "<\\/")
    templates = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True)
    return templates.get_template("reference.html").render(
        title=described["info"]["title"], viewer=_viewer(), configuration=configuration
    )


def _viewer() -> str:
    try:
        files = metadata.files(VIEWER) or []
    except metadata.PackageNotFoundError:
        raise ContractError(
            f"the package {VIEWER} is not installed; `pip install {VIEWER}` brings the viewer"
        ) from None
    bundle = next(file for file in files if file.name == "scalar.standalone.js")
    return bundle.read_text(encoding="utf-8").replace("</script", "<\\/script")


def document() -> dict[str, Json]:
    """Return the OpenAPI document, with rules and error codes as further sections."""
    described = openapi.document()
    described["info"]["description"] = ABOUT
    for path in described["paths"].values():
        for entry in path.values():
            entry["description"] = _operation(get(entry["operationId"]))
    sections = {"Rules": list(_rule_sections()), "Error codes": list(_code_sections())}
    groups = [tag["name"] for tag in described["tags"]]
    described["tags"] += [tag for tags in sections.values() for tag in tags]
    described["x-tagGroups"] = [
        {"name": "Operations", "tags": groups},
        *({"name": name, "tags": [tag["name"] for tag in tags]} for name, tags in sections.items()),
    ]
    return described


def _operation(operation: Operation) -> str:
    facts = [f"`{operation.id}` · effect: {operation.effect} · error list: {operation.evidence}"]
    if operation.aliases:
        facts.append("Also answers at " + ", ".join(f"`{path}`" for path in operation.aliases))
    if operation.when != When():
        facts.append(f"Distinguished from others on its path by: {_condition(operation.when)}")
    if operation.preset != "default":
        facts.append(f"Needs a tenant with the settings of preset `{operation.preset}`")
    binding = [rule for rule in rules() if operation.id in rule.operations]
    return "\n\n".join([operation.notes, *facts, "**Rules**", _list(_rule(rule) for rule in binding)]).strip()


def _condition(when: When) -> str:
    words = {True: "present", False: "absent"}
    return "; ".join(
        f"{part} `{name}` {words[value] if isinstance(value, bool) else f'is `{value}`'}"
        for part, conditions in (("query", when.query), ("body", when.body), ("owner of", when.owner))
        for name, value in conditions.items()
    )


def _rule_sections() -> Iterator[dict[str, str]]:
    areas: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules():
        areas[rule.area].append(rule)
    for area, found in areas.items():
        yield _section(f"rules.{area}", area.replace("_", " "), _list(_rule(rule, full=True) for rule in found))


def _rule(rule: Rule, *, full: bool = False) -> str:
    text = f"**{rule.level}** {rule.statement} `{rule.id}`"
    reason = f" {rule.reason}" if rule.reason else ""
    return f"{text} ({rule.evidence}; {', '.join(rule.source)}){reason}" if full else text


def _code_sections() -> Iterator[dict[str, str]]:
    areas: dict[str, list[str]] = defaultdict(list)
    for error in reference_data.error_definitions().values():
        areas[error.area].append(f"**{error.code}** (HTTP {error.status}) {error.meaning}")
    for area, lines in areas.items():
        yield _section(f"codes.{area}", area, _list(lines))


def _section(name: str, title: str, description: str) -> dict[str, str]:
    return {"name": name, "x-displayName": title, "description": description}


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
