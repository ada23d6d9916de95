"""Roles and permissions of a user within a context, e.g. one of several employers.

Source: product-facts.md#roles-and-records.
"""

from datetime import UTC, datetime
from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.handlers.role import find, unique
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state import profile
from loginradius_harness.emulator.state.accounts import Account, RoleContext

Json = Any


@handles("role.get_role_context_by_uid")
def get_role_context_by_uid(call: RequestContext) -> Json:
    """Return every context of the user."""
    return _listed(call.tenant.managed_account(call.path["uid"]))


@handles("role.update_role_context_by_uid")
def update_role_context_by_uid(call: RequestContext) -> Json:
    """Create or replace contexts by name.

    Raise ROLE_NOT_FOUND for a role that the tenant does not have, and change nothing.
    """
    account = call.tenant.managed_account(call.path["uid"])
    sent = [_read(call, item) for item in call.body["rolecontext"]]
    account.contexts = list({context.context: context for context in [*(account.contexts or []), *sent]}.values())
    account.modified = call.now
    return _listed(account)


def _read(call: RequestContext, sent: dict[str, Json]) -> RoleContext:
    return RoleContext(
        context=sent["context"],
        roles=unique([find(call, name).name for name in sent.get("roles") or []]),
        permissions=unique(sent.get("additionalpermissions") or []),
        expiration=_moment(sent.get("expiration")),
    )


def _moment(text: str | None) -> float | None:
    """Return `7/15/2030 8:30:08 AM` or `2030-07-15 8:30:08 AM`, UTC, as seconds since 1970.

    Raise DATE_INVALID for a date that does not exist.
    """
    if not text:
        return None
    day = "%m/%d/%Y" if "/" in text else "%Y-%m-%d"
    try:
        return datetime.strptime(text.upper(), f"{day} %I:%M:%S %p").replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise ApiError(ErrorCode.DATE_INVALID) from None


@handles("role.delete_role_context_by_uid")
def delete_role_context_by_uid(call: RequestContext) -> Json:
    """Delete the whole context."""
    account, gone = _context(call)
    account.contexts = [context for context in account.contexts or [] if context is not gone] or None
    account.modified = call.now
    call.tenant.webhooks.fire("RemoveRoleContext", account)
    return {"IsDeleted": True}


@handles("role.delete_roles_from_role_context_by_uid")
def delete_roles_from_role_context_by_uid(call: RequestContext) -> Json:
    """Remove roles from the context.

    Raise ROLE_NOT_FOUND for a role that the context does not have.
    """
    account, context = _context(call)
    context.roles = _without(context.roles, call.body["roles"], ErrorCode.ROLE_NOT_FOUND)
    account.modified = call.now
    return {"IsDeleted": True}


@handles("role.delete_additional_permission_from_role_context_by_uid")
def delete_additional_permission_from_role_context_by_uid(call: RequestContext) -> Json:
    """Remove additional permissions from the context.

    Raise ADDITIONAL_PERMISSION_NOT_FOUND for one that the context does not have.
    """
    account, context = _context(call)
    context.permissions = _without(
        context.permissions, call.body["additionalpermissions"], ErrorCode.ADDITIONAL_PERMISSION_NOT_FOUND
    )
    account.modified = call.now
    return {"IsDeleted": True}


@handles("role.get_role_context_by_context_name")
def get_role_context_by_context_name(call: RequestContext) -> Json:
    """Return every user who has the context.

    Raise ROLE_CONTEXT_NAME_INVALID where nobody does (inferred).
    """
    name = call.path["context_name"]
    holders = [
        _holder(call, account, context)
        for _, account in call.tenant.accounts.scan()
        for context in account.contexts or ()
        if context.context == name
    ]
    if not holders:
        raise ApiError(ErrorCode.ROLE_CONTEXT_NAME_INVALID)
    return {"Data": holders}


def _context(call: RequestContext) -> tuple[Account, RoleContext]:
    """Return the user and the context that the path names.

    Raise ACCOUNT_NOT_FOUND, ROLE_CONTEXT_NAME_INVALID.
    """
    account = call.tenant.managed_account(call.path["uid"])
    for context in account.contexts or ():
        if context.context == call.path["context_name"]:
            return account, context
    raise ApiError(ErrorCode.ROLE_CONTEXT_NAME_INVALID)


def _without(held: list[str], gone: list[str], unknown: int) -> list[str]:
    if not set(gone) <= set(held):
        raise ApiError(unknown)
    return [name for name in held if name not in gone]


def _holder(call: RequestContext, account: Account, context: RoleContext) -> Json:
    members = profile.own_members(account, call.settings, managed=False)
    about = {name: members[name] for name in ("Uid", "LastLoginDate", "FullName", "Email", "ImageUrl")}
    return {"RoleContext": _shown(context), **about}


def _shown(context: RoleContext) -> dict[str, Json]:
    expiration = context.expiration
    return {
        "Roles": context.roles,
        "AdditionalPermissions": context.permissions,
        "Expiration": None if expiration is None else f"{datetime.fromtimestamp(expiration, UTC):%Y-%m-%dT%H:%M:%SZ}",
    }


def _listed(account: Account) -> Json:
    return {"Data": [{"Context": context.context, **_shown(context)} for context in account.contexts or []]}
