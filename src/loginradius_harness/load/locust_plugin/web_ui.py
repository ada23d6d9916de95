"""What the run adds to locust's web UI: a start that is refused with a reason, three tabs, a rate to change."""

from collections.abc import Callable, Iterator
from typing import Any, cast

from flask import Response, jsonify, make_response, redirect, request
from locust.env import Environment
from locust.web import WebUI

from loginradius_harness.client.errors import ConfigurationError, InfrastructureError
from loginradius_harness.load.analysis import report, slo
from loginradius_harness.load.analysis.validity import assess_validity
from loginradius_harness.load.locust_plugin import cli_options
from loginradius_harness.load.locust_plugin.coordinator import Coordinator

_TABLES = {
    "contract": ("Contract", ("operation", "kind", "count", "pointer", "expected", "actual", "exchange")),
    "slo": ("SLO", ("operation", "limit", "allowed", "measured", "verdict")),
    "validity": ("Validity", ("name", "value")),
}
_RATE_PAGE = """<!doctype html><meta charset="utf-8"><title>Arrival rate</title>
<form method="post"><label>Peak rate, arrivals/s <input name="rate" type="number" min="0.1" step="any" required
value="{rate:g}" autofocus></label> <button>Change</button></form><p>{note}</p><p><a href="./">Back</a></p>"""


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
    _fill_tables(web_ui, coordinator)
    web_ui.app.add_url_rule(
        "/rate", "rate", web_ui.auth_required_if_enabled(lambda: _rate(coordinator)), methods=["GET", "POST"]
    )


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


def _fill_tables(web_ui: WebUI, coordinator: Coordinator) -> None:
    assert web_ui.app  # noqa: S101  # as above

    @web_ui.app.after_request
    def extend(response: Response) -> Response:
        if request.path.endswith("/stats/requests") and response.is_json:
            tables = {"contract": _contract, "slo": _limits, "validity": _validity}
            data = [{"key": key, "data": list(rows(coordinator))} for key, rows in tables.items()]
            return make_response(jsonify({**response.get_json(), "extended_stats": data}))
        return response


def _contract(coordinator: Coordinator) -> Iterator[dict[str, Any]]:
    for sample in report.samples(coordinator.run.metrics) if coordinator.run else ():
        yield {**sample, "pointer": sample["pointer"] or "/"}


def _limits(coordinator: Coordinator) -> Iterator[dict[str, Any]]:
    if coordinator.run and coordinator.plan:
        seconds = max(0.0, min(coordinator.seconds - coordinator.run.warm_up, coordinator.run.planned))
        for row in slo.evaluate(coordinator.run.metrics, coordinator.plan.profile.slo, seconds):
            yield {
                "operation": row.operation,
                "limit": row.limit,
                "allowed": f"{row.allowed:g} {row.unit}",
                "measured": f"{row.measured:.6g} {row.unit}",
                "verdict": "PASS" if row.met else "FAIL",
            }


def _validity(coordinator: Coordinator) -> Iterator[dict[str, Any]]:
    run, plan = coordinator.run, coordinator.plan
    if not run or not plan:
        return
    seen = assess_validity(run.metrics, run.model, plan.profile.max_start_delay_ms, run.served, run.lost_workers)
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
            note = str(error)
        else:
            return redirect(request.script_root + "/")  # type: ignore[return-value]  # a werkzeug response is one
    rate = coordinator.plan.curve.peak if coordinator.plan else 0.0
    return make_response(_RATE_PAGE.format(rate=rate, note=note))
