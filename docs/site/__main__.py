"""Build the documentation site: `python -m docs.site` from the root, or `tox -e site`."""

import subprocess
import sys

from docs.site.pages import OUT, prepare


def main() -> int:
    """Write reports/out/site; return 1 where a link leads nowhere."""
    prepare(OUT)
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--clean"]
    done = subprocess.run(command, cwd=OUT, check=False, capture_output=True, text=True)  # noqa: S603  # no user's words
    if done.returncode:
        print(done.stdout + done.stderr, file=sys.stderr)
        return 1
    print(OUT / "site" / "index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
