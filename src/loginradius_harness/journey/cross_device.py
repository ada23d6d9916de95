"""Log a page in by a phone that scans its QR code (product-facts.md#cross-device)."""

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session


class CrossDevice:
    """The page and the phone of a cross-device log-in."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def show_code(self, seconds: int | None = None) -> str:
        """Let a page ask for a code that lives for some seconds; return the code."""
        reply = self._client.call("cross_device_sso.generate_code", query={"expiry": seconds})
        return str(reply.must_succeed().data["code"])

    def scan(self, session: Session, code: str) -> ApiResponse:
        """Let the phone of a session scan a code."""
        operation = "cross_device_sso.map_code_to_token"
        return self._client.call(operation, token=session.token, body={"code": code}).must_succeed()

    def ask(self, code: str) -> str:
        """Ask as the page; return its access token, empty until a phone has scanned the code."""
        reply = self._client.call("cross_device_sso.ping", query={"code": code})
        return reply.must_succeed().data["access_token"] or ""
