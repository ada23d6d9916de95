"""Security questions: answering them, and resetting the password with an answer."""

import json
from dataclasses import replace

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import expect_error
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person, new_password

pytestmark = pytest.mark.preset("security-questions")

WAYS = ["email", "phone", "username"]


@pytest.fixture
def person(journey: Journey) -> Person:
    """Create an account with the first question answered and every identifier."""
    return journey.verified_person("answer", "phone", "username")


@pytest.fixture
def second_question(journey: Journey) -> str:
    """Return a question of the tenant that the person has not answered."""
    return str(journey.configuration["SecurityQuestions"]["Questions"][1]["QuestionId"])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.rule("recovery.right_answer_sets_the_password")
def test_correct_security_answer_resets_the_password(journey: Journey, person: Person, way: str) -> None:
    renewed = journey.password_reset.reset_by_answer(person, journey.question_id, new_password(), by=way)
    journey.log_in(renewed)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.rule("recovery.wrong_answer_is_refused")
def test_wrong_security_answer_is_refused(journey: Journey, person: Person, way: str, second_question: str) -> None:
    forgetful = replace(person, answer="something else")
    with expect_error(ErrorCode.SECURITY_ANSWER_INCORRECT, ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT):
        journey.password_reset.reset_by_answer(forgetful, journey.question_id, new_password(), by=way)
    with expect_error(ErrorCode.SECURITY_QUESTION_ID_INVALID, ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT):
        journey.password_reset.reset_by_answer(person, second_question, new_password(), by=way)
    journey.log_in(person)


@pytest.mark.rule("recovery.questions_are_those_answered")
def test_recovery_lists_answered_questions_only(journey: Journey, person: Person, session: Session) -> None:
    lists = [journey.password_reset.questions(person, by=way) for way in WAYS] + [
        journey.password_reset.own_questions(session)
    ]
    assert lists == [[journey.question_id]] * 4


@pytest.mark.rule("recovery.answers_are_never_shown")
def test_security_answer_is_never_returned(journey: Journey, api: Client, person: Person, session: Session) -> None:
    listed = [
        *api.call("authentication.get_security_questions_by_email", query={"email": person.email}).data,
        *api.call("authentication.get_security_questions_by_access_token", token=session.token).data,
    ]
    assert {*map(frozenset, listed)} == {frozenset({"QuestionId", "Question"})}
    shown = [journey.profile(session), journey.accounts.read(person.uid), listed]
    assert person.answer not in json.dumps(shown)


def test_user_changes_a_security_answer(journey: Journey, api: Client, person: Person, session: Session) -> None:
    body = {"securityquestionanswer": {journey.question_id: "another answer"}}
    api.call("authentication.update_security_answers", token=session.token, body=body).must_succeed()
    with expect_error(ErrorCode.SECURITY_ANSWER_INCORRECT, ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT):
        journey.password_reset.reset_by_answer(person, journey.question_id, new_password())
    journey.password_reset.reset_by_answer(
        replace(person, answer="another answer"), journey.question_id, new_password()
    )


@pytest.mark.rule("profile.operator_enables_questions")
def test_management_adds_a_security_question(
    journey: Journey, api: Client, person: Person, second_question: str
) -> None:
    body = {"securityquestionanswer": {second_question: person.answer}}
    api.call("account.update_security_answers_by_uid", path={"uid": person.uid}, body=body).must_succeed()
    assert second_question in journey.password_reset.questions(person)
    journey.log_in(journey.password_reset.reset_by_answer(person, second_question, new_password()))


@pytest.mark.rule("profile.user_answers_enabled_questions_only")
def test_user_cannot_add_a_security_question(
    journey: Journey, api: Client, person: Person, session: Session, second_question: str
) -> None:
    body = {"securityquestionanswer": {second_question: "an answer"}}
    api.call("authentication.update_security_answers", token=session.token, body=body).must_be_refused(
        ErrorCode.SECURITY_QUESTION_ID_INVALID
    )
    with expect_error(ErrorCode.SECURITY_QUESTION_ID_INVALID):
        journey.update_profile(session, SecurityQuestionAnswer={second_question: "an answer"})
    assert journey.password_reset.questions(person) == [journey.question_id]
