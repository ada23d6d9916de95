"""What `capture` adds to a request: the same request with and without it, in turn, one after the other."""

import contextlib
import http.client
import json
import os
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from evaluation.benchmarks.emulator import AUTH, KEY, emulator
from evaluation.benchmarks.figure import Figure

HOST = "api.loginradius.com"
ROUNDS, IN_A_ROW = 50, 20
BODY = {"email": "", "password": "Seeded-pass-1"}


def figures() -> Iterator[Figure]:
    """Yield the latency that each kind of proxy adds."""
    with emulator(core=None) as (_, address), capture("--upstream", address) as (port, _):
        direct = http.client.HTTPConnection("127.0.0.1", int(address.rpartition(":")[2]))
        yield from _added("reverse proxy", direct, http.client.HTTPConnection("127.0.0.1", port), _path(address))
    with tempfile.TemporaryDirectory() as folder, emulator("--tls", "--ca-dir", folder, core=None) as (_, address):
        trust = ssl.create_default_context(cafile=f"{folder}/ca.pem")
        there = int(address.rpartition(":")[2])
        resolve = f"{HOST}=127.0.0.1:{there}"
        with capture("--forward", "--resolve", resolve, authority=f"{folder}/ca.pem") as (port, authority):
            direct = http.client.HTTPSConnection("127.0.0.1", there, context=trust)
            proxied = http.client.HTTPSConnection(
                "127.0.0.1", port, context=ssl.create_default_context(cafile=authority)
            )
            proxied.set_tunnel(HOST, 443)
            yield from _added("forward proxy", direct, proxied, _path(address, trust))


@contextlib.contextmanager
def capture(*options: str, authority: str | None = None) -> Iterator[tuple[int, str]]:
    """Run a capture; yield its port and the file of its authority."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-P", "-m", "loginradius_harness", "capture", "--port", "0", *options]
        environment = os.environ | ({"SSL_CERT_FILE": authority} if authority else {})
        output = Path(folder) / "output"
        with (
            output.open("w") as file,
            subprocess.Popen([*command, "--report", folder], stdout=file, env=environment) as process,
        ):
            while "ready " not in (said := output.read_text()):
                time.sleep(0.05)
            lines = dict(line.rsplit(" ", 1) for line in said.splitlines())
            try:
                yield int(lines["ready"].rpartition(":")[2]), lines.get("certificate authority", "")
            finally:
                process.terminate()


def _path(address: str, trust: ssl.SSLContext | None = None) -> str:
    """Return the path of a profile read."""
    with httpx.Client(base_url=address, verify=trust or True) as client:
        seed = client.post("/__emulator__/seed", json={"users": 1, "password": BODY["password"]}, timeout=60).json()
        login = client.post(f"{AUTH}/login?apikey={KEY}", json=BODY | {"email": seed["emails"][0]}).json()
    return f"{AUTH}/account?apikey={KEY}&access_token={login['access_token']}"


def _added(
    name: str, direct: http.client.HTTPConnection, proxied: http.client.HTTPConnection, path: str
) -> Iterator[Figure]:
    """Compare in turn. The quickest tenth of each is what an idle machine needs, whatever else runs on this one."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for connection, taken in zip((direct, proxied), times, strict=True):
            taken += [_seconds(connection, path) for _ in range(IN_A_ROW)]
    for share, target in ((0.1, "<= 1"), (0.5, "")):
        one, other = (sorted(taken)[int(len(taken) * share)] for taken in times)
        figure = f"capture: added by the {name}, percentile {share:.0%}"
        yield Figure(figure, (other - one) * 1000, "ms", target)


def _seconds(connection: http.client.HTTPConnection, path: str) -> float:
    began = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    body = json.loads(answer.read())
    took = time.perf_counter() - began
    if answer.status != http.HTTPStatus.OK or "Uid" not in body:
        raise RuntimeError(f"{answer.status}: {body}")
    return took
