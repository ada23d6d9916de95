"""The manifests match their schemas, and locust accepts each command line in them."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import kubernetes_validate
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from loginradius_harness.load.analysis import prometheus
from loginradius_harness.load.analysis.prometheus import RunSource
from loginradius_harness.load.metrics.counters import RunMetrics

DEPLOY = Path(__file__).parents[2] / "loadtests" / "deploy"
MANIFESTS = list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text()))
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda manifest: manifest["kind"])
def test_a_kubernetes_manifest_matches_its_strict_schema(manifest: dict[str, Any]) -> None:
    kubernetes_validate.validate(manifest, "1.32", strict=True)


def test_the_strict_schema_rejects_a_misspelt_member() -> None:
    wrong = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x"}, "spec": {"selectr": {}}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, "1.32", strict=True)


def has_compose() -> bool:
    """Return whether docker compose is installed."""
    docker = shutil.which("docker")
    if docker is None:
        return False
    return subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not has_compose(), reason="docker compose is not installed")
def test_docker_accepts_the_compose_file() -> None:
    environment = {"TARGET": "staging", "HARNESS_API_KEY": "x", "HARNESS_API_SECRET": "x"}
    command = ["docker", "compose", "-f", str(DEPLOY / "compose.yaml"), "config", "--quiet"]
    subprocess.run(command, check=True, env=environment)


def test_ports_are_published_on_loopback_only() -> None:
    published = [port for service in COMPOSE["services"].values() for port in service.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_the_dashboard_uses_exported_metrics_only() -> None:
    panels = json.loads((DEPLOY / "grafana.json").read_text())["panels"]
    expressions = [target["expr"] for panel in panels for target in panel["targets"]]
    used = {name for text in expressions for name in re.findall(r"loginradius_load_\w+", text)}
    source = cast(
        "RunSource", SimpleNamespace(run=SimpleNamespace(metrics=RunMetrics(), lost_workers=0), is_running=True)
    )
    exported = {family.name for family in text_string_to_metric_families(prometheus.application(source)().decode())}
    assert {re.sub(r"_(total|bucket)$", "", name) for name in used} <= exported


def pods() -> dict[str, dict[str, Any]]:
    workloads = [manifest for manifest in MANIFESTS if "template" in manifest["spec"]]
    return {manifest["metadata"]["name"]: manifest["spec"]["template"]["spec"] for manifest in workloads}


def test_secrets_come_from_secrets_and_pods_run_without_privileges() -> None:
    for pod in pods().values():
        (container,) = pod["containers"]
        assert "env" not in container
        assert container["envFrom"] == [{"secretRef": {"name": "load-target"}}]
        assert container["securityContext"]["allowPrivilegeEscalation"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True


def test_workers_connect_to_the_master_by_its_service_name() -> None:
    (service,) = [manifest for manifest in MANIFESTS if manifest["kind"] == "Service"]
    assert service["metadata"]["name"] in pods()["load-worker"]["containers"][0]["args"]
    assert service["spec"]["selector"] == {"app": "load-master"}


@pytest.mark.parametrize(
    "options",
    [pod["containers"][0]["args"] for pod in pods().values()]
    + [service["command"] for service in COMPOSE["services"].values()],
    ids=str,
)
def test_locust_accepts_every_command_line(options: list[str]) -> None:
    locustfile = str(DEPLOY.parent / "locustfile.py")
    done = subprocess.run(
        [sys.executable, "-m", "locust", "-f", locustfile, *options, "--list"],
        capture_output=True, text=True, check=False, cwd=DEPLOY.parents[1], timeout=60,
    )  # fmt: skip
    assert (done.returncode, "EngineUser" in done.stdout) == (0, True), done.stderr


def test_the_image_contains_what_a_run_needs() -> None:
    copied = set((DEPLOY / "Dockerfile").read_text().split())
    packaged = tomllib.loads((DEPLOY.parents[1] / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]
    assert {"src", "requirements.lock", *packaged["wheel"]["force-include"]} <= copied
