"""Adding and removing an account's e-mail addresses, by its owner or by the tenant's servers.

Source: product-facts.md#emails.
"""

from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.accounts import Account, Email


def add(call: RequestContext, account: Account, value: str, kind: str) -> Email:
    """An unverified address of a type that the account does not have yet; 1174, 936 where somebody has the address."""
    if call.settings.duplicate_emails or any(email.type.lower() == kind.lower() for email in account.emails):
        raise ApiError(1174)
    email = Email(type=kind, value=value)
    call.tenant.accounts.add_email(account, email)
    account.modified = call.now
    call.tenant.webhooks.fire("AddEmail", account)
    return email


def remove(call: RequestContext, account: Account, value: str) -> None:
    """1340 for an address that is not on the profile, 1005 for the last one."""
    email = account.email(value)
    if email is None:
        raise ApiError(1340)
    if len(account.emails) == 1:
        raise ApiError(1005)
    call.tenant.accounts.remove_email(account, email)
    account.modified = call.now
    call.tenant.webhooks.fire("RemoveEmail", account, RemovedEmail={"Type": email.type, "Value": email.value})
