"""Tokens and codes that management generates, type by type (product-facts.md#account-management)."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from loginradius_harness.checks.error_scenarios import error_scenario, operations_matching
from loginradius_harness.checks.generation.prepared_request import PreparedRequest

Json = Any

MAIL, SMS = operations_matching("account.generate_email_token"), operations_matching("account.generate_sms_otp")


def of_type(kind: str, *, waiting: bool = False, **members: str) -> Callable[[PreparedRequest], dict[str, Json]]:
    """The request for another type; its body has members prepared by name, e.g. `Uid="person.uid"`.

    `waiting` is for types that let a waiting device in: it has a client GUID.
    """

    def arrange(ready: PreparedRequest) -> dict[str, Json]:
        (parameter,) = ready.path
        body = {member: ready.given.value(name) for member, name in members.items()}
        return {"path": {parameter: kind}, "body": body | ({"ClientGuid": str(uuid4())} if waiting else {})}

    return arrange


STRANGER = of_type("onetouchlogin", waiting=True, Email="fresh.email")
KNOWN = of_type("onetouchlogin", waiting=True, Email="person.email")
CALLER = of_type("onetouchlogin", Phone="fresh.phone")

for _code, _says, _settings, _arrange in (
    (
        1034,
        "no verification flow",
        {"email_verification": "disabled"},
        of_type("emailverification", Email="person.email"),
    ),
    (1059, "passwordless off", {"passwordless": False}, of_type("passwordlesslogin", Email="person.email")),
    (1135, "smart login off", {"smart_login": False}, of_type("autologin", waiting=True, Email="person.email")),
    (1146, "one touch off", {"one_touch": False}, KNOWN),
    (1163, "too young", {"minimum_age": 18}, STRANGER),
    (1190, "registration off", {"registration_disabled": True}, STRANGER),
    (1244, "PIN off", {"pin": False}, of_type("forgotpin", Email="person.email")),
    (1247, "domain unwelcome", {"blocked_email_domains": ["example.com"]}, STRANGER),
):
    error_scenario(_code, _says, after=_settings, where=MAIL)(_arrange)

for _code, _says, _settings, _arrange in (
    (1059, "passwordless off", {"passwordless": False}, of_type("passwordlesslogin", Phone="person.phone")),
    (1135, "smart login off", {"smart_login": False}, of_type("smartlogin", Phone="person.phone")),
    (1146, "one touch off", {"one_touch": False}, CALLER),
    (1163, "too young", {"minimum_age": 18}, CALLER),
    (1190, "registration off", {"registration_disabled": True}, CALLER),
    (1244, "PIN off", {"pin": False}, of_type("forgotpin", Phone="person.phone")),
):
    error_scenario(_code, _says, after=_settings, where=SMS)(_arrange)

error_scenario(936, "address taken", where=MAIL)(of_type("addemail", Uid="person.uid", Email="other.email"))
error_scenario(1118, "nobody named", where=MAIL)(of_type("forgotpassword"))
error_scenario(1118, "nobody named", where=SMS)(of_type("forgotpassword"))
error_scenario(1126, "verified already", where=MAIL)(of_type("emailverification", Email="person.email"))
error_scenario(1140, "no client GUID", where=MAIL)(of_type("onetouchlogin", Email="person.email"))
error_scenario(1181, "type unknown", where=MAIL)(of_type("postcard", Email="person.email"))
error_scenario(1182, "type unknown", where=SMS)(of_type("postcard", Phone="person.phone"))
error_scenario(1076, "no number named", where=SMS)(of_type("addphone", Uid="person.uid"))
error_scenario(1058, "number taken", where=SMS)(of_type("addphone", Uid="person.uid", Phone="person.phone"))
error_scenario(1073, "confirmed already", where=SMS)(of_type("phoneidverification", Phone="person.phone"))
error_scenario(1340, "address of nobody", where=MAIL)(
    of_type("emailverification", Uid="person.uid", Email="fresh.email")
)


@error_scenario(1136, "client GUID used", where=MAIL)
def client_guid_used(ready: PreparedRequest) -> dict[str, Json]:
    """Another device waits under it."""
    changes = KNOWN(ready)
    ready.send(**changes)
    return changes


@error_scenario(1174, "address of that type there", where=MAIL)
def address_of_that_type(ready: PreparedRequest) -> dict[str, Json]:
    """A second one."""
    add = of_type("addemail", Uid="person.uid", Email="fresh.email")
    ready.send(**add(ready))
    ready.given.put("fresh.email", ready.scene.journey.new_person().email)
    return add(ready)


@error_scenario(991, "account blocked", where=MAIL)
def account_blocked(ready: PreparedRequest) -> dict[str, Json]:
    """No device may wait for it."""
    ready.scene.journey.accounts.update(ready.given.value("person").uid, IsActive=False)
    return KNOWN(ready)


@error_scenario(1130, "login disabled", where=MAIL)
def login_disabled(ready: PreparedRequest) -> dict[str, Json]:
    """No device may wait for it."""
    ready.scene.journey.accounts.update(ready.given.value("person").uid, DisableLogin=True)
    return KNOWN(ready)


@error_scenario(1039, "no e-mail profile", where=MAIL)
def no_email_profile(ready: PreparedRequest) -> dict[str, Json]:
    """An account that came by phone."""
    person = ready.scene.journey.new_person()
    made = ready.scene.journey.accounts.create(person, Email=None, PhoneId=person.phone)
    return {"path": {"tokentype": "forgotpassword"}, "body": {"Uid": made.uid}}


@error_scenario(1292, "no number", where=SMS)
def no_number(ready: PreparedRequest) -> dict[str, Json]:
    """An account that has none."""
    made = ready.scene.journey.accounts.create(ready.scene.journey.new_person())
    return {"path": {"smsotptype": "forgotpassword"}, "body": {"Uid": made.uid}}
