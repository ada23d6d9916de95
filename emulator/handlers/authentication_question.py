"""Which security questions a user has answered (domain 3.5)."""

from typing import Any

from emulator.accounts import Account
from emulator.call import Call
from emulator.errors import ApiError
from emulator.registry import handles

Json = Any


@handles("authentication.get_security_questions_by_email")
def by_email(call: Call) -> Json:
    """By e-mail address; 1184 where user names are the way in."""
    _demand_lookup(call)
    return _questions(call, call.tenant.accounts.by_email(call.query["email"]))


@handles("authentication.get_security_questions_by_phone")
def by_phone(call: Call) -> Json:
    """By phone number; 1184 where user names are the way in."""
    _demand_lookup(call)
    return _questions(call, call.tenant.accounts.by_phone(call.query["phone"]))


@handles("authentication.get_security_questions_by_username")
def by_username(call: Call) -> Json:
    """By user name."""
    return _questions(call, call.tenant.accounts.by_username(call.query["userName"]))


@handles("authentication.get_security_questions_by_access_token")
def by_access_token(call: Call) -> Json:
    """The caller's own."""
    return _questions(call, call.account)


def _demand_lookup(call: Call) -> None:
    if call.settings.username_login:
        raise ApiError(1184)


def _questions(call: Call, account: Account | None) -> Json:
    """Id and text of each answered question; 1095, 938, 1092."""
    asked = call.settings.security_questions
    if not asked:
        raise ApiError(1095)
    if account is None:
        raise ApiError(938)
    answered = [question for question in account.security_answers or {} if question in asked]
    if not answered:
        raise ApiError(1092)
    return [{"QuestionId": question, "Question": asked[question]} for question in answered]
