"""Adding and removing an account's e-mail addresses, by its owner or by the tenant's servers.

Source: product-facts.md#emails.
"""

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.accounts import Account, Email


def add(call: RequestContext, account: Account, value: str, kind: str) -> Email:
    """Add an address that waits for its verification. Several of one type may wait, but there is one Primary.

    Raise EMAIL_TYPE_ALREADY_EXISTS where the account has the address, or would get a second Primary (inferred);
    EMAIL_ALREADY_EXISTS where another account has it.
    """
    if call.settings.duplicate_emails or account.email(value) or kind.lower() == "primary":
        raise ApiError(ErrorCode.EMAIL_TYPE_ALREADY_EXISTS)
    email = Email(type=kind, value=value, pending=True)
    call.tenant.accounts.add_email(account, email)
    account.modified = call.now
    call.tenant.webhooks.fire("AddEmail", account)
    return email


def remove(call: RequestContext, account: Account, value: str) -> None:
    """Remove an address.

    Raise ACCOUNT_HAS_NO_SUCH_EMAIL for one that is not on the profile, LAST_EMAIL_NOT_REMOVABLE for the last one.
    """
    email = account.email(value)
    if email is None:
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_SUCH_EMAIL)
    if len(account.emails) == 1:
        raise ApiError(ErrorCode.LAST_EMAIL_NOT_REMOVABLE)
    call.tenant.accounts.remove_email(account, email)
    account.modified = call.now
    call.tenant.webhooks.fire("RemoveEmail", account, RemovedEmail={"Type": email.type, "Value": email.value})
