"""Send hostile and partly valid requests to the emulator: no response may be a 5xx, violate its contract or take long.

Three fifths of the requests are built at random from the contracts' names, valid tokens, known problematic values and
bytes that are no UTF-8; a fifth are requests that would succeed, spoiled at up to three places; a fifth go to a tenant
whose settings change and whose control API is called in between. All are passed to the ASGI application in this
process. The same `--seed` sends the same requests.
"""

import argparse
import asyncio
import random
import sys
from collections import Counter

from evaluation.fuzz import spoiled_requests
from evaluation.fuzz.fuzzer import Fuzzer
from evaluation.fuzz.spoiled_requests import Prepared
from loginradius_harness.emulator.core.presets import preset
from loginradius_harness.emulator.server.app import App
from loginradius_harness.emulator.state.tenants import TenantRegistry

TENANTS = (
    "default", "mfa-optional", "phone-login", "username-login", "pin", "consent", "strict-security", "passkeys",
    "step-up", "jwt-tokens", "duplicate-emails",
)  # fmt: skip


def run(requests: int, seed: int) -> int:
    """Send requests, evenly distributed over tenants; return 1 if a response was wrong."""
    rng = random.Random(seed)  # noqa: S311  # reproducible on purpose
    fuzzers = asyncio.run(_send(requests, rng, *spoiled_requests.prepared(rng)))
    problems = sum((fuzzer.problems for fuzzer in fuzzers), Counter[str]())
    statuses = sum((fuzzer.statuses for fuzzer in fuzzers), Counter[int]())
    lines = [f"{times:6} {text}" for text, times in problems.most_common(40)]
    listed = ", ".join(f"{status}: {times}" for status, times in sorted(statuses.items()))
    total = f"{sum(statuses.values())} requests with seed {seed}; statuses {listed}; {sum(problems.values())} wrong"
    sys.stdout.write("\n".join([*lines, total, ""]))
    return 1 if problems else 0


async def _send(requests: int, rng: random.Random, app: App, prepared: list[Prepared]) -> list[Fuzzer]:
    """Send all requests; return the fuzzers with what they found."""
    fuzzers = [await spoiled_requests.send(app, prepared, rng, requests // 5)]
    count = requests // 5 // len(TENANTS)
    for name in TENANTS:
        app = App(TenantRegistry(preset(name), seed=rng.randrange(1 << 30)))
        fuzzer = Fuzzer(app, app.registry.default, rng)
        fuzzers.append(fuzzer)
        await fuzzer.prepare()
        await fuzzer.send(3 * count)
        await fuzzer.send_to_changing_tenant(count)
    return fuzzers


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(
        prog="python -m evaluation.fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=200_000, help="number of requests (default: 200,000)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the requests (default: 1)")
    options = parser.parse_args()
    return run(options.requests, options.seed)


if __name__ == "__main__":
    sys.exit(main())
