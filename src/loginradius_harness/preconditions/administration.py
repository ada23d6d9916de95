"""Settings of the tenant that an example changes, written back afterwards."""

from functools import partial
from typing import Any

from loginradius_harness.journey.administration import OPERATIONS
from loginradius_harness.preconditions.registry import Preconditions, precondition

Json = Any


def _keep(document: str, preconditions: Preconditions) -> Json:
    """Read a document, and write it back at the end."""
    administration = preconditions.journey.administration
    before = administration.read(document)
    preconditions.afterwards(partial(administration.write, document, **before))
    return before


for _document in OPERATIONS:
    precondition(f"kept.{_document}", needs=["federation"])(partial(_keep, _document))
