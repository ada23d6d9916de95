"""What the tests of the console share: its pages, and users to show on them."""

import httpx

from loginradius_harness.emulator.console import PAGES

CONSOLE = "/__emulator__/"
PLACES = {name or "journal": f"{CONSOLE}console/{name}" if name else CONSOLE for name in PAGES}


def register(api: httpx.Client, email: str, **more: object) -> None:
    body = {
        "Email": [{"Type": "Primary", "Value": email}],
        "Password": "correct horse 7",
        "g-recaptcha-response": "pass",
    }
    assert api.post("/identity/v2/auth/register/captcha", json=body | more).status_code == 200
