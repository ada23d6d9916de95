"""Both calls of each passkey ceremony, with what lies between them open to a test's changes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from loginradius_harness.client.passkey_device import PasskeyDevice
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

Json = Any


@dataclass(frozen=True)
class Ceremony:
    """One way to use a passkey: `register`, `login` or `autofill`."""

    journey: Journey
    way: str
    person: Person  # who registers or logs in

    def begin(self) -> Json:
        """Return the answer with the options."""
        operation = {"autofill": "passkey.login_autofill_begin"}.get(self.way, f"passkey.{self.way}_begin")
        query = {} if self.way == "autofill" else {"identifier": self.person.email}
        return self.journey.passkeys.begin(operation, query=query)

    def answer(self, device: PasskeyDevice, options: Json) -> Json:
        """Return the body of the finishing call."""
        if self.way != "register":
            return device.sign(options).body
        profile = {"Email": [{"Type": "Primary", "Value": self.person.email}]}
        return {**profile, **device.create(options).body}

    def finish(self, body: Json) -> ApiResponse:
        """Send the finishing call; return any response."""
        operation = {"autofill": "passkey.login_autofill_finish"}.get(self.way, f"passkey.{self.way}_finish")
        return self.journey.client.call(operation, body=body)

    def run(self, device: PasskeyDevice, change: Callable[[Json], Json] = lambda options: options) -> ApiResponse:
        """Run the whole ceremony; `change` alters the options on their way to the device."""
        return self.finish(self.answer(device, change(self.begin())))


def of_domain(options: Json, domain: str) -> Json:
    """Return options of another domain."""
    ((wrapper, inner),) = options.items()
    public = dict(inner["publicKey"])
    if "rp" in public:
        public["rp"] = {**public["rp"], "id": domain}
    else:
        public["rpId"] = domain
    return {wrapper: {"publicKey": public}}


def with_challenge(options: Json, challenge: str) -> Json:
    """Return options with another challenge."""
    ((wrapper, inner),) = options.items()
    return {wrapper: {"publicKey": {**inner["publicKey"], "challenge": challenge}}}


def public_key_of(options: Json) -> Json:
    """Return the options themselves."""
    ((_, inner),) = options.items()
    return inner["publicKey"]
