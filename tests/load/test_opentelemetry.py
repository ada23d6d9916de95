"""The figures that arrive at an OpenTelemetry collector: a stand-in that reads what the real exporter sends."""

import http.server
import os
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

from loginradius_harness import emulator
from loginradius_harness.load.analysis import run_result

from .test_signals import LOCUST, PROFILE, ROOT, own_port


@dataclass
class Collector:
    """Listens for exports; `values` are the newest by metric and labels."""

    values: dict[tuple[str, frozenset[tuple[str, str]]], float] = field(default_factory=dict)
    url: str = ""

    def receive(self, body: bytes) -> None:
        """Read one export."""
        for resource in ExportMetricsServiceRequest.FromString(body).resource_metrics:
            for metric in (metric for scope in resource.scope_metrics for metric in scope.metrics):
                for point in (*metric.sum.data_points, *metric.gauge.data_points):
                    labels = frozenset((label.key, label.value.string_value) for label in point.attributes)
                    self.values[metric.name, labels] = point.as_double or float(point.as_int)

    def labelled(self, name: str) -> dict[frozenset[tuple[str, str]], float]:
        """Return the values of one metric by their labels."""
        return {labels: value for (metric, labels), value in self.values.items() if metric == name}


@pytest.fixture
def collector() -> Iterator[Collector]:
    received = Collector()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/v1/metrics":
                received.receive(body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
            del format, args

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        received.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield received
        server.shutdown()
        thread.join()


def run(folder: Path, *options: str, **environ: str) -> subprocess.CompletedProcess[str]:
    (folder / "own.toml").write_text(PROFILE)
    command = [*LOCUST, "--load-profile", "own.toml", "--duration", "2", "--pool", "pool.jsonl", "--otel", *options]
    return subprocess.run(
        command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_a_collector_receives_the_figures_of_all_workers(
    collector: Collector, running: emulator.Running, tmp_path: Path
) -> None:
    workers = ["--processes", "2", *own_port()]
    done = run(tmp_path, "--host", running.url, *workers, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url)
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = (tmp_path / run_result.FOLDER).glob("*.json")
    recorded = run_result.load(path)
    operation = ("operation", "authentication.validate_access_token")
    requests = collector.labelled("loginradius.load.requests")
    assert requests == {frozenset({operation, ("outcome", "ok")}): recorded.metrics.total.requests}
    assert collector.labelled("loginradius.load.requests_sent") == {frozenset(): recorded.metrics.requests_sent}
    p95 = collector.labelled("loginradius.load.latency_quantile_seconds")[frozenset({operation, ("quantile", "0.95")})]
    assert p95 == recorded.metrics.total.corrected.percentile(0.95) / 1e6
    assert collector.labelled("loginradius.load.contract_violations") == {frozenset({operation}): 0}
    assert collector.labelled("loginradius.load.starts")[frozenset({("state", "scheduled")})] == 60
    assert len(collector.labelled("loginradius.load.schedule_delay_quantile_seconds")) == 3
    limit = frozenset({("operation", "*"), ("limit", "error_ratio")})
    assert collector.labelled("loginradius.load.limit_met") == {limit: 1}
    assert collector.labelled("loginradius.load.valid") == {frozenset(): 1}


def test_a_collector_without_an_address_is_refused_before_the_run(running: emulator.Running, tmp_path: Path) -> None:
    done = run(tmp_path, "--host", running.url, OTEL_EXPORTER_OTLP_ENDPOINT="http://collector.invalid:4318")
    assert done.returncode == 2
    assert "collector.invalid has no address" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_missing_extra_is_named_before_the_run(running: emulator.Running, tmp_path: Path) -> None:
    (tmp_path / "opentelemetry.py").write_text("")
    done = run(tmp_path, "--host", running.url, PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert done.returncode == 2
    assert "pip install 'loginradius-harness[otel]'" in done.stdout
