"""Settings of the tenant that an example changes, written back afterwards."""

from functools import partial
from typing import Any
from uuid import uuid4

from loginradius_harness.journey.administration import OPERATIONS
from loginradius_harness.preconditions.registry import Preconditions, precondition

Json = Any


def _keep(document: str, preconditions: Preconditions) -> Json:
    """Read a document, and write it back at the end."""
    administration = preconditions.journey.administration
    before = administration.read(document)
    preconditions.afterwards(partial(administration.write, document, **before))
    return before


@precondition("security_question", needs=["federation"])
def security_question(preconditions: Preconditions) -> str:
    """Add a security question, and remove it at the end."""
    administration, text = preconditions.journey.administration, f"lrh-question-{uuid4().hex[:12]}"
    question = administration.add_question(text)
    path = {"question_id": question}
    preconditions.afterwards(lambda: administration.call("security_question.delete", path=path))
    preconditions.put("security_question.text", text)
    return question


for _document in OPERATIONS:
    precondition(f"kept.{_document}", needs=["federation"])(partial(_keep, _document))
