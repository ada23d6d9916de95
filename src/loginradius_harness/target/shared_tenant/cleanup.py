"""Taking away what a ledger names. Only exact names are removed, and what is gone already counts as removed."""

from collections.abc import Callable, Mapping
from typing import Any

from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import ConfigurationError, InfrastructureError
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.target.shared_tenant.created_resources import CreatedResource, ResourceLog

Json = Any

_NOBODY = frozenset(
    {
        ErrorCode.ACCOUNT_NOT_FOUND,
        ErrorCode.USERNAME_NOT_FOUND,
        ErrorCode.EMAIL_NOT_FOUND,
        ErrorCode.PHONE_NOT_FOUND,
        ErrorCode.UID_INVALID,
        ErrorCode.USER_ID_INVALID,
    }
)  # codes for an account that is not there


def remove_all(client: Client, ledger: ResourceLog) -> list[str]:
    """Remove everything in a ledger, the newest first; one line for each thing that could not be removed."""
    complaints = []
    for entry in sorted(ledger.entries.values(), key=lambda entry: -entry.number):
        try:
            _REMOVERS[entry.kind](client, entry)
            ledger.remove(entry)
        except (InfrastructureError, ConfigurationError, RemovalFailed) as failure:
            complaints.append(f"{entry.kind} {entry.names[0]} could not be removed: {failure}")
    return complaints


class RemovalFailed(Exception):  # noqa: N818  # named after what happened
    """The tenant refused to remove something."""


def _account(client: Client, entry: CreatedResource) -> None:
    for name in entry.names:
        if "@" in name:
            _demand(client.call("account.delete_account_by_email", query={"email": name}, check=False), _NOBODY)
        elif name.lstrip("+").isdigit():
            found = client.call("account.get_account_profile_by_phone", query={"phone": name}, check=False)
            if found.ok:
                path = {"uid": found.data["Uid"]}
                _demand(client.call("account.delete_account_by_uid", path=path, check=False), _NOBODY)


def _role(client: Client, entry: CreatedResource) -> None:
    for name in entry.names:
        _demand(client.call("role.delete_role", path={"role": name}, check=False), {ErrorCode.ROLE_NOT_FOUND})


def _registration_data(client: Client, entry: CreatedResource) -> None:
    for kind in entry.names:
        listed = _listed(client.call("registration_data.list", path={"type": kind}, check=False))
        for record in listed:
            path = {"record_id": record["Id"]}
            _demand(
                client.call("registration_data.delete", path=path, check=False), {ErrorCode.REGISTRATION_DATA_NOT_FOUND}
            )


def _webhook(client: Client, entry: CreatedResource) -> None:
    for hook in _listed(client.call("webhook.list_subscriptions", check=False)):
        if hook["TargetUrl"] in entry.names:
            _demand(client.call("webhook.delete_subscription", path={"hook_id": hook["Id"]}, check=False), set())


def _webhook_legacy(client: Client, entry: CreatedResource) -> None:
    url, event = entry.names
    body = {"targeturl": url, "event": event}
    _demand(client.call("webhook_legacy.unsubscribe", body=body, check=False), {ErrorCode.WEBHOOK_NOT_SUBSCRIBED})


_REMOVERS: Mapping[str, Callable[[Client, CreatedResource], None]] = {
    "account": _account,
    "role": _role,
    "registration_data": _registration_data,
    "webhook": _webhook,
    "webhook_legacy": _webhook_legacy,
}


def _listed(reply: ApiResponse) -> list[Json]:
    if not reply.ok:
        return []
    return list(reply.data if isinstance(reply.data, list) else reply.data["Data"])


def _demand(reply: ApiResponse, nothing_there: frozenset[int] | set[int]) -> None:
    if not reply.ok and reply.error_code not in nothing_there:
        raise RemovalFailed(f"{reply.operation.id} answered {reply.verdict}")
