"""Accounts, and values that no account has."""

from uuid import uuid4

from loginradius_harness.journey import people
from loginradius_harness.journey.people import Person
from loginradius_harness.preconditions.registry import Preconditions, precondition

# Further members of an account, given to it where the example mentions them or the preset needs them.
_MEMBERS = ("username", "phone", "answer", "pin")
_OF_PRESET = {
    "phone-login": {"phone"},
    "mfa-phone-login": {"phone"},
    "username-login": {"username"},
    "mfa-username-login": {"username"},
    "security-questions": {"answer"},
    "pin": {"pin"},
    "pin-otp": {"pin"},
}


@precondition("person")
def person(preconditions: Preconditions) -> Person:
    """Create a verified account with the identifiers and secrets that the example mentions."""
    return _create(preconditions, "person")


@precondition("other")
def other(preconditions: Preconditions) -> Person:
    """Create a second account."""
    return _create(preconditions, "other")


def _create(preconditions: Preconditions, name: str) -> Person:
    having = {member for member in _MEMBERS if f"{name}.{member}" in preconditions.wanted}
    having |= _OF_PRESET.get(preconditions.preset, set())
    if f"{name}.question_id" in preconditions.wanted:
        having.add("answer")
    if "pin_auth_token" in preconditions.wanted:
        having.discard("pin")
    return preconditions.journey.verified_person(*sorted(having))


@precondition("question_id")
def question_id(preconditions: Preconditions) -> str:
    """Return the id of the first security question of the tenant."""
    return preconditions.journey.question_id


precondition("person.question_id")(lambda preconditions: preconditions.value("question_id"))
precondition("other.question_id")(lambda preconditions: preconditions.value("question_id"))


@precondition("unverified")
def unverified(preconditions: Preconditions) -> Person:
    """Register an account whose address or, where the example mentions it, number is not verified."""
    unverified = preconditions.journey.new_person()
    if preconditions.wanted & {"unverified.phone", "unverified.sms_otp"}:
        preconditions.journey.phones.register(unverified)
    else:
        preconditions.journey.register(unverified)
    return unverified


@precondition("unverified.token", needs=["unverified"])
def unverified_token(preconditions: Preconditions) -> str:
    """Return the token of the verification mail."""
    return preconditions.journey.mailbox.wait(
        to=preconditions.value("unverified").email, kind="emailverification"
    ).token


@precondition("unverified.email_otp", needs=["unverified"])
def unverified_email_otp(preconditions: Preconditions) -> str:
    """Return the code of the verification mail."""
    return preconditions.journey.mailbox.wait(to=preconditions.value("unverified").email, kind="emailverification").otp


@precondition("second_email", needs=["person"])
def second_email(preconditions: Preconditions) -> str:
    """Add a second, verified address by a management call; return it."""
    address = str(preconditions.value("fresh.email"))
    body = {"Email": [{"Type": "Secondary", "Value": address}]}
    path = {"uid": preconditions.value("person").uid}
    preconditions.client.call("account.upsert_email_by_uid", path=path, body=body).must_succeed()
    return address


@precondition("captcha")
def captcha(preconditions: Preconditions) -> str:
    """Return the captcha answer that the emulator accepts."""
    return str(preconditions.emulator_setting("captcha_answer", "a correct captcha answer"))


precondition("fresh.email")(lambda preconditions: preconditions.journey.new_person().email)
precondition("fresh.phone")(lambda _: people.new_phone())
precondition("fresh.username")(lambda preconditions: preconditions.journey.new_person().username)
precondition("fresh.password")(lambda _: people.new_password())
precondition("fresh.pin")(lambda preconditions: preconditions.journey.new_person().pin)
precondition("fresh.guid")(lambda _: str(uuid4()))
precondition("fresh.uid")(lambda _: f"lrh-{uuid4().hex}")
precondition("fresh.name")(lambda _: f"lrh-{uuid4().hex[:12]}")
precondition("fresh.domain")(lambda _: f"lrh-{uuid4().hex[:12]}.example.com")
