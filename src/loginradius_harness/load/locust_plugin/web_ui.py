"""What the run adds to locust's web UI: a result banner, tabs, a fuller form and report, a rate to change, metrics."""

from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any, cast

from flask import Flask, Response, jsonify, make_response, redirect, request, send_from_directory
from locust.env import Environment
from locust.web import WebUI

from loginradius_harness.client.errors import ConfigurationError, InfrastructureError
from loginradius_harness.load.analysis import prometheus, report
from loginradius_harness.load.analysis.slo import Result
from loginradius_harness.load.config import targets
from loginradius_harness.load.locust_plugin import cli_options
from loginradius_harness.load.locust_plugin.coordinator import Coordinator
from loginradius_harness.target.target import target_names

STATIC = Path(__file__).with_name("static")
_TABLES = {  # what matters most comes first: a phone shows three columns
    "slo": ("Limits", ("result", "limit", "measured", "allowed", "operation")),
    "contract": ("Contract", ("kind", "count", "expected", "actual", "operation", "pointer", "exchange")),
    "validity": ("Validity", ("name", "value")),
}
_RATE_PAGE = """<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Arrival rate</title><form method="post"><label>Peak rate, arrivals/s <input name="rate" type="number" min="0.1"
step="any" required value="{rate:g}" autofocus></label> <button>Change</button></form><p>{note}</p>
<p><a href="./">Back</a></p>"""
_HEAD = '<link rel="stylesheet" href="./load/banner.css"></head>'
_BODY = '<script src="./load/banner.js"></script></body>'


def install(environment: Environment, coordinator: Coordinator) -> None:
    """Extend the web UI of a process that has one."""
    web_ui = environment.web_ui
    assert web_ui and web_ui.app  # noqa: S101, PT018  # the caller looked
    web_ui.template_args |= {
        "extended_tabs": [{"key": key, "title": title} for key, (title, _) in _TABLES.items()],
        "extended_tables": [
            {"key": key, "structure": [{"key": name, "title": name.capitalize()} for name in names]}
            for key, (_, names) in _TABLES.items()
        ],
    }
    _refuse_with_reason(web_ui, environment, coordinator)
    _extend_answers(web_ui.app, coordinator)
    metrics = prometheus.application(coordinator)
    routes: dict[str, Callable[..., Any]] = {
        "/rate": lambda: _rate(coordinator),
        "/load/status": lambda: jsonify(_status(coordinator)),
        "/load/targets": lambda: jsonify(_targets(environment)),
        "/load/<name>": lambda name: send_from_directory(STATIC, name),
        "/metrics": lambda: Response(metrics(), mimetype=prometheus.CONTENT_TYPE),
    }
    for path, view in routes.items():
        methods = ["GET", "POST"] if path == "/rate" else ["GET"]
        web_ui.app.add_url_rule(path, f"load{path}", web_ui.auth_required_if_enabled(view), methods=methods)


def _refuse_with_reason(web_ui: WebUI, environment: Environment, coordinator: Coordinator) -> None:
    """Show in the form why a run cannot start, before locust starts anything."""
    assert web_ui.app  # noqa: S101  # as above
    start = cast("Callable[[], Response]", web_ui.app.view_functions["locust.swarm"])

    def swarm() -> Response:
        try:
            options = cli_options.read(environment.parsed_options, request.form)
            coordinator.decide(options, request.form.get("host") or environment.host)
        except (ConfigurationError, InfrastructureError, ValueError) as error:
            return jsonify({"success": False, "message": str(error), "host": environment.host})
        return start()

    web_ui.app.view_functions["locust.swarm"] = web_ui.auth_required_if_enabled(swarm)


def _extend_answers(app: Flask, coordinator: Coordinator) -> None:
    """Fill the tabs, load the banner with the page, and add the tables to the downloaded report."""

    @app.after_request
    def extend(response: Response) -> Response:
        if request.path.endswith("/stats/requests") and response.is_json:
            data = [{"key": key, "data": list(rows)} for key, rows in _tables(coordinator).items()]
            return make_response(jsonify({**response.get_json(), "extended_stats": data}))
        if request.path == "/" and response.mimetype == "text/html":
            response.set_data(response.get_data(as_text=True).replace("</head>", _HEAD).replace("</body>", _BODY))
        if request.path.endswith("/stats/report") and response.mimetype == "text/html":
            before, end, after = response.get_data(as_text=True).rpartition(
                "</body>"
            )  # its scripts hold that text, too
            response.set_data(before + report_section(coordinator) + end + after)
        return response


def report_section(coordinator: Coordinator) -> str:
    """Return result, limits, contract and validity as HTML, for locust's own report."""
    status = _status(coordinator)
    lines = "".join(f"<p>{escape(line)}</p>" for line in (status["result"], *status["items"]) if line)
    return f"<section style='font-family:sans-serif;margin:1rem;overflow-x:auto'>{lines}" + "".join(
        f"<h2>{title}</h2><table border='1' cellpadding='4'><tr>{_cells('th', names)}</tr>"
        + "".join(f"<tr>{_cells('td', [row.get(name, '') for name in names])}</tr>" for row in rows)
        + "</table>"
        for (title, names), rows in zip(_TABLES.values(), _tables(coordinator).values(), strict=True)
    ) + "</section>"  # fmt: skip


def _cells(tag: str, values: Any) -> str:
    return "".join(f"<{tag}>{escape(str(value))}</{tag}>" for value in values)


def _targets(environment: Environment) -> list[str]:
    """Return what the start form offers as a host: the targets of the file, and the host of the command line."""
    try:
        return [*target_names(targets.TARGETS), environment.host or ""]
    except ConfigurationError:  # Start will say what is wrong with the file
        return []


def _status(coordinator: Coordinator) -> dict[str, Any]:
    """Return the result so far and its reasons, for the banner."""
    run, plan = coordinator.run, coordinator.plan
    if not run or not plan:
        return {"result": "", "items": []}
    contract = report.contract_summary(run.metrics)
    if coordinator.is_running:
        rows = coordinator.rows
        exceeded = [f"{row.operation} {row.limit}" for row in rows if not row.met]
        limits = f"all {len(rows)} limits met so far" if rows else "no measured answer yet"
        if exceeded:
            limits = f"limits exceeded so far: {', '.join(exceeded)}"
        progress = f"{min(coordinator.seconds, plan.curve.seconds):.0f} of {plan.curve.seconds:.0f} s"
        return {"result": "RUNNING", "items": [plan.profile.name, progress, limits, contract]}
    problems = run.validity.problems if run.validity else ()
    exceeded = [str(row).removeprefix("FAIL ") for row in run.rows if not row.met] if run.result is Result.FAIL else []
    reasons = [text for text in (run.partial, *problems, *exceeded) if text]
    return {"result": run.result.name, "items": [run.result.meaning, *reasons, contract]}


def _tables(coordinator: Coordinator) -> dict[str, list[dict[str, Any]]]:
    return {
        "slo": list(_limits(coordinator)),
        "contract": list(_contract(coordinator)),
        "validity": list(_validity(coordinator)),
    }


def _contract(coordinator: Coordinator) -> Iterator[dict[str, Any]]:
    if coordinator.run:
        summary = report.contract_summary(coordinator.run.metrics).removeprefix("contract: ")
        yield {"operation": "all operations", "kind": summary}
        for sample in report.samples(coordinator.run.metrics):
            yield {**sample, "pointer": sample["pointer"] or "/"}


def _limits(coordinator: Coordinator) -> Iterator[dict[str, Any]]:
    for row in coordinator.rows:
        yield {
            "operation": row.operation,
            "limit": row.limit,
            "allowed": f"{row.sign} {row.allowed:g} {row.unit}",
            "measured": f"{row.measured:.6g} {row.unit}",
            "result": "PASS" if row.met else "FAIL",
        }


def _validity(coordinator: Coordinator) -> Iterator[dict[str, Any]]:
    seen = coordinator.validity
    if seen:
        for name, value in report.describe(seen).items():
            yield {"name": name, "value": value}
        for problem in seen.problems:
            yield {"name": "invalid", "value": problem}


def _rate(coordinator: Coordinator) -> Response:
    """Show a page to change the arrival rate of the current run."""
    note = "Takes effect at once, for the rest of the run."
    if request.method == "POST":
        try:
            coordinator.change_rate(float(request.form["rate"]))
        except (ConfigurationError, ValueError) as error:
            note = escape(str(error))
        else:
            return redirect(request.script_root + "/")  # type: ignore[return-value]  # a werkzeug response is one
    rate = coordinator.plan.curve.peak if coordinator.plan else 0.0
    return make_response(_RATE_PAGE.format(rate=rate, note=note))
