"""Limit what a run does to a shared tenant: it changes only what it has created, and nothing that others notice.

A request that creates something is written to the resource log before it is sent; of settings that it changes, what
they were before. A request that changes or removes
something must name what the log contains, or what looks like test data.
"""

import json
from collections.abc import Collection, Iterator
from typing import Any

import httpx

from loginradius_harness.client.errors import UnsupportedByTarget
from loginradius_harness.client.request import Call, call_of
from loginradius_harness.client.retry import Answer
from loginradius_harness.contracts import Operation
from loginradius_harness.journey.administration import DOCUMENTS_BY_READER, DOCUMENTS_BY_WRITER
from loginradius_harness.journey.people import is_test_data
from loginradius_harness.target.shared_tenant.created_resources import ResourceLog
from loginradius_harness.target.shared_tenant.resource_names import form_name, member, names_of
from loginradius_harness.target.target import Target

Json = Any

# What an operation creates -> how it is removed. Role contexts and custom objects are removed with their account,
# invitations and connections with their organization, an
# OAuth client that registered itself by the test that made it: only its own token removes it.
REMOVED_AS = {
    "account": "account",
    "identifier": "account",  # another name by which the account must be found again
    "role": "role",
    "registration_record": "registration_record",
    "webhook": "webhook",
    "legacy_webhook": "legacy_webhook",
    "resthook": "resthook",
    "organization": "organization",
    "organization_role": "organization_role",  # one of an organization is removed with it
    "permission": "permission",
    "security_question": "security_question",
    "custom_field": "custom_field",
    "email_template": "email_template",
    "sms_template": "sms_template",
    "consent_form": "consent_form",
    "consent_option": "consent_option",
    "jwt_provider": "jwt_provider",
    "jwt_integration": "jwt_integration",
    "saml_integration": "saml_integration",
    "managed_oauth_client": "managed_oauth_client",
    "oauth_integration": "oauth_integration",
    "workflow": "workflow",
    "oauth_provider": "oauth_provider",
    "saml_provider": "saml_provider",
}
# What browsers send to the hub beside operations: a log-in that leaves a request token, and an account once an
# operation exchanges it.
BROWSER_ROUTES = frozenset({"/saml/serviceprovider/AdfsACS.aspx"})
# No option allows it where others use the tenant.
_ELSEWHERE = "test it on an emulator, or on a tenant that nobody else uses (shared = false in the targets file)"
_READING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class OperationNotAllowed(UnsupportedByTarget):
    """A request that must not be sent to a shared tenant."""


class SharedTenantGuard:
    """Watches the requests of one client. `allow` may hold the effects `destroy` and `tenant`."""

    def __init__(self, target: Target, resources: ResourceLog, allow: frozenset[str] = frozenset()) -> None:
        self._target = target
        self._resources = resources
        self._allow = allow
        self._documents: dict[str, Json] = {}  # settings as they were last read

    def check_request(self, request: httpx.Request) -> None:
        """Log what a request creates; raise OperationNotAllowed where it may change what the run has not created."""
        call = call_of(request, self._target)
        if call is not None:
            self.check(call)
        elif request.method not in _READING and request.url.path not in BROWSER_ROUTES:
            raise OperationNotAllowed(f"{request.method} {request.url.path} is no operation of the product.")

    def check(self, call: Call) -> None:
        """Do the same for a call."""
        operation = call.operation
        if operation.effect == "read":
            return
        if operation.effect in {"destroy", "tenant"} and operation.effect not in self._allow:
            raise OperationNotAllowed(f"{operation.id} {_impact(operation)}: allow it with --allow {operation.effect}.")
        if operation.id in DOCUMENTS_BY_WRITER:
            self._log_document(operation.id)
        names = names_of(call)
        if not all(map(self._is_own, names)):
            raise OperationNotAllowed(f"{operation.id} would change what this run has not created: {_ELSEWHERE}.")
        kind = REMOVED_AS.get(operation.creates or "")
        if kind and (new := self._new_names(kind, names, call)):
            self._resources.plan(kind, *new)

    def _log_document(self, writing: str) -> None:
        """Log what a document of settings was before this run first changes it."""
        document = DOCUMENTS_BY_WRITER[writing]
        if document not in self._documents:
            raise OperationNotAllowed(f"{writing} would change settings that this run has not read.")
        if not self._resources.owns(document):
            self._resources.plan("settings", document, json.dumps(self._documents[document]))

    def record_ids(self, request: httpx.Request, answer: Answer) -> None:
        """Log the ids that the tenant assigns to what the run has created; remember settings that it shows."""
        call = call_of(request, self._target)
        if call is None or answer.received.status not in call.operation.responses:
            return
        if call.operation.id in DOCUMENTS_BY_READER:
            self._documents[DOCUMENTS_BY_READER[call.operation.id]] = answer.data
        names = names_of(call)
        about_own = bool(names) and all(map(self._is_own, names))
        if about_own or call.operation.effect != "read":
            self._resources.record_ids(*_ids(answer.data))

    def _new_names(self, kind: str, names: Collection[str], call: Call) -> list[str]:
        """Return the names in a call that are not in the log; those of a subscription are its URL and its event."""
        if kind != "legacy_webhook":
            return sorted(name for name in names if not self._resources.owns(name))
        event = member(call.body, "event")
        if not names or not isinstance(event, str):
            return []  # nothing can be subscribed
        subscription = [*sorted(names), event]
        known = any(entry.names == tuple(subscription) for entry in self._resources.entries.values())
        return [] if known else subscription

    def _is_own(self, name: str) -> bool:
        return self._resources.owns(name) or is_test_data(name)


def _impact(operation: Operation) -> str:
    return "deletes data for good" if operation.effect == "destroy" else "changes what all users of the tenant share"


def _ids(data: Json) -> Iterator[str]:
    """Yield uids, ids of webhooks and records, and names of consent forms, at any depth of a response."""
    if isinstance(data, dict):
        if "ConsentOptions" in data:
            yield form_name(data.get("Version"))
        yield from (value for name in ("Uid", "ID", "Id", "ConsentId") if isinstance(value := data.get(name), str))
        for value in data.values():
            yield from _ids(value)
    elif isinstance(data, list):
        for item in data:
            yield from _ids(item)
