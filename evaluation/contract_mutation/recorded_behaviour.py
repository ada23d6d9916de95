"""Exchanges of the suites with the unchanged emulator: the behaviour that changed contracts are compared with.

`python -m evaluation.contract_mutation.recorded_behaviour FILE` runs the suites once and
writes each kind of exchange. Left out are suites that take requests or expected codes from the contract under test: a
changed contract would change the question along with the answer.
"""

import sys
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest

from evaluation.fault_injection.exchange_counter import ExchangeCounter, shape
from loginradius_harness.client.exchange import Exchange

Json = Any
SUITES = (
    "suites/journeys",
    "suites/security",
    "suites/contract/test_rate_limits.py",
    "suites/contract/test_metamorphic.py",
    "suites/contract/test_state_model.py",
    "suites/contract/test_signatures.py",
    "suites/contract/test_sott.py",
    "suites/contract/test_http.py",
)
STRICT = "addopts=--strict-markers --strict-config --import-mode=importlib"
REWRITE = "-Wignore::pytest.PytestAssertRewriteWarning"  # the harness is loaded before pytest is
QUIET = (REWRITE, "-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:xdist", "-o", STRICT)


class Seen(msgspec.Struct, frozen=True):
    """One exchange, the first of its kind: the same operation, answer and members. `test` made it."""

    operation: str
    method: str
    path: str
    query: dict[str, str]
    body: Json
    status: int
    code: int | None
    answer: Json
    test: str


class Observer(ExchangeCounter):
    """Collects exchanges in the place of the reporter."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: dict[tuple[object, ...], Seen] = {}
        self.test = ""

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Replace the reporter, so that the last report is kept."""
        from loginradius_harness.report.recording.plugin import REPORTER  # noqa: PLC0415  # the root conftest loads it

        config.pluginmanager.unregister(name="reporter")
        config.stash[REPORTER] = cast("Any", self)  # what fixtures use of a reporter, it has

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Remember the running test."""
        self.test = item.nodeid

    def exchange(self, exchange: Exchange) -> None:
        """Keep the first exchange of each kind."""
        wire, status = exchange._wire, exchange.status
        if status is None:
            return
        url, body = urlsplit(wire.url), wire.request_body
        body = None if isinstance(body, bytes) else body
        query = dict(parse_qsl(url.query))
        kind = (exchange.operation, status, exchange.error_code, *sorted(query), shape(body), shape(wire.response_body))
        if kind not in self.seen:
            answer = wire.response_body
            self.seen[kind] = Seen(
                exchange.operation, wire.method, url.path, query, body, status, exchange.error_code, answer, self.test
            )


def main(file: Path) -> int:
    """Run the suites; return 0 if all of them pass."""
    observer = Observer()
    code = pytest.main([*SUITES, *QUIET], plugins=[observer])
    encoder = msgspec.json.Encoder(enc_hook=str)
    file.write_bytes(b"\n".join(encoder.encode(seen) for seen in observer.seen.values()))
    return int(code)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
