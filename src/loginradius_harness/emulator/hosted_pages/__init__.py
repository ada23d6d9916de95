"""Hosted pages: what links in mails open, and where people log in, register and set a new password.

A page is an entry in `PAGES`, a template that extends `frame.html`, and a script of the template's name where it needs
one; scripts import `hosted_pages.js`. Pages call the API as any application does, so that nothing of it is told twice.
"""

from loginradius_harness.emulator.hosted_pages.page import FOLDER, Page, may_return_to, problem, render
from loginradius_harness.emulator.hosted_pages.saml import SamlPages
from loginradius_harness.emulator.http import asgi, pages
from loginradius_harness.emulator.state.tenant import Tenant
from loginradius_harness.emulator.state.tenants import TenantRegistry

PATH = "/auth.aspx"  # product-facts.md#hosts
FILES = {f"/hosted_pages/{file.name}": file for file in FOLDER.iterdir() if file.suffix in {".css", ".js"}}
METHODS = ("GET", "HEAD")


def _link(title: str, operation: str, parameter: str, done: str, button: str = "") -> Page:
    """Return the page of a link whose token an operation redeems: at once or, with a `button`, when it is pressed."""
    return Page(title, "link.html", {"operation": operation, "parameter": parameter, "done": done, "button": button})


PAGES = {  # `action`, or `vtype` of a link -> its page
    "login": Page("Log in", "login.html"),
    "register": Page("Register", "register.html"),
    "forgotpassword": Page("Forgot your password?", "forgot_password.html"),
    "reset": Page("Set a new password", "reset.html"),
    "forgotpin": Page("Set a new PIN", "reset_pin.html"),
    "passkey": Page("Register with a passkey", "passkey.html"),
    "forgotpasskey": Page("Create a new passkey", "reset_passkey.html"),
    "emailverification": _link(
        "Verify your address", "authentication.verify_email", "verificationtoken", "Your address is verified."
    ),
    "oneclicksignin": _link("Log in", "passwordless_login.verify_link", "verificationtoken", "You are logged in."),
    "autologin": _link(
        "Log in", "smart_login.verify_token", "verificationtoken", "The log-in on your other device is confirmed."
    ),
    "onetouchlogin": _link(
        "Log in", "one_touch_login.verify_email", "verificationtoken", "The log-in on your other device is confirmed."
    ),
    "deleteuser": _link(
        "Delete your account",
        "authentication.delete_account_by_delete_token",
        "deletetoken",
        "Your account is deleted.",
        button="Delete my account",
    ),
}


class HostedPages:
    """Answers requests for hosted pages and their files."""

    def __init__(self, registry: TenantRegistry) -> None:
        self._registry = registry
        self._saml = SamlPages(registry)

    @staticmethod
    def serves(path: str) -> bool:
        """Return whether a path is one of the hosted pages'."""
        return path == PATH or path in FILES or SamlPages.serves(path)

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        """Answer one request."""
        path = scope["path"]
        if SamlPages.serves(path):
            await self._saml(scope, receive, send)
        elif scope["method"] not in METHODS:
            allow = (b"allow", ", ".join(METHODS).encode())
            await asgi.respond(send, 405, b"", [allow, *pages.headers(".html")])
        elif path in FILES:
            await asgi.respond(send, 200, FILES[path].read_bytes(), pages.headers(FILES[path].suffix))
        else:
            status, text = self._page(asgi.parameters(scope["query_string"]), scope.get("root_path", ""))
            await asgi.respond(send, status, text.encode(), pages.headers(".html"))

    def _page(self, query: dict[str, str], base: str) -> tuple[int, str]:
        tenant = self._tenant(query)
        if tenant is None:
            return 404, render(problem("No tenant has this API key."), self._registry.default, query, base)
        return_url = query.get("return_url", "")
        if not may_return_to(return_url, tenant):
            refusal = problem(f"The tenant does not allow return_url {return_url}.")
            return 400, render(refusal, tenant, {}, base)
        name = query.get("vtype") or query.get("action") or "login"
        page = PAGES.get(name.lower())
        if page is None:
            return 404, render(problem(f"There is no hosted page {name}."), tenant, query, base)
        return 200, render(page, tenant, query, base)

    def _tenant(self, query: dict[str, str]) -> Tenant | None:
        """Return the tenant of `apikey`, else the one that issued the link's token, else the default one."""
        if key := query.get("apikey"):
            return self._registry.by_key(key)
        return self._registry.by_link_token(query.get("vtoken", "")) or self._registry.default
