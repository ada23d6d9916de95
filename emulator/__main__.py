"""`python -m emulator`: run a stand-in tenant until it is interrupted."""

import argparse
import asyncio
import signal
import sys

from emulator.app import App
from emulator.server import LOOPBACK, address, configured, listen
from emulator.settings import SettingsError, changed, preset
from emulator.tenancy import DEFAULT_KEY, DEFAULT_SECRET, Tenancy

CONFIGURATION = 2  # exit code
INFRASTRUCTURE = 3


def main(arguments: list[str] | None = None) -> int:
    """Run; 0 after a clean stop, 2 for a wrong option or setting, 3 where the port is taken."""
    options = _parser().parse_args(arguments)
    try:
        settings = changed(preset(options.preset), _given(options.set))
        tenancy = Tenancy(settings, options.api_key, options.api_secret, options.seed)
    except SettingsError as error:
        return _fail(str(error), CONFIGURATION)
    try:
        listener = listen(options.host, options.port)
    except OSError as error:
        return _fail(
            f"cannot listen on {options.host}:{options.port}: {error.strerror}. Stop what uses the port, "
            "or take another with --port (0 picks a free one).",
            INFRASTRUCTURE,
        )
    return asyncio.run(_run(App(tenancy), listener, settings.hash_rounds))


async def _run(app: App, listener, rounds: int) -> int:  # type: ignore[no-untyped-def]  # noqa: ANN001  # a socket
    server = configured(app)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, setattr, server, "should_exit", True)
    while not server.started and not serving.done():  # noqa: ASYNC110  # uvicorn offers no event to wait for
        await asyncio.sleep(0.001)
    print(f"passwords: PBKDF2-SHA256, {rounds} rounds (setting hash_rounds)", flush=True)
    print(f"ready {address(listener)}", flush=True)
    await serving
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m emulator", description="A stand-in tenant in one process.")
    parser.add_argument("--host", default=LOOPBACK, help="address to listen on (default: loopback only)")
    parser.add_argument("--port", type=int, default=8484, help="port; 0 picks a free one (default: 8484)")
    parser.add_argument("--api-key", default=DEFAULT_KEY, help="API key of the default tenant")
    parser.add_argument("--api-secret", default=DEFAULT_SECRET, help="API secret of the default tenant")
    parser.add_argument("--preset", default="default", help="settings preset of the default tenant")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=JSON", help="one setting; repeatable")
    parser.add_argument("--seed", type=int, help="make ids, codes, tokens and times reproducible")
    return parser


def _given(pairs: list[str]) -> dict[str, object]:
    import json  # noqa: PLC0415  # only where --set is used

    given: dict[str, object] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            raise SettingsError(f"--set takes NAME=JSON, got {pair!r}")
        try:
            given[name] = json.loads(text)
        except ValueError:
            given[name] = text  # a bare word is a string
    return given


def _fail(text: str, code: int) -> int:
    print(f"emulator: {text}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
