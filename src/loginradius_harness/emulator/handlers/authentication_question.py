"""Security questions that a user has answered (product-facts.md#password-reset)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.accounts import Account

Json = Any


@handles("authentication.get_security_questions_by_email")
def by_email(call: RequestContext) -> Json:
    """Return the questions of an e-mail address's account.

    Raise SECURITY_QUESTIONS_BY_USERNAME_REQUIRED where an address may belong to several accounts.
    """
    _require_lookup(call)
    return _questions(call, call.tenant.accounts.by_email(call.query["email"]))


@handles("authentication.get_security_questions_by_phone")
def by_phone(call: RequestContext) -> Json:
    """Return the questions of a phone number's account.

    Raise SECURITY_QUESTIONS_BY_USERNAME_REQUIRED where an address may belong to several accounts.
    """
    _require_lookup(call)
    return _questions(call, call.tenant.accounts.by_phone(call.query["phone"]))


@handles("authentication.get_security_questions_by_username")
def by_username(call: RequestContext) -> Json:
    """Return the questions of a user name's account."""
    return _questions(call, call.tenant.accounts.by_username(call.query["userName"]))


@handles("authentication.get_security_questions_by_access_token")
def by_access_token(call: RequestContext) -> Json:
    """Return the questions of the caller's account."""
    return _questions(call, call.account)


def _require_lookup(call: RequestContext) -> None:
    if call.settings.duplicate_emails:
        raise ApiError(ErrorCode.SECURITY_QUESTIONS_BY_USERNAME_REQUIRED)


def _questions(call: RequestContext, account: Account | None) -> Json:
    """Return id and text of each answered question.

    Raise SECURITY_QUESTIONS_DISABLED, ACCOUNT_NOT_FOUND, ACCOUNT_HAS_NO_SECURITY_ANSWER.
    """
    asked = call.settings.security_questions
    if not asked:
        raise ApiError(ErrorCode.SECURITY_QUESTIONS_DISABLED)
    if account is None:
        raise ApiError(ErrorCode.ACCOUNT_NOT_FOUND)
    answered = [question for question in account.security_answers or {} if question in asked]
    if not answered:
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_SECURITY_ANSWER)
    return [{"QuestionId": question, "Question": asked[question]} for question in answered]
