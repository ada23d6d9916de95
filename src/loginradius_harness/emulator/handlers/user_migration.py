"""Users from another system, in bulk (product-facts.md#bulk-upsert)."""

from typing import Any

from loginradius_harness import contracts
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.foreign_hashes import UnknownHashError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.administration import imported_users
from loginradius_harness.emulator.state.tenant import Tenant

Json = Any


@handles("user_migration.upsert")
async def upsert(call: RequestContext) -> Json:
    """Create or change an account for each profile; one that cannot be taken fails alone (inferred)."""
    inserted, updated = 0, 0
    failed: list[Json] = []
    for line, user in enumerate(call.body["Profiles"], 1):
        try:
            is_new = await _taken(call.tenant, user)
        except (ApiError, UnknownHashError) as refusal:
            failed.append({"Line": line, **_told(refusal)})
        else:
            inserted, updated = inserted + is_new, updated + (not is_new)
    return {"Profile": {"RecordInserted": inserted, "RecordUpdated": updated, "Failed": failed}}


async def _taken(tenant: Tenant, user: imported_users.User) -> bool:
    """Take a user; return whether it is new."""
    account = imported_users.known(tenant, user)
    if account is None:
        await imported_users.create(tenant, user)
    else:
        imported_users.update(tenant, account, user)
    return account is None


def _told(refusal: ApiError | UnknownHashError) -> dict[str, Json]:
    if isinstance(refusal, UnknownHashError):
        return {"ErrorCode": int(ErrorCode.FIELD_VALIDATION_FAILED), "Message": str(refusal)}
    return {"ErrorCode": int(refusal.code), "Message": contracts.error_definitions()[refusal.code].meaning}
