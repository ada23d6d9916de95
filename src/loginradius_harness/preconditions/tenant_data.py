"""Key and secret, roles, role contexts, custom objects, registration data and webhooks."""

from typing import Any
from uuid import uuid4

from loginradius_harness.preconditions.registry import Preconditions, PreconditionUnavailable, precondition


@precondition("api_key")
def api_key(preconditions: Preconditions) -> str:
    """Return the key of the target."""
    return preconditions.client.target.api_key.reveal()


@precondition("api_secret")
def api_secret(preconditions: Preconditions) -> str:
    """Return the secret of the target."""
    secret = preconditions.client.target.api_secret
    if secret is None:
        raise PreconditionUnavailable("needs the API secret")
    return secret.reveal()


@precondition("role")
def role(preconditions: Preconditions) -> str:
    """Create a role with one permission."""
    name = f"lrh-role-{uuid4().hex[:12]}"
    body = {"roles": [{"name": name, "permissions": {"edit": True}}]}
    preconditions.client.call("role.create_roles", body=body).must_succeed()
    preconditions.put("role.permission", "edit")
    return name


@precondition("assigned_role", needs=["person", "role"])
def assigned_role(preconditions: Preconditions) -> str:
    """Assign the role to the account."""
    name: str = preconditions.value("role")
    path = {"uid": preconditions.value("person").uid}
    preconditions.client.call("role.assign_roles_by_uid", path=path, body={"roles": [name]}).must_succeed()
    return name


@precondition("context", needs=["person", "role"])
def context(preconditions: Preconditions) -> str:
    """Give the account a context with the role and an additional permission."""
    name = f"lrh-context-{uuid4().hex[:12]}"
    held: dict[str, Any] = {
        "context": name,
        "roles": [preconditions.value("role")],
        "additionalpermissions": ["approve"],
    }
    path = {"uid": preconditions.value("person").uid}
    preconditions.client.call("role.update_role_context_by_uid", path=path, body={"rolecontext": [held]}).must_succeed()
    preconditions.put("context.role", held["roles"][0])
    preconditions.put("context.permission", held["additionalpermissions"][0])
    return name


@precondition("custom_object")
def custom_object(preconditions: Preconditions) -> str:
    """Return the custom object that the target's settings name."""
    return preconditions.client.target.custom_object


@precondition("record_id", needs=["person", "custom_object"])
def record_id(preconditions: Preconditions) -> str:
    """Create a custom object record of the account; return its id."""
    path, query = {"uid": preconditions.value("person").uid}, {"objectName": preconditions.value("custom_object")}
    reply = preconditions.client.call("custom_object.create_by_uid", path=path, query=query, body={"colour": "red"})
    return str(reply.must_succeed().data["Id"])


@precondition("registration_record")
def registration_record(preconditions: Preconditions) -> str:
    """Create a registration data record of a new type; return its id."""
    kind, code = f"lrh-{uuid4().hex[:12]}", "maple"
    record = {"type": kind, "key": "Canada", "value": "ca", "code": code, "isactive": True}
    preconditions.client.call("registration_data.add", body={"Data": [record]}).must_succeed()
    listed = preconditions.client.call("registration_data.list", path={"type": kind}).must_succeed().data
    preconditions.put("registration_record.type", kind)
    preconditions.put("registration_record.code", code)
    return str(listed[0]["Id"])


@precondition("hook_id")
def hook_id(preconditions: Preconditions) -> str:
    """Create a webhook subscription whose target is never reached; return its id."""
    body = {"Event": "Login", "TargetUrl": _target(), "Name": f"lrh-{uuid4().hex[:12]}"}
    made: str = preconditions.client.call("webhook.create_subscription", body=body).must_succeed().data["Id"]
    _undo(preconditions, "webhook.delete_subscription", path={"hook_id": made})
    return made


@precondition("hook_url")
def hook_url(preconditions: Preconditions) -> str:
    """Create a subscription of the legacy webhook API; return its target URL."""
    url = _target()
    subscription = {"targeturl": url, "event": "Login"}
    preconditions.client.call("webhook_legacy.subscribe", body=subscription).must_succeed()
    _undo(preconditions, "webhook_legacy.unsubscribe", body=subscription)
    return url


@precondition("resthook_url")
def resthook_url(preconditions: Preconditions) -> str:
    """Subscribe a REST hook to log-ins; return its target URL."""
    url = _target()
    body = {"target_url": url, "event": "login"}
    preconditions.client.call("resthook.subscribe", body=body).must_succeed()
    _undo(preconditions, "resthook.unsubscribe", body={"target_url": url})
    return url


def _undo(preconditions: Preconditions, operation: str, **request: Any) -> None:
    """Delete the subscription at the end: a tenant has few. The test may have deleted it already."""
    preconditions.afterwards(lambda: preconditions.client.call(operation, **request, check=False))


def _target() -> str:
    return f"https://hooks.example.com/lrh-{uuid4().hex[:12]}"
