"""List every purpose for which a link is mailed."""

from collections.abc import Callable
from dataclasses import dataclass

from loginradius_harness.client.response import ApiResponse
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person, new_password

NEW_PIN = "864209"


@dataclass(frozen=True)
class Link:
    """One purpose of links: the kind of its mail, its vtype, and the call that opens it."""

    kind: str
    vtype: str
    ask: Callable[[Journey, Person], object]
    open: Callable[[Journey, Person, str], object]

    def token(self, journey: Journey, person: Person) -> str:
        """Ask for a new mail and return the token of its link."""
        self.ask(journey, person)
        return journey.mailbox.wait(to=person.email, kind=self.kind).token


def _ask_for_deletion(journey: Journey, person: Person) -> ApiResponse:
    return journey.emails.ask_for_deletion(journey.accounts.log_in(person))


VERIFICATION = Link(
    "emailverification", "emailverification",
    ask=lambda journey, person: journey.resend_confirmation(person),
    open=lambda journey, _, token: journey.emails.verify(token),
)  # fmt: skip
RESET = Link(
    "forgotpassword", "reset",
    ask=lambda journey, person: journey.forget_password(person),
    open=lambda journey, person, token: journey.password_reset.reset_by_token(person, token, new_password()),
)  # fmt: skip
DELETION = Link(
    "deleteuser", "deleteuser",
    ask=_ask_for_deletion,
    open=lambda journey, _, token: journey.emails.delete_by_token(token),
)  # fmt: skip
PASSWORDLESS = Link(
    "passwordlesslogin", "oneclicksignin",
    ask=lambda journey, person: journey.passwordless.ask_for_link(person),
    open=lambda journey, _, token: journey.passwordless.open_link(token),
)  # fmt: skip
SMART_LOGIN = Link(
    "smartlogin", "autologin",
    ask=lambda journey, person: journey.passwordless.begin_smart_login(person),
    open=lambda journey, _, token: journey.passwordless.open_smart_link(token),
)  # fmt: skip
ONE_TOUCH = Link(
    "onetouchlogin", "onetouchlogin",
    ask=lambda journey, person: journey.passwordless.begin_one_touch(person.email),
    open=lambda journey, _, token: journey.passwordless.open_one_touch_link(token),
)  # fmt: skip
PIN_RESET = Link(
    "forgotpin", "forgotpin",
    ask=lambda journey, person: journey.pins.forget_by_email(person),
    open=lambda journey, person, token: journey.pins.reset_by_token(person, token, NEW_PIN),
)  # fmt: skip
LINKS = (VERIFICATION, RESET, DELETION, PASSWORDLESS, SMART_LOGIN, ONE_TOUCH, PIN_RESET)


def recipient_of(journey: Journey, link: Link) -> Person:
    """Create an account that may get the link: unverified for a verification, otherwise verified and with a PIN."""
    if link is VERIFICATION:
        return journey.accounts.create(journey.new_person(), EmailVerified=False)
    return journey.verified_person("pin")
