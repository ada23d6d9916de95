"""What may be done to a shared tenant: nothing to what is not ours, and nothing that others feel without leave.

A call that creates something goes to the ledger before it is sent. A call that changes or removes something must name
what the ledger holds, or what has the look of test data.
"""

from collections.abc import Iterator
from typing import Any

from loginradius_harness.client.errors import UnsupportedByTarget
from loginradius_harness.client.request import Call
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.contracts import Operation
from loginradius_harness.journey.people import is_test_data
from loginradius_harness.target.shared_tenant.created_resources import ResourceLog
from loginradius_harness.target.shared_tenant.resource_names import names_of

Json = Any

# Operation -> kind of thing that it creates. Its names are in the request.
CREATES = {
    "authentication.register_by_email": "account",
    "authentication.register_by_captcha": "account",
    "phone.register_by_phone": "account",
    "account.create_account": "account",
    "account.upsert_email_by_uid": "account",  # another name of an account, by which it must be found again
    "account.update_phone_by_uid": "account",
    "authentication.add_email": "account",
    "phone.update_phone": "account",
    "one_touch_login.by_email": "account",
    "one_touch_login.by_email_legacy": "account",
    "one_touch_login.by_phone": "account",
    "one_touch_login.by_phone_legacy": "account",
    "passwordless_login.by_email": "account",  # where a tenant lets strangers in
    "role.create_roles": "role",
    "registration_data.add": "registration_data",
    "webhook.create_subscription": "webhook",
    "webhook_legacy.subscribe": "webhook_legacy",
}


class OperationNotAllowed(UnsupportedByTarget):
    """A call that a shared tenant is spared."""


class SharedTenantGuard:
    """Watches the calls of one client. `allow` may hold the effects `destroy` and `tenant`."""

    def __init__(self, ledger: ResourceLog, allow: frozenset[str] = frozenset()) -> None:
        self._ledger = ledger
        self._allow = allow

    def check_allowed(self, call: Call) -> None:
        """Let a call pass, and write down what it creates; OperationNotAllowed where it may touch what is not ours."""
        operation = call.operation
        if operation.effect == "read":
            return
        if operation.effect in {"destroy", "tenant"} and operation.effect not in self._allow:
            raise OperationNotAllowed(f"{operation.id} {_felt(operation)}: allow it with --allow {operation.effect}.")
        names = names_of(call)
        if not all(map(self._is_ours, names)):
            raise OperationNotAllowed(f"{operation.id} would touch what this run has not created.")
        kind = CREATES.get(operation.id)
        new = sorted(name for name in names if not self._ledger.owns(name))
        if kind and new:
            self._ledger.plan(kind, *_names_for(kind, new, call))

    def record_ids(self, call: Call, reply: ApiResponse) -> None:
        """Take over the ids that a tenant gives to what is ours."""
        names = names_of(call)
        about_ours = bool(names) and all(map(self._is_ours, names))
        if reply.ok and (about_ours or call.operation.effect != "read"):
            self._ledger.record_ids(*_ids(reply.data))

    def _is_ours(self, name: str) -> bool:
        return self._ledger.owns(name) or is_test_data(name)


def _names_for(kind: str, new: list[str], call: Call) -> list[str]:
    if kind == "webhook_legacy":
        return [*new, str(call.body["event"])]
    return new


def _felt(operation: Operation) -> str:
    return "removes data for good" if operation.effect == "destroy" else "changes what all users of the tenant share"


def _ids(data: Json) -> Iterator[str]:
    """Uids, and ids of hooks and records, at any depth of an answer to something that we were allowed to do."""
    if isinstance(data, dict):
        yield from (value for name in ("Uid", "ID", "Id") if isinstance(value := data.get(name), str))
        for value in data.values():
            yield from _ids(value)
    elif isinstance(data, list):
        for item in data:
            yield from _ids(item)
