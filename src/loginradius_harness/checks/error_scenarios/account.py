"""The account is blocked, deleted, locked, or not the one that the operation needs.

Source: product-facts.md#flows.
"""

from typing import Any
from uuid import uuid4

from loginradius_harness.checks.error_scenarios import error_scenario, operations_matching, without_token
from loginradius_harness.checks.error_scenarios.tokens import never_issued
from loginradius_harness.checks.generation.prepared_request import PreparedRequest
from loginradius_harness.contracts import Operation
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.preconditions.registry import names_in

Json = Any

GUESSES = 5  # wrong passwords: more than any lockout threshold here
WRONG = "not the password"


def uid_of(prepared: PreparedRequest) -> str:
    """Return the uid of the account that the request is about."""
    preconditions, wanted = prepared.preconditions, prepared.preconditions.wanted
    if "unverified" in wanted:
        by = "phone" if wanted & {"unverified.phone", "unverified.sms_otp"} else "email"
        return _found(prepared, by, getattr(preconditions.value("unverified"), by))
    if "one_touch.otp" in wanted:
        return _found(prepared, "phone", preconditions.value("fresh.phone"))
    if wanted & {"one_touch.token", "one_touch.verified_guid"}:
        return _found(prepared, "email", preconditions.value("fresh.email"))
    return str(preconditions.value("person").uid)


def _found(prepared: PreparedRequest, by: str, value: str) -> str:
    reply = prepared.preconditions.client.call(f"account.get_account_profile_by_{by}", query={by: value})
    return str(reply.must_succeed().data["Uid"])


# They create accounts or take any, so only a special scenario involves an existing one.
ANYBODY = operations_matching(
    "*.register_by_* one_touch_login.by_* account.generate_* native_social.* social.exchange_access_token"
    " authentication.get_profile_by_ping authentication.send_social_link_verification_email"
    " passwordless_login.by_*_with_profile"
)


def has_an_account(operation: Operation) -> bool:
    """Return whether the example is about an existing account that no token identifies."""
    return without_token(operation) and not ANYBODY(operation)


@error_scenario(ErrorCode.ACCOUNT_BLOCKED, "account blocked", where=has_an_account)
def account_blocked(prepared: PreparedRequest) -> None:
    """Block the account by management."""
    prepared.tenant.journey.accounts.update(uid_of(prepared), IsActive=False)


OF_ONES_OWN = operations_matching(
    "phone.verify_by_otp_and_access_token pin.change_pin_by_access_token reauthentication.by_p*"
)  # operations that need more than an access token


@error_scenario(ErrorCode.ACCOUNT_LOGIN_DISABLED, "login disabled", where=has_an_account)
@error_scenario(ErrorCode.ACCOUNT_LOGIN_DISABLED, "login disabled", where=OF_ONES_OWN)
def login_disabled(prepared: PreparedRequest) -> None:
    """Disable its login by management."""
    prepared.tenant.journey.accounts.update(uid_of(prepared), DisableLogin=True)


KNOWN_OR_NEW = operations_matching("one_touch_login.by_* passwordless_login.by_*_with_profile")


@error_scenario(ErrorCode.ACCOUNT_BLOCKED, "account blocked", where=KNOWN_OR_NEW)
def known_and_blocked(prepared: PreparedRequest) -> dict[str, Json]:
    """Use an existing account that is blocked instead of an unknown one."""
    return _known(prepared, IsActive=False)


@error_scenario(ErrorCode.ACCOUNT_LOGIN_DISABLED, "login disabled", where=KNOWN_OR_NEW)
def known_and_disabled(prepared: PreparedRequest) -> dict[str, Json]:
    """Use an existing account whose login is disabled instead of an unknown one."""
    return _known(prepared, DisableLogin=True)


def _known(prepared: PreparedRequest, **changes: Json) -> dict[str, Json]:
    accounts, new_person = prepared.tenant.journey.accounts, prepared.tenant.journey.new_person()
    accounts.update(accounts.create(new_person, PhoneId=new_person.phone).uid, **changes)
    value = prepared.preconditions.value
    return prepared.replacing({value("fresh.email"): new_person.email, value("fresh.phone"): new_person.phone})


def names_an_account(operation: Operation) -> bool:
    """Return whether the request itself identifies its account."""
    owners, members = {"person", "other", "unverified"}, {"email", "phone", "username", "uid", "id"}
    named = [name.rpartition(".") for name in names_in([operation.example.get(part) for part in PARTS])]
    return any(owner in owners and member in members for owner, _, member in named)


PARTS = ("path", "query", "body")


@error_scenario(ErrorCode.ACCOUNT_NOT_FOUND, "account gone", where=names_an_account)
def account_gone(prepared: PreparedRequest) -> None:
    """Delete the account by management."""
    prepared.tenant.journey.accounts.delete(uid_of(prepared))


@error_scenario(ErrorCode.ACCOUNT_NOT_FOUND, "unknown account", where=names_an_account)
@error_scenario(ErrorCode.USERNAME_NOT_FOUND, "unknown account")
@error_scenario(ErrorCode.PHONE_NOT_FOUND, "unknown account", where=lambda operation: operation.host != "cloud")
@error_scenario(ErrorCode.ACCOUNT_HAS_NO_SUCH_EMAIL, "unknown account")
def unknown_account(prepared: PreparedRequest) -> dict[str, Json]:
    """Replace the account's identifiers by unknown ones."""
    fresh = {
        "email": "fresh.email",
        "phone": "fresh.phone",
        "username": "fresh.username",
        "second_email": "fresh.email",
    }
    table: dict[Json, Json] = {}
    for name in prepared.names:
        owner, _, member = name.rpartition(".")
        if owner != "fresh" and member in fresh:
            table[prepared.preconditions.value(name)] = prepared.preconditions.value(fresh[member])
        elif owner in {"person", "other"} and member in {"uid", "id"}:
            table[prepared.preconditions.value(name)] = uuid4().hex
    return prepared.replacing(table)


@error_scenario(
    ErrorCode.ACCOUNT_HAS_NO_SUCH_EMAIL,
    "unknown account",
    where=operations_matching("account.remove_email_by_uid authentication.remove_email"),
)
def unknown_address(prepared: PreparedRequest) -> dict[str, Json]:
    """Name an e-mail address that the account does not have."""
    return prepared.overriding("body", email=prepared.tenant.journey.new_person().email)


@error_scenario(ErrorCode.LAST_EMAIL_NOT_REMOVABLE, "last address")
def last_address(prepared: PreparedRequest) -> dict[str, Json]:
    """Use an account with a single e-mail address."""
    changes = instead(prepared)
    path = changes.get("path", {}).get("uid")
    profile = prepared.preconditions.client.call(
        "account.get_account_profile_by_uid" if path else "authentication.get_profile",
        **({"path": {"uid": path}} if path else {"token": changes["token"]}),
    )
    address = profile.must_succeed().data["Email"][0]["Value"]
    return {**changes, "body": {"email": address}}


def names_a_uid(operation: Operation) -> bool:
    """Return whether the path or the query identifies the account by its uid."""
    return "person.uid" in set(names_in([operation.example.get(part) for part in ("path", "query")]))


@error_scenario(ErrorCode.UID_INVALID, "uid of another form", where=names_a_uid)
def uid_of_another_form(prepared: PreparedRequest) -> dict[str, Json]:
    """Use characters that no uid has."""
    return prepared.replacing({prepared.preconditions.value("person").uid: "no uid!"})


def instead(prepared: PreparedRequest, **profile: Json) -> dict[str, Json]:
    """Return the request for another account: one with other members and without a second factor."""
    preconditions, was = prepared.preconditions, prepared.preconditions.value("person")
    new_person = prepared.tenant.journey.new_person()
    named = {
        "UserName": new_person.username if "person.username" in prepared.names else None,
        "PhoneId": new_person.phone if "person.phone" in prepared.names or "Email" in profile else None,
        "PINInfo": {"PIN": new_person.pin, "Skipped": False} if prepared.operation.preset.startswith("pin") else None,
        "SecurityQuestionAnswer": {preconditions.value("question_id"): new_person.answer}
        if "person.answer" in prepared.names
        else None,
    }
    made = prepared.tenant.journey.accounts.create(new_person, **{**named, **profile})
    members = ("email", "phone", "username", "password", "uid", "id", "pin", "answer")
    changes = prepared.replacing({getattr(was, member): getattr(made, member) for member in members})
    if "access_token" in prepared.operation.auth:
        changes["token"] = prepared.tenant.journey.accounts.log_in(made).token
    return changes


def lock(prepared: PreparedRequest) -> None:
    """Try wrong passwords until the account is locked, by whichever identifier logs in."""
    path = {"uid": uid_of(prepared)}
    profile = prepared.preconditions.client.call("account.get_account_profile_by_uid", path=path).must_succeed().data
    addresses = profile["Email"] or [{"Value": None}]
    for operation, name, value in (
        ("authentication.login_by_email", "email", addresses[0]["Value"]),
        ("authentication.login_by_username", "username", profile["UserName"]),
        ("phone.login_by_phone", "phone", profile["PhoneId"]),
    ):
        if value is not None:
            _guess(prepared, operation, {name: value, "password": WRONG})


def _guess(prepared: PreparedRequest, operation: str, body: Json) -> None:
    for _ in range(GUESSES):
        prepared.preconditions.client.call(operation, body=body)


SUSPENDED = {"lockout_type": "Suspend", "lockout_threshold": 3}
CAPTCHA = {"lockout_type": "Captcha", "lockout_threshold": 3}
QUESTION = {"lockout_type": "SecurityQuestion", "lockout_threshold": 3}


@error_scenario(ErrorCode.ACCOUNT_LOCKED_TEMPORARILY, "account suspended", after=SUSPENDED)
@error_scenario(ErrorCode.ACCOUNT_LOCKED_DURING_MFA, "account suspended", after=SUSPENDED)
@error_scenario(ErrorCode.ACCOUNT_LOCKED_UNTIL_CAPTCHA, "captcha lock", after=CAPTCHA)
def account_locked(prepared: PreparedRequest) -> None:
    """Lock it by wrong passwords."""
    lock(prepared)


@error_scenario(ErrorCode.ACCOUNT_LOCKED_UNTIL_SECURITY_ANSWER, "question lock", after=QUESTION)
def question_lock(prepared: PreparedRequest) -> None:
    """Lock it by wrong passwords; store the answer that would unlock it."""
    _store_answer(prepared)
    lock(prepared)


def _store_answer(prepared: PreparedRequest) -> None:
    question, path = prepared.preconditions.value("question_id"), {"uid": uid_of(prepared)}
    body = {"securityquestionanswer": {question: "the right one"}}
    prepared.preconditions.client.call("account.update_security_answers_by_uid", path=path, body=body).must_succeed()


@error_scenario(ErrorCode.CAPTCHA_MISSING_OR_INCORRECT, "wrong captcha at a lock", after=CAPTCHA)
def wrong_captcha(prepared: PreparedRequest) -> dict[str, Json]:
    """Send a wrong captcha to unlock it."""
    lock(prepared)
    return prepared.overriding("body", **{"g-recaptcha-response": "wrong"})


@error_scenario(ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT, "wrong answer at a lock", after=QUESTION)
def wrong_answer_at_a_lock(prepared: PreparedRequest) -> dict[str, Json]:
    """Send a wrong security answer to unlock it."""
    question_lock(prepared)
    return prepared.overriding("body", securityanswer={prepared.preconditions.value("question_id"): "wrong"})


# These prove themselves by a code, perhaps without a password: wrong codes lock the account as well.
BY_CODE = operations_matching("one_touch_login.verify_otp passwordless_login.verify_*_otp")


@error_scenario(ErrorCode.ACCOUNT_LOCKED_TEMPORARILY, "account suspended", after=SUSPENDED, where=BY_CODE)
@error_scenario(ErrorCode.ACCOUNT_LOCKED_UNTIL_CAPTCHA, "captcha lock", after=CAPTCHA, where=BY_CODE)
def locked_by_codes(prepared: PreparedRequest) -> None:
    """Lock it by wrong codes."""
    guess = never_issued(prepared)
    for _ in range(GUESSES):
        prepared.send(**guess)


@error_scenario(ErrorCode.CAPTCHA_MISSING_OR_INCORRECT, "wrong captcha at a lock", after=CAPTCHA, where=BY_CODE)
def wrong_captcha_after_codes(prepared: PreparedRequest) -> dict[str, Json]:
    """Send a wrong captcha to unlock it."""
    locked_by_codes(prepared)
    return prepared.overriding("body", **{"g-recaptcha-response": "wrong"})


@error_scenario(ErrorCode.ACCOUNT_LOCKED_UNTIL_SECURITY_ANSWER, "question lock", after=QUESTION, where=BY_CODE)
def question_lock_by_codes(prepared: PreparedRequest) -> None:
    """Lock it by wrong codes; store the answer that would unlock it."""
    _store_answer(prepared)
    locked_by_codes(prepared)


@error_scenario(
    ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT, "wrong answer at a lock", after=QUESTION, where=BY_CODE
)
def wrong_answer_after_codes(prepared: PreparedRequest) -> dict[str, Json]:
    """Send a wrong security answer to unlock it."""
    question_lock_by_codes(prepared)
    return prepared.overriding("body", securityanswer={prepared.preconditions.value("question_id"): "wrong"})


@error_scenario(
    ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT,
    "wrong answer at a lock",
    after=QUESTION,
    where=operations_matching("authentication.unlock_account"),
)
def wrong_answer_to_unlock(prepared: PreparedRequest) -> dict[str, Json]:
    """Send a wrong security answer to unlock it."""
    token = _another_account(prepared)
    question_lock(prepared)
    return {"token": token, "body": {"securityanswer": {prepared.preconditions.value("question_id"): "wrong"}}}


@error_scenario(
    ErrorCode.ACCOUNT_LOCKED_TEMPORARILY,
    "account suspended",
    after=SUSPENDED,
    where=operations_matching("authentication.unlock_account"),
)
def suspended_for_a_time(prepared: PreparedRequest) -> dict[str, Json]:
    """Suspend the account; a captcha does not shorten that."""
    token = _another_account(prepared)
    lock(prepared)
    return {"token": token}


def _another_account(prepared: PreparedRequest) -> str:
    """Replace the locked account by another; return its access token."""
    accounts = prepared.tenant.journey.accounts
    prepared.preconditions.put("person", accounts.create(prepared.tenant.journey.new_person()))
    return str(accounts.log_in(prepared.preconditions.value("person")).token)


@error_scenario(ErrorCode.ACCOUNT_NOT_LOCKED, "account not locked")
def account_not_locked(prepared: PreparedRequest) -> dict[str, Json]:
    """Use an account that is not locked."""
    return instead(prepared)


@error_scenario(
    ErrorCode.CAPTCHA_MISSING_OR_INCORRECT,
    "wrong captcha",
    where=operations_matching("authentication.unlock_account *.register_by_captcha"),
)
@error_scenario(ErrorCode.CAPTCHA_INCORRECT, "wrong captcha")
def wrong_captcha_answer(prepared: PreparedRequest) -> dict[str, Json]:
    """Send a wrong captcha."""
    return prepared.overriding("body", **{"g-recaptcha-response": "wrong"})
