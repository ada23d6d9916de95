"""Draw charts of load runs as inline SVG, with the colours of the page, light or dark."""

import re
import sys
from collections.abc import Sequence
from typing import Any

import pygal
from markupsafe import Markup
from pygal.style import Style

from loginradius_harness.report.recording import events

# pygal leaves an import hook that Python 3.12 does not support and that breaks imports under pytest
sys.meta_path[:] = [hook for hook in sys.meta_path if type(hook).__module__ != "pygal"]

_STYLE = Style(
    background="transparent",
    plot_background="transparent",
    foreground="var(--ink)",
    foreground_strong="var(--ink)",
    foreground_subtle="var(--quiet)",
    colors=("var(--series-1)", "var(--series-2)", "var(--series-3)", "var(--series-4)"),
    font_family="inherit",
    guide_stroke_color="var(--line)",
    major_guide_stroke_color="var(--line)",
    label_font_size=12,
    major_label_font_size=12,
    legend_font_size=13,
)
_LABELS = 12  # on the x axis; more of them overlap


def over_time(series: Sequence[events.LoadPoint]) -> Markup:
    """Draw percentiles in milliseconds over the seconds of a run."""
    chart = _chart(pygal.Line, "Percentiles over time", "seconds", "ms", show_dots=False)
    _label(chart, [f"{point.at:g}" for point in series])
    for name in series[0].percentiles if series else ():
        chart.add(name, [point.percentiles.get(name) for point in series])
    return _svg(chart)


def rate(series: Sequence[events.LoadPoint]) -> Markup:
    """Draw requests and errors per second over the seconds of a run."""
    chart = _chart(pygal.Line, "Requests per second", "seconds", "1/s", show_dots=False, fill=True)
    _label(chart, [f"{point.at:g}" for point in series])
    chart.add("requests", [point.rate for point in series])
    chart.add("errors", [point.errors for point in series])
    return _svg(chart)


def histogram(buckets: Sequence[tuple[float, int]]) -> Markup:
    """Draw the distribution of response times."""
    chart = _chart(pygal.Bar, "Histogram", "up to ms", "requests", show_legend=False)
    _label(chart, [f"{bound:g}" for bound, _ in buckets])
    chart.add("requests", [count for _, count in buckets])
    return _svg(chart)


def trend(name: str, points: Sequence[tuple[str, float | None, float | None]]) -> Markup:
    """Draw p50 and p99 of one operation over the runs in the history."""
    chart = _chart(pygal.Line, name, "runs", "ms")
    _label(chart, [date for date, _, _ in points])
    chart.add("p50", [p50 for _, p50, _ in points])
    chart.add("p99", [p99 for _, _, p99 in points])
    return _svg(chart)


def _chart(kind: type[Any], title: str, x_title: str, y_title: str, **options: Any) -> Any:
    return kind(
        title=title, x_title=x_title, y_title=y_title, style=_STYLE, width=760, height=300, js=[],
        disable_xml_declaration=True, legend_at_bottom=True, show_minor_x_labels=False, include_x_axis=True,
        stroke_style={"width": 2}, **options,
    )  # fmt: skip


def _label(chart: Any, labels: Sequence[str]) -> None:
    chart.x_labels = labels
    chart.x_labels_major = labels[:: max(1, len(labels) // _LABELS)]


def _svg(chart: Any) -> Markup:
    svg = re.sub(r' id="activate-serie-\d+"', "", chart.render(is_unicode=True))  # the same in every chart of a page
    return Markup(svg)  # noqa: S704  # the library escapes its input
