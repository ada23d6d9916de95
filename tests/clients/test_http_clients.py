"""HTTP clients that nobody here wrote, unmodified: each logs in over http, https and, where it can, a Unix socket.

Over plain http, Java's client and `curl --http2` offer to upgrade to HTTP/2 (h2c), as they do by default.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from tests.emulator_process import started

PATH = "/identity/v2/auth/login?apikey=00000000-1111-2222-3333-444444444444"
BODY = '{"email": "nobody@example.com", "password": "x"}'
TRUST_PASSWORD = "changeit"  # Java's own default
PYTHON = """
import ssl, sys, urllib.error, urllib.request
url, body, authority = sys.argv[1:]
context = ssl.create_default_context(cafile=authority) if authority else None
request = urllib.request.Request(url, body.encode(), {"Content-Type": "application/json"})
try:
    urllib.request.urlopen(request, context=context)
except urllib.error.HTTPError as error:
    print(error.read().decode())
"""
PYTHON_SOCKET = """
import http.client, socket, sys
path, body, place = sys.argv[1:]
connection = http.client.HTTPConnection("localhost")
connection.sock = socket.socket(socket.AF_UNIX)
connection.sock.connect(place)
connection.request("POST", path, body, {"Content-Type": "application/json"})
print(connection.getresponse().read().decode())
"""
NODE = """
const [url, body] = process.argv.slice(1);
const answer = await fetch(url, { method: "POST", body, headers: { "Content-Type": "application/json" } });
console.log(await answer.text());
"""
NODE_SOCKET = """
const { request } = await import("node:http");
const [path, body, socketPath] = process.argv.slice(1);
const headers = { "Content-Type": "application/json" };
request({ socketPath, path, method: "POST", headers }, async (answer) => {
  for await (const chunk of answer) process.stdout.write(chunk);
}).end(body);
"""
JAVA = """
import java.net.URI;
import java.net.http.*;
public class Main {
    public static void main(String[] arguments) throws Exception {
        var body = HttpRequest.BodyPublishers.ofString(arguments[1]);
        var request = HttpRequest.newBuilder(URI.create(arguments[0])).header("Content-Type", "application/json");
        var client = HttpClient.newHttpClient();
        System.out.print(client.send(request.POST(body).build(), HttpResponse.BodyHandlers.ofString()).body());
    }
}
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an emulator answers: a URL with the authority to trust, or a Unix socket."""

    url: str = ""
    authority: str = ""
    socket: str = ""


@pytest.fixture(scope="module", params=["http", "https", "unix socket"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    if request.param == "unix socket":
        file = str(tmp_path_factory.mktemp("socket") / "s")
        with started("--uds", file):
            yield Place(socket=file)
        return
    options = ["--tls"] if request.param == "https" else []
    with started("--port", "0", *options) as (_, said):
        yield Place(said["ready"], said.get("certificate", "").removeprefix("authority "))


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def answered(*command: str, **environment: str) -> int:
    """Run a client; return the product error code that it prints."""
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False, env={**os.environ, **environment}
    )
    assert done.returncode == 0, done.stderr
    code: int = json.loads(done.stdout)["ErrorCode"]
    return code


@pytest.mark.parametrize("version", ["--http1.1", "--http2", "--http1.0"])
def test_curl(place: Place, version: str) -> None:
    where = ["--unix-socket", place.socket, f"http://localhost{PATH}"] if place.socket else [f"{place.url}{PATH}"]
    trust = ["--cacert", place.authority] if place.authority else []
    command = [program("curl"), "-s", version, *trust, "-H", "Content-Type: application/json", "-d", BODY, *where]
    assert answered(*command) == ErrorCode.ACCOUNT_NOT_FOUND


def test_python(place: Place) -> None:
    script = [PYTHON_SOCKET, PATH, BODY, place.socket] if place.socket else [PYTHON, place.url + PATH, BODY]
    trust = [] if place.socket else [place.authority]
    assert answered(sys.executable, "-c", *script, *trust) == ErrorCode.ACCOUNT_NOT_FOUND


def test_node(place: Place) -> None:
    script = [NODE_SOCKET, PATH, BODY, place.socket] if place.socket else [NODE, place.url + PATH, BODY]
    command = [program("node"), "--input-type=module", "-e", script[0], "--", *script[1:]]
    assert answered(*command, NODE_EXTRA_CA_CERTS=place.authority) == ErrorCode.ACCOUNT_NOT_FOUND


def test_java(place: Place, tmp_path: Path) -> None:
    if place.socket:
        pytest.skip("Java's HttpClient speaks to no Unix socket")
    source = tmp_path / "Main.java"
    source.write_text(JAVA, encoding="utf-8")
    options = _trusted(place.authority, tmp_path / "trust.p12") if place.authority else []
    assert answered(program("java"), *options, str(source), place.url + PATH, BODY) == ErrorCode.ACCOUNT_NOT_FOUND


def _trusted(authority: str, store: Path) -> list[str]:
    """Return the options that make Java trust an authority."""
    keytool = [program("keytool"), "-importcert", "-noprompt", "-file", authority, "-keystore", str(store)]
    subprocess.run([*keytool, "-storepass", TRUST_PASSWORD], capture_output=True, check=True)
    return [f"-Djavax.net.ssl.trustStore={store}", f"-Djavax.net.ssl.trustStorePassword={TRUST_PASSWORD}"]
