"""Read the state of a victim's account, to be compared before and after an attack."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from loginradius_harness.checks.security.information_leaks import texts
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.tenants import TenantContext

Json = Any


@dataclass(frozen=True)
class VictimState:
    """An account whose access token is known to the test only."""

    tenant: TenantContext
    uid: str
    token: str = field(repr=False)
    identifiers: Collection[str] = field(repr=False)  # values that identify the account

    @classmethod
    def of(cls, tenant: TenantContext, token: str, *known: str) -> "VictimState":
        """Return the account of an access token; `known` are further identifiers of it."""
        profile = tenant.client.call("authentication.get_profile", token=token).must_succeed().data
        named = [profile["Uid"], profile["ID"], profile["UserName"], profile["PhoneId"]]
        named += [address["Value"] for address in profile["Email"] or []]
        return cls(
            tenant,
            profile["Uid"],
            token,
            frozenset(identifier.lower() for identifier in [*named, *known] if identifier),
        )

    def state(self) -> list[tuple[int, Json]]:
        """Return everything that the tenant reports about the account."""
        path, record = {"uid": self.uid}, {"objectName": self.tenant.target.custom_object}
        asked = [
            self._ask("account.get_account_profile_by_uid", path=path),
            self._ask("role.get_roles_by_uid", path=path),
            self._ask("role.get_role_context_by_uid", path=path),
            self._ask("custom_object.list_by_uid", path=path, query=record),
            self._ask("social.get_active_session_by_account_id", query={"accountId": self.uid}),
            self._ask("mfa.get_settings", token=self.token),
        ]
        return [(reply.status, reply.data) for reply in asked]

    def _ask(self, operation: str, **parts: Any) -> ApiResponse:
        return self.tenant.client.call(operation, **parts)

    def shown_in(self, data: Json, request: Json = None) -> list[str]:
        """Return what a response discloses of the victim, beyond what its request already contained."""
        sent = "\n".join(texts(request)).lower()
        whole = "\n".join(texts(data)).lower()
        return [identifier for identifier in self.identifiers if identifier in whole and identifier not in sent]
