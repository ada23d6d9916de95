"""Every other connection is refused at connect(). The hook lasts for the life of a process, hence the separate one."""

import subprocess
import sys
from pathlib import Path

import pytest

from loginradius_harness.load.config.egress_filter import EgressFilter, ForbiddenConnectionError

ROOT = Path(__file__).parents[2]

ATTACKS = {
    "another port": "socket.create_connection(('127.0.0.1', other), 1)",
    "non-blocking": "s = socket.socket(); s.setblocking(False); s.connect_ex(('127.0.0.1', other))",
    "decimal address": "socket.create_connection(('2130706433', other), 1)",
    "IPv6 loopback": "socket.socket(socket.AF_INET6).connect(('::1', other))",
    "mapped address": "socket.socket(socket.AF_INET6).connect(('::ffff:127.0.0.1', other))",
    "the unspecified address": "socket.create_connection(('0.0.0.0', port), 1)",
    "datagrams": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('127.0.0.1', other))",
    "an absolute URL": "httpx.get(f'http://127.0.0.1:{other}/')",
    "a redirect": "httpx.get(f'http://127.0.0.1:{port}/redirect', follow_redirects=True)",
    "a proxy of the environment": "os.environ['http_proxy'] = elsewhere; httpx.get('http://127.0.0.1:1/')",
    "locust's client": "refused(fast(elsewhere).get('/'))",
    "a changed base URL": "c = fast(f'http://127.0.0.1:{port}'); c.base_url = elsewhere; refused(c.get('/'))",
    "asyncio": "asyncio.run(asyncio.open_connection('127.0.0.1', other))",
}

PROGRAM = """
import asyncio, http.server, os, socket, sys, threading
import locust
import httpx
from locust.contrib.fasthttp import FastHttpSession
from locust.event import EventHook
from gevent import monkey
from loginradius_harness.load.config.egress_filter import EgressFilter, ForbiddenConnectionError

taken = socket.socket(); taken.bind(('127.0.0.1', 0)); taken.listen(); other = taken.getsockname()[1]
served = socket.socket(); served.bind(('127.0.0.1', 0)); served.listen(); port = served.getsockname()[1]

elsewhere = f'http://127.0.0.1:{other}'
MOVED = f"HTTP/1.1 302 Found\\r\\nLocation: {elsewhere}/\\r\\nContent-Length: 0\\r\\n\\r\\n".encode()

def redirect():
    while True:
        peer, _ = served.accept()
        peer.recv(4096)
        peer.sendall(MOVED)
threading.Thread(target=redirect, daemon=True).start()

def fast(url):
    return FastHttpSession(url, EventHook(), None)

def refused(response):
    raise response.error

egress = EgressFilter()
egress.install()
egress.permit(f'http://127.0.0.1:{port}')
socket.create_connection(('127.0.0.1', port), 1).close()
try:
    exec(sys.argv[1])
except (PermissionError, httpx.ConnectError) as error:
    pass
taken.settimeout(0.05)
try:
    taken.accept()
    print('REACHED')
except TimeoutError:
    print('refused', egress.refused)
"""


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_no_connection_reaches_a_host_that_is_not_the_target(attack: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, attack], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split()[0] == "refused", done.stderr
    assert int(done.stdout.split()[1]) >= 1


def test_a_host_name_is_resolved_once() -> None:
    egress = EgressFilter()
    address = egress.permit("http://localhost:8484")["http://localhost:8484"]
    egress.check((address, 8484))
    with pytest.raises(ForbiddenConnectionError, match=r"192\.0\.2\.7:8484 is not the target"):
        egress.check(("192.0.2.7", 8484))


def test_a_new_target_replaces_the_permitted_one() -> None:
    egress = EgressFilter()
    egress.permit("http://127.0.0.1:1")
    egress.permit("http://127.0.0.1:2")
    with pytest.raises(ForbiddenConnectionError):
        egress.check(("127.0.0.1", 1))


def test_unix_sockets_are_permitted() -> None:
    EgressFilter().check("/run/some.sock")
