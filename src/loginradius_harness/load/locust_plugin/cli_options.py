"""What this package adds to locust's command line and start form."""

from locust.argument_parser import LocustArgumentParser

from loginradius_harness.load.config import profiles


class _Choices(list[str]):
    """The names that the start form offers; the command line also takes the path of a profile of one's own."""

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or str(name).endswith(".toml")


def add(parser: LocustArgumentParser) -> None:
    """Declare the options. Those of the start form have a default that is ready to run."""
    parser.add_argument(
        "--load-profile",
        choices=_Choices(profiles.names()),
        default="smoke",
        help="What is run: loadtests/profiles/*.toml",
    )
    parser.add_argument(
        "--rate", type=float, default=0.0, help="Highest level: arrivals a second, or users; 0 is the profile's own"
    )
    parser.add_argument(
        "--population", type=int, default=0, help="Accounts that take part; 0 is the profile's own number"
    )
    parser.add_argument(
        "--pool", default="", include_in_web_ui=False, help="File of accounts; else loadtests/pool/TARGET.jsonl"
    )
    parser.add_argument("--yes", action="store_true", include_in_web_ui=False, help="The run as printed is meant")
    parser.add_argument(
        "--agreed", action="store_true", include_in_web_ui=False,
        help="The vendor has agreed to this test of a production tenant",
    )  # fmt: skip
