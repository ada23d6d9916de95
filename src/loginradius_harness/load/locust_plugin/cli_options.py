"""The options that this package adds to locust's command line and start form."""

from argparse import Namespace
from collections.abc import Mapping

from locust.argument_parser import LocustArgumentParser

from loginradius_harness.load.config import profiles
from loginradius_harness.load.config.plan import Options


class _Choices(list[str]):
    """The names that the start form offers; the command line also takes the path of a user's own profile."""

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or str(name).endswith(".toml")


def add(parser: LocustArgumentParser) -> None:
    """Declare the options. Those of the start form have a default that is ready to run."""
    parser.add_argument(
        "--load-profile",  # `loginradius-harness load` says --profile; here locust has an option of that name
        choices=_Choices(profiles.names()),
        default="smoke",
        help="What is run: a name of loadtests/profiles, or a .toml file",
    )
    parser.add_argument(
        "--rate", type=float, default=0.0, help="Peak rate in arrivals a second, or users; 0: as the profile says"
    )
    parser.add_argument(
        "--duration", type=float, default=0.0, help="Seconds of the measured part; 0: as the profile says"
    )
    parser.add_argument("--accounts", type=int, default=0, help="Accounts that take part; 0: as the profile says")
    parser.add_argument(
        "--pool", default="", include_in_web_ui=False, help="File of accounts; else reports/out/pool/TARGET.jsonl"
    )
    parser.add_argument(
        "--yes", action="store_true", include_in_web_ui=False, help="Confirm the run as printed on a real tenant"
    )
    parser.add_argument(
        "--vendor-approved", action="store_true", include_in_web_ui=False,
        help="The vendor has approved this test of a production tenant",
    )  # fmt: skip
    parser.add_argument(
        "--metrics-port", type=int, default=0, include_in_web_ui=False,
        help="Serve Prometheus metrics on this port of 127.0.0.1; the web UI always has them on /metrics",
    )  # fmt: skip
    parser.add_argument(
        "--exit-with-parent", action="store_true", include_in_web_ui=False,
        help="Stop the run when the process that started this one has ended",
    )  # fmt: skip


def read(parsed: Namespace | None, form: Mapping[str, str] | None = None) -> Options:
    """Return the options of a run as locust has parsed them, changed by the start form.

    ValueError when the form holds text where a number belongs.
    """
    assert parsed is not None  # noqa: S101  # locust always has parsed its command line
    form = form or {}
    return Options(
        profile=form.get("load_profile", parsed.load_profile),
        rate=float(form.get("rate") or parsed.rate),
        duration=float(form.get("duration") or parsed.duration),
        accounts=int(form.get("accounts") or parsed.accounts),
        pool=parsed.pool,
        yes=parsed.yes,
        vendor_approved=parsed.vendor_approved,
    )
