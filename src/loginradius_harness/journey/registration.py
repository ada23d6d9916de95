"""Availability checks and registration by captcha (product-facts.md#registration)."""

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.journey.people import Person

LOOKUPS = {
    "email": "authentication.check_email_availability",
    "username": "authentication.check_username_availability",
    "phone": "phone.check_availability",
}


class Registration:
    """Check availability; register by captcha."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def is_taken(self, kind: str, name: str) -> bool:
        """Return whether an account has the name; `kind` is email, username or phone."""
        found: bool = self._client.call(LOOKUPS[kind], query={kind: name}).must_succeed().data["IsExist"]
        return found

    def with_captcha(self, person: Person, captcha: str) -> ApiResponse:
        """Register with a captcha answer instead of a SOTT."""
        body = {
            "Email": [{"Type": "Primary", "Value": person.email}],
            "Password": person.password,
            "FirstName": person.first_name,
            "LastName": person.last_name,
            "g-recaptcha-response": captcha,
        }
        return self._client.call("authentication.register_by_captcha", body=body).must_succeed()
