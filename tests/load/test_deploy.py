"""The manifests match their schemas, and locust accepts each command line in them."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from loginradius_harness.load.analysis import prometheus
from loginradius_harness.load.analysis.slo import Row
from loginradius_harness.load.metrics.counters import RunMetrics

from .run_source import run_source

DEPLOY = Path(__file__).parents[2] / "loadtests" / "deploy"
MANIFESTS = list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text()))
LOCUST_TEST = yaml.safe_load((DEPLOY / "locusttest.yaml").read_text())
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
    metrics = RunMetrics()
    metrics.operation("authentication.login_by_email").count("ok", 1, 1)
    source = run_source(metrics, (Row("*", "p95", 5, 1, met=True),))
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


# The members of a LocustTest v2 that its resource definition knows, by the path of their parent.
KNOWN = {
    "": {
        "image", "imagePullPolicy", "imagePullSecrets", "master", "worker", "testFiles", "scheduling", "env", "volumes",
        "volumeMounts", "security", "observability",
    },
    "master": {"command", "resources", "labels", "annotations", "autostart", "autoquit", "extraArgs"},
    "worker": {"command", "replicas", "resources", "labels", "annotations", "extraArgs"},
    "master.autoquit": {"enabled", "timeout"},
    "env": {"configMapRefs", "secretRefs", "variables", "secretMounts"},
    "security": {"podSecurityContext", "containerSecurityContext"},
}  # fmt: skip


def operator_args(role: str) -> list[str]:
    """Return the arguments with which the operator starts the master or a worker."""
    spec = LOCUST_TEST["spec"]
    own = spec[role]["command"].split()
    if role == "worker":
        return [*own, "--worker", "--master-port=5557", "--master-host=load-master"]
    quits = ["--autoquit", str(spec["master"]["autoquit"]["timeout"])]
    workers = f"--expect-workers={spec['worker']['replicas']}"
    return [*own, "--master", "--master-port=5557", workers, "--autostart", *quits, "--enable-rebalancing"]


def operator_pod(role: str) -> dict[str, Any]:
    """Return the pod that the operator makes of the manifest."""
    spec = LOCUST_TEST["spec"]
    container = {
        "name": role, "image": spec["image"], "args": operator_args(role), "resources": spec[role]["resources"],
        "envFrom": [{"secretRef": reference} for reference in spec["env"]["secretRefs"]],
        "volumeMounts": spec["volumeMounts"], "securityContext": spec["security"]["containerSecurityContext"],
    }  # fmt: skip
    content = {"containers": [container], "volumes": spec["volumes"]}
    content["securityContext"] = spec["security"]["podSecurityContext"]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": role}, "spec": content}


def test_the_operators_manifest_has_known_members_only() -> None:
    assert (LOCUST_TEST["apiVersion"], LOCUST_TEST["kind"]) == ("locust.io/v2", "LocustTest")
    for path, known in KNOWN.items():
        part = LOCUST_TEST["spec"]
        for name in filter(None, path.split(".")):
            part = part[name]
        assert set(part) <= known, path


@pytest.mark.parametrize("role", ["master", "worker"])
def test_what_the_operator_makes_of_the_manifest_matches_the_strict_schema(role: str) -> None:
    kubernetes_validate.validate(operator_pod(role), "1.32", strict=True)


def test_the_operators_pods_equal_those_of_the_plain_manifests() -> None:
    for role in ("master", "worker"):
        made, plain = operator_pod(role)["spec"], pods()[f"load-{role}"]
        assert made["volumes"] == plain["volumes"]
        assert made["securityContext"] == plain["securityContext"]
        for member in ("envFrom", "volumeMounts", "securityContext", "resources"):
            assert made["containers"][0][member] == plain["containers"][0][member]


@pytest.mark.parametrize(
    "options",
    [pod["containers"][0]["args"] for pod in pods().values()]
    + [operator_args(role) for role in ("master", "worker")]
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
