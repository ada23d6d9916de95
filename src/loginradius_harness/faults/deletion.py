"""Data that is deleted with an account."""

from loginradius_harness.emulator.handlers import account, authentication_profile
from loginradius_harness.emulator.state.accounts import Accounts
from loginradius_harness.emulator.state.tenant import Tenant
from loginradius_harness.faults.registry import Faults

faults = Faults("deletion")

faults.replace_source(
    "request_deletes_at_once",
    "deletion.request_waits_for_its_link",
    authentication_profile.request_account_deletion,
    'return {"IsDeleteRequestAccepted": True}',
    'tenant.forget(account)\n    return {"IsDeleteRequestAccepted": True}',
)
faults.replace_source(
    "request_mails_nothing",
    "deletion.request_waits_for_its_link",
    authentication_profile.request_account_deletion,
    "tenant.messages.link(token, account.primary.value, url=url, template=template)",
    "pass",
)
faults.replace_source(
    "link_deletes_nothing",
    "deletion.link_deletes_the_account",
    authentication_profile.delete_account_by_delete_token,
    "tenant.forget(account)",
    "pass",
)
faults.replace_source(
    "unknown_token_is_welcome",
    "deletion.bad_token_is_refused",
    authentication_profile.delete_account_by_delete_token,
    "tenant = call.tenant",
    """tenant = call.tenant
    if tenant.single_use_tokens.kind_of(call.query["deletetoken"]) is None:
        return {"IsPosted": True}""",
)
faults.replace_source(
    "address_stays_taken",
    "deletion.address_may_register_again",
    Accounts.remove,
    "self._unindex_email(email.value, account.uid)",
    "pass",
)
faults.replace_source(
    "account_stays_to_be_found",
    "deletion.by_management_removes_the_account",
    account._delete,
    "call.tenant.forget(account)",
    "pass",
)
faults.replace_source(
    "records_are_miscounted",
    "deletion.by_management_removes_the_account",
    account.delete_account_by_email,
    "len(accounts)}",
    "len(accounts) + 1}",
)
faults.replace_source(
    "unknown_account_is_deleted",
    "deletion.of_unknown_account_is_refused",
    account.delete_account_by_uid,
    "_delete(call, managed(call))",
    """if call.tenant.accounts.by_uid(call.path["uid"]) is None:
        return {"IsDeleted": True}
    _delete(call, managed(call))""",
)
faults.replace_source(
    "tokens_live_on",
    "deletion.ends_live_tokens",
    Tenant.forget,
    "self.sessions.end_all(account)",
    "self.sessions.revoke_all(account)",
)
faults.replace_source(
    "refresh_tokens_live_on",
    "deletion.ends_live_tokens",
    Tenant.forget,
    "self.sessions.end_all(account)",
    """for name in list(account.sessions):
        self.sessions.end(name, account, refresh_too=False)""",
)
faults.replace_source(
    "links_live_on",
    "deletion.ends_open_links",
    Tenant.forget,
    "self.single_use_tokens.forget(account.uid)",
    "pass",
)
faults.replace_source(
    "objects_live_on",
    "deletion.takes_owned_data_along",
    Tenant.forget,
    "if record.uid == account.uid",
    "if False",
)
