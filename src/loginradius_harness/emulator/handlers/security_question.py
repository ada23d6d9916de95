"""The security questions of the tenant (product-facts.md#administration)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.administration.documents import Document, change_settings

Json = Any

COUNT = Document("security_question_count", settings={"RenderQuestionCount": "security_question_count"})


@handles("security_question.list")
def list_all(call: RequestContext) -> Json:
    """Return every question."""
    return {"Data": [_shown(question, text) for question, text in call.settings.security_questions.items()]}


@handles("security_question.create")
def create(call: RequestContext) -> Json:
    """Add a question."""
    return _put(call, call.tenant.identifiers.hex(32))


@handles("security_question.update")
def update(call: RequestContext) -> Json:
    """Change the text of a question; its answers stay."""
    return _put(call, _known(call))


@handles("security_question.delete")
def delete(call: RequestContext) -> Json:
    """Remove a question."""
    gone = _known(call)
    questions = {name: text for name, text in call.settings.security_questions.items() if name != gone}
    change_settings(call, {"security_questions": questions})
    return {"IsDeleted": True}


@handles("security_question.get_count")
def get_count(call: RequestContext) -> Json:
    """Return how many questions are asked."""
    return COUNT.read(call.tenant)


@handles("security_question.update_count")
def update_count(call: RequestContext) -> Json:
    """Change how many questions are asked."""
    return COUNT.write(call)


def _known(call: RequestContext) -> str:
    """Return the question of the path. Raise SECURITY_QUESTION_ID_INVALID for an unknown one (inferred)."""
    question = call.path["question_id"]
    if question not in call.settings.security_questions:
        raise ApiError(ErrorCode.SECURITY_QUESTION_ID_INVALID)
    return question


def _put(call: RequestContext, question: str) -> Json:
    text = call.body["question"]
    change_settings(call, {"security_questions": {**call.settings.security_questions, question: text}})
    return _shown(question, text)


def _shown(question: str, text: str) -> Json:
    return {"QuestionId": question, "Question": text}
