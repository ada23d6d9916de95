"""Do the endpoints of SAML answer as their contracts say?"""

from urllib.parse import urlencode
from uuid import uuid4

import pytest

from loginradius_harness.checks.generation.prepared_request import PreparedRequest
from loginradius_harness.contracts import saml_operations
from loginradius_harness.contracts.codes import ErrorCode

OPERATIONS = [pytest.param(operation, id=operation.id) for operation in saml_operations()]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def _sent(prepared: PreparedRequest) -> dict[str, object]:
    """Return what a body is sent as: a form (bindings 3.5.4)."""
    if prepared.body is None:
        return {}
    return {"body": urlencode(prepared.body).encode(), "headers": FORM}


@pytest.mark.rule("saml_apps.metadata_describes_the_tenant")
@pytest.mark.parametrize("operation", OPERATIONS)
def test_documented_example_succeeds(prepared_request: PreparedRequest) -> None:
    """The contract's example succeeds."""
    prepared_request.send(**_sent(prepared_request)).must_succeed()


@pytest.mark.rule("saml_apps.removed_application_is_unknown")
@pytest.mark.parametrize("operation", OPERATIONS)
def test_unknown_application_is_refused(prepared_request: PreparedRequest) -> None:
    """An application that the tenant does not have is refused, and so is a request that names none."""
    for name in (f"lrh-saml-{uuid4().hex[:12]}", None):
        query = {
            known: name if known.lower() == "appname" else value for known, value in prepared_request.query.items()
        }
        reply = prepared_request.send(query=query, **_sent(prepared_request))
        reply.must_be_refused(ErrorCode.PARAMETER_MALFORMED)
