"""What the run adds to locust's web UI: a start that is refused with a reason, three tabs, a rate to change."""

import copy
from collections.abc import Callable, Iterator
from typing import Any, cast

from flask import Response, jsonify, make_response, redirect, request
from locust.env import Environment
from locust.web import WebUI

from loginradius_harness.client.errors import ConfigurationError, InfrastructureError
from loginradius_harness.load.analysis import report, slo
from loginradius_harness.load.analysis.validity import assess_validity
from loginradius_harness.load.config.plan import Options
from loginradius_harness.load.locust_plugin.coordinator import Coordinator

_TABLES = {
    "contract": ("Contract", ("operation", "kind", "count", "pointer", "expected", "actual", "exchange")),
    "slo": ("SLO", ("operation", "limit", "allowed", "measured", "verdict")),
    "trust": ("Trust", ("name", "value")),
}
_RATE_PAGE = """<!doctype html><meta charset="utf-8"><title>Arrival rate</title>
<form method="post"><label>Highest rate, arrivals/s <input name="rate" type="number" min="0.1" step="any" required
value="{rate:g}" autofocus></label> <button>Change</button></form><p>{note}</p><p><a href="./">Back</a></p>"""


def install(environment: Environment, chief: Coordinator) -> None:
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
    _refuse_with_reason(web_ui, environment, chief)
    _fill_tables(web_ui, chief)
    web_ui.app.add_url_rule(
        "/rate", "rate", web_ui.auth_required_if_enabled(lambda: _rate(chief)), methods=["GET", "POST"]
    )


def _refuse_with_reason(web_ui: WebUI, environment: Environment, chief: Coordinator) -> None:
    """Start: what can not be run is said in the form, before locust starts anything."""
    assert web_ui.app  # noqa: S101  # as above
    start = cast("Callable[[], Response]", web_ui.app.view_functions["locust.swarm"])

    def swarm() -> Response:
        try:
            options = _with_form(chief.options, request.form)
            chief.decide(options, request.form.get("host") or environment.host)
        except (ConfigurationError, InfrastructureError, ValueError) as error:
            return jsonify({"success": False, "message": str(error), "host": environment.host})
        return start()

    web_ui.app.view_functions["locust.swarm"] = web_ui.auth_required_if_enabled(swarm)


def _with_form(options: Options, form: Any) -> Options:
    changed = copy.copy(options)
    changed.load_profile = form.get("load_profile", options.load_profile)
    changed.rate = float(form.get("rate") or options.rate)
    changed.population = int(form.get("population") or options.population)
    return changed


def _fill_tables(web_ui: WebUI, chief: Coordinator) -> None:
    assert web_ui.app  # noqa: S101  # as above

    @web_ui.app.after_request
    def extend(response: Response) -> Response:
        if request.path.endswith("/stats/requests") and response.is_json:
            tables = {"contract": _findings, "slo": _objectives, "trust": _header}
            data = [{"key": key, "data": list(rows(chief))} for key, rows in tables.items()]
            return make_response(jsonify({**response.get_json(), "extended_stats": data}))
        return response


def _findings(chief: Coordinator) -> Iterator[dict[str, Any]]:
    for name, ledger in chief.run.books.ledgers.items() if chief.run else ():
        for sample in ledger.samples:
            yield {
                "operation": name,
                "kind": sample.kind,
                "count": sample.count,
                "pointer": sample.pointer or "/",
                "expected": sample.expected,
                "actual": sample.actual,
                "exchange": sample.exchange,
            }


def _objectives(chief: Coordinator) -> Iterator[dict[str, Any]]:
    if chief.run and chief.plan:
        seconds = max(0.0, min(chief.seconds - chief.run.warm_up, chief.run.planned))
        for row in slo.judge(chief.run.books, chief.plan.profile.slo, seconds):
            yield {
                "operation": row.operation,
                "limit": row.limit,
                "allowed": f"{row.allowed:g} {row.unit}",
                "measured": f"{row.measured:.6g} {row.unit}",
                "verdict": "PASS" if row.kept else "FAIL",
            }


def _header(chief: Coordinator) -> Iterator[dict[str, Any]]:
    if not chief.run or not chief.plan:
        return
    seen = assess_validity(
        chief.run.books, chief.run.model, chief.plan.profile.late, chief.run.served, chief.run.lost_workers
    )
    for name, value in report.header(seen).items():
        yield {"name": name, "value": value}
    for doubt in seen.doubts:
        yield {"name": "doubt", "value": doubt}


def _rate(chief: Coordinator) -> Response:
    """A page to change the arrival rate of the run under way."""
    note = "Takes effect at once, for the rest of the run."
    if request.method == "POST":
        try:
            chief.change_rate(float(request.form["rate"]))
        except (ConfigurationError, ValueError) as error:
            note = str(error)
        else:
            return redirect(request.script_root + "/")  # type: ignore[return-value]  # a werkzeug response is one
    rate = chief.plan.curve.peak if chief.plan else 0.0
    return make_response(_RATE_PAGE.format(rate=rate, note=note))
