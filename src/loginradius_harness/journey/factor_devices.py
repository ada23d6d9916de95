"""Second factors that are someone else's: a phone with push notifications, and Duo (product-facts.md#push, #duo)."""

from typing import Any

from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.errors import UnsupportedByTarget
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Challenge, Session
from loginradius_harness.journey.people import Person

Json = Any

RETURN = {"duoredirecturi": "https://emulated.hub.loginradius.com/duo"}  # where Duo leads the browser back to


class FactorDevices:
    """Phones and Duo prompts, which only an emulator lets a test answer."""

    def __init__(self, client: Client, control: EmulatorClient | None) -> None:
        self._client = client
        self._scripted = control

    @property
    def _control(self) -> EmulatorClient:
        if self._scripted is None:
            raise UnsupportedByTarget("phones and Duo prompts can be scripted on the emulator only")
        return self._scripted

    def begin(self, person: Person) -> Challenge:
        """Log in with the password; the challenge says where Duo asks."""
        body = {"email": person.email, "password": person.password}
        challenge = Challenge.of(self._client.call("mfa.login_by_email", query=RETURN, body=body))
        assert challenge is not None  # noqa: S101  # the person has a second factor
        return challenge

    def settings(self, session: Session) -> Json:
        """Return the user's factors, with the QR code and Duo's address to enrol them."""
        return self._client.call("mfa.get_settings", token=session.token, query=RETURN).must_succeed().data

    def register_phone(self, session: Session, answer: str = "wait") -> str:
        """Let a phone scan the QR code; return the phone. `answer` is what it does: wait, approve, decline, forge."""
        return self.scan(self.settings(session)["PushQRCode"], answer)

    def scan(self, qr_code: str, answer: str = "wait") -> str:
        """Let a phone scan a QR code; return the phone."""
        return str(self._control.script_device(qr_code=qr_code, answer=answer)["device"])

    def answer(self, phone: str, answer: str) -> int:
        """Let a phone answer what waits, and what comes; return how many notifications still wait."""
        return int(self._control.script_device(device=phone, answer=answer)["waiting"])

    def has_phone(self, session: Session) -> bool:
        """Return whether a phone is registered."""
        operation = "mfa.ping_push_device_by_access_token"
        return bool(self._client.call(operation, token=session.token).must_succeed().data["IsRegistered"])

    def finish(self, challenge: Challenge, operation: str = "mfa.ping_push") -> Session:
        """Ask whether the phone has approved; return the session if it has."""
        return Session.of(self._client.call(operation, query=_token(challenge)))

    def resend(self, challenge: Challenge) -> ApiResponse:
        """Send the notification again."""
        return self._client.call("mfa.resend_push", query=_token(challenge)).must_succeed()

    def pass_duo(self, endpoint: str, *, approve: bool = True) -> dict[str, str]:
        """Answer Duo's prompt; return the state and code with which it sends the browser back."""
        returned = self._control.answer_duo(endpoint, approve=approve)
        return {"state": returned["state"], "code": returned["code"]}

    def enrol_duo(self, session: Session) -> Json:
        """Enrol Duo; return the profile."""
        returned = self.pass_duo(self.settings(session)["DuoAuthEndpoint"])
        operation = "mfa.verify_duo_by_access_token"
        return self._client.call(operation, token=session.token, body=returned).must_succeed().data

    def prove_duo(self, challenge: Challenge, returned: dict[str, str]) -> Session:
        """Answer a challenge with what Duo has sent back."""
        return Session.of(self._client.call("mfa.validate_duo", query=_token(challenge), body=returned))

    def begin_step_up(self, session: Session) -> str:
        """Start a step-up; return the address of Duo's prompt."""
        reply = self._client.call("reauthentication.trigger", token=session.token, query=RETURN)
        return str(reply.must_succeed().data["DuoAuthEndpoint"])

    def step_up(self, session: Session, returned: dict[str, str]) -> str:
        """Step up with what Duo has sent back; return the proof token."""
        reply = self._client.call("reauthentication.by_duo", token=session.token, body=returned)
        return str(reply.must_succeed().data["SecondFactorValidationToken"])


def _token(challenge: Challenge) -> dict[str, str]:
    return {"secondFactorAuthenticationToken": challenge.token}
