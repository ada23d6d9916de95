"""What belongs to the tenant or to a person's account: roles, contexts, objects, records, webhooks."""

from typing import Any
from uuid import uuid4

from loginradius_harness.preconditions.registry import Preconditions, precondition


@precondition("role")
def role(givens: Preconditions) -> str:
    """A role with one permission."""
    name = f"lrh-role-{uuid4().hex[:12]}"
    body = {"roles": [{"name": name, "permissions": {"edit": True}}]}
    givens.client.call("role.create_roles", body=body).must_succeed()
    givens.put("role.permission", "edit")
    return name


@precondition("assigned_role", needs=["person", "role"])
def assigned_role(givens: Preconditions) -> str:
    """The role, given to the person."""
    name: str = givens.value("role")
    path = {"uid": givens.value("person").uid}
    givens.client.call("role.assign_roles_by_uid", path=path, body={"roles": [name]}).must_succeed()
    return name


@precondition("context", needs=["person", "role"])
def context(givens: Preconditions) -> str:
    """A context in which the person has the role and one more permission."""
    name = f"lrh-context-{uuid4().hex[:12]}"
    held: dict[str, Any] = {"context": name, "roles": [givens.value("role")], "additionalpermissions": ["approve"]}
    path = {"uid": givens.value("person").uid}
    givens.client.call("role.update_role_context_by_uid", path=path, body={"rolecontext": [held]}).must_succeed()
    givens.put("context.role", held["roles"][0])
    givens.put("context.permission", held["additionalpermissions"][0])
    return name


@precondition("custom_object")
def custom_object(givens: Preconditions) -> str:
    """The name that the emulator knows; a tenant's own is named in its settings."""
    return givens.client.target.custom_object


@precondition("record_id", needs=["person", "custom_object"])
def record_id(givens: Preconditions) -> str:
    """A record of the person."""
    path, query = {"uid": givens.value("person").uid}, {"objectName": givens.value("custom_object")}
    reply = givens.client.call("custom_object.create_by_uid", path=path, query=query, body={"colour": "red"})
    return str(reply.must_succeed().data["Id"])


@precondition("registration_record")
def registration_record(givens: Preconditions) -> str:
    """A record of a type that nothing else has."""
    kind, code = f"lrh-{uuid4().hex[:12]}", "maple"
    record = {"type": kind, "key": "Canada", "value": "ca", "code": code, "isactive": True}
    givens.client.call("registration_data.add", body={"Data": [record]}).must_succeed()
    listed = givens.client.call("registration_data.list", path={"type": kind}).must_succeed().data
    givens.put("registration_record.type", kind)
    givens.put("registration_record.code", code)
    return str(listed[0]["Id"])


@precondition("hook_id")
def hook_id(givens: Preconditions) -> str:
    """A subscription of the newer family; its target is never reached."""
    body = {"Event": "Login", "TargetUrl": _target(), "Name": f"lrh-{uuid4().hex[:12]}"}
    made: str = givens.client.call("webhook.create_subscription", body=body).must_succeed().data["Id"]
    _undo(givens, "webhook.delete_subscription", path={"hook_id": made})
    return made


@precondition("hook_url")
def hook_url(givens: Preconditions) -> str:
    """A subscription of the older family."""
    url = _target()
    subscription = {"targeturl": url, "event": "Login"}
    givens.client.call("webhook_legacy.subscribe", body=subscription).must_succeed()
    _undo(givens, "webhook_legacy.unsubscribe", body=subscription)
    return url


def _undo(givens: Preconditions, operation: str, **request: Any) -> None:
    """Subscriptions are few: they are given back, unless the case itself has done so."""
    givens.afterwards(lambda: givens.client.call(operation, **request, check=False))


def _target() -> str:
    return f"https://hooks.example.com/lrh-{uuid4().hex[:12]}"
