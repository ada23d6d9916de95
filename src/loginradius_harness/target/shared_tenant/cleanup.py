"""Remove what a resource log names. Only exact names are removed; what does not exist counts as removed."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import ConfigurationError, InfrastructureError
from loginradius_harness.client.response import ApiResponse, Refused
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.administration import Administration
from loginradius_harness.journey.oauth_clients import OAuthClients
from loginradius_harness.journey.oauth_integrations import OAuthIntegrations
from loginradius_harness.journey.templates import mail_templates, sms_templates
from loginradius_harness.target.shared_tenant.created_resources import CreatedResource, ResourceLog

Json = Any
Progress = Callable[[int, int], None]  # (removed, of)

_NO_ACCOUNT = frozenset(
    {
        ErrorCode.ACCOUNT_NOT_FOUND,
        ErrorCode.USERNAME_NOT_FOUND,
        ErrorCode.EMAIL_NOT_FOUND,
        ErrorCode.PHONE_NOT_FOUND,
        ErrorCode.UID_INVALID,
        ErrorCode.USER_ID_INVALID,
    }
)


def remove_all(client: Client, resources: ResourceLog, progress: Progress) -> list[str]:
    """Remove everything in a log, the newest first; return one line for each thing that could not be removed."""
    failures = []
    entries = sorted(resources.entries.values(), key=lambda entry: -entry.number)
    for number, entry in enumerate(entries, 1):
        try:
            _REMOVERS[entry.kind](client, entry)
            resources.remove(entry)
        except (InfrastructureError, ConfigurationError, RemovalFailed) as failure:
            failures.append(f"{entry.kind} {entry.names[0]} could not be removed: {failure}")
        progress(number, len(entries))
    return failures


class RemovalFailed(Exception):  # noqa: N818  # named after what happened
    """The tenant refused to remove something."""


def _account(client: Client, entry: CreatedResource) -> None:
    for name in entry.names:
        if "@" in name:
            _remove(client, "account.delete_account_by_email", _NO_ACCOUNT, query={"email": name})
        elif name.lstrip("+").isdigit():
            found = client.call("account.get_account_profile_by_phone", query={"phone": name}, check=False)
            if found.ok:
                _remove(client, "account.delete_account_by_uid", _NO_ACCOUNT, path={"uid": found.data["Uid"]})
        elif len(entry.names) == 1:  # an account that has nothing but a user name
            found = client.call("account.get_account_profile_by_username", query={"username": name}, check=False)
            if found.ok:
                _remove(client, "account.delete_account_by_uid", _NO_ACCOUNT, path={"uid": found.data["Uid"]})


def _role(client: Client, entry: CreatedResource) -> None:
    for name in entry.names:
        _remove(client, "role.delete_role", {ErrorCode.ROLE_NOT_FOUND}, path={"role": name})


def _registration_record(client: Client, entry: CreatedResource) -> None:
    missing = {ErrorCode.REGISTRATION_DATA_NOT_FOUND}
    for kind in entry.names:
        removed: set[str] = set()
        while records := _page(client, kind) - removed:  # the list has pages
            for record in records:
                _remove(client, "registration_data.delete", missing, path={"record_id": record})
            removed |= records


def _webhook(client: Client, entry: CreatedResource) -> None:
    for hook in _listed(client.call("webhook.list_subscriptions", check=False)):
        if hook["TargetUrl"] in entry.names:
            _remove(client, "webhook.delete_subscription", set(), path={"hook_id": hook["Id"]})


def _legacy_webhook(client: Client, entry: CreatedResource) -> None:
    url, event = entry.names
    missing = {ErrorCode.WEBHOOK_NOT_SUBSCRIBED}
    _remove(client, "webhook_legacy.unsubscribe", missing, body={"targeturl": url, "event": event})


def _resthook(client: Client, entry: CreatedResource) -> None:
    for url in entry.names:
        _remove(client, "resthook.unsubscribe", {ErrorCode.WEBHOOK_NOT_SUBSCRIBED}, body={"target_url": url})


def _organization(client: Client, entry: CreatedResource) -> None:
    _by_name(client, entry, "organization", "org_id")


def _organization_role(client: Client, entry: CreatedResource) -> None:
    _by_name(client, entry, "tenant_role", "role_id")


def _permission(client: Client, entry: CreatedResource) -> None:
    _by_name(client, entry, "permission", "permission_id")


def _by_name(client: Client, entry: CreatedResource, group: str, parameter: str) -> None:
    for one in _listed(client.call(f"{group}.list", check=False)):
        if one["Name"] in entry.names:
            _remove(client, f"{group}.delete", set(), path={parameter: one["Id"]})


def _security_question(client: Client, entry: CreatedResource) -> None:
    administration = Administration(client)
    for question, text in administration.questions().items():
        if text in entry.names:
            administration.call("security_question.delete", path={"question_id": question})


def _named(
    listed: Callable[[Administration], Iterable[str]], remove: Callable[[Administration, str], object]
) -> Callable[[Client, CreatedResource], None]:
    """Return what removes those that the run has created from a list of names."""

    def remover(client: Client, entry: CreatedResource) -> None:
        administration = Administration(client)
        for name in listed(administration):
            if name in entry.names:
                remove(administration, name)

    return remover


def _email_template(client: Client, entry: CreatedResource) -> None:
    mail_templates(Administration(client)).remove_named(*entry.names)


def _sms_template(client: Client, entry: CreatedResource) -> None:
    sms_templates(Administration(client)).remove_named(*entry.names)


def _consent_form(client: Client, entry: CreatedResource) -> None:
    administration = Administration(client)
    for form in administration.consent_forms():
        if any(event["Name"] in entry.names for event in form["Events"]):
            administration.remove_consent_form(form["Version"])


def _consent_option(client: Client, entry: CreatedResource) -> None:
    administration = Administration(client)
    for option, title in administration.consent_options().items():
        if title in entry.names:
            administration.remove_consent_option(option)


def _oauth_client(client: Client, entry: CreatedResource) -> None:
    clients = OAuthClients(Administration(client))
    for name in clients.all():
        if name in entry.names:
            clients.remove(name)


def _oauth_integration(client: Client, entry: CreatedResource) -> None:
    integrations = OAuthIntegrations(Administration(client))
    for integration, members in integrations.all().items():
        if members["DisplayName"] in entry.names:
            integrations.remove(integration)


def _workflow(client: Client, entry: CreatedResource) -> None:
    administration = Administration(client)
    for workflow, members in administration.workflows().items():
        if members["WorkflowName"] in entry.names:
            administration.remove_workflow(workflow)


def _settings(client: Client, entry: CreatedResource) -> None:
    """Write settings back as they were before the run."""
    document, before = entry.names
    try:
        Administration(client).write(document, **json.loads(before))
    except Refused as refusal:
        raise RemovalFailed(str(refusal)) from None


_REMOVERS: Mapping[str, Callable[[Client, CreatedResource], None]] = {
    "account": _account,
    "role": _role,
    "registration_record": _registration_record,
    "webhook": _webhook,
    "legacy_webhook": _legacy_webhook,
    "resthook": _resthook,
    "organization": _organization,
    "organization_role": _organization_role,
    "permission": _permission,
    "security_question": _security_question,
    "custom_field": _named(Administration.custom_fields, Administration.remove_custom_field),
    "email_template": _email_template,
    "sms_template": _sms_template,
    "consent_form": _consent_form,
    "consent_option": _consent_option,
    "jwt_provider": _named(Administration.jwt_providers, Administration.remove_jwt_provider),
    "jwt_integration": _named(Administration.jwt_apps, Administration.remove_jwt_app),
    "saml_integration": _named(Administration.saml_applications, Administration.remove_saml_application),
    "managed_oauth_client": _oauth_client,
    "oauth_integration": _oauth_integration,
    "workflow": _workflow,
    "oauth_provider": _named(Administration.oauth_providers, Administration.remove_oauth_provider),
    "saml_provider": _named(Administration.saml_providers, Administration.remove_saml_provider),
    "settings": _settings,
}


def _page(client: Client, kind: str) -> set[str]:
    """Return the ids of the first registration records of a type."""
    return {record["Id"] for record in _listed(client.call("registration_data.list", path={"type": kind}, check=False))}


def _listed(reply: ApiResponse) -> list[Json]:
    if not reply.ok:
        return []
    return list(reply.data if isinstance(reply.data, list) else reply.data["Data"])


def _remove(client: Client, operation: str, missing: Collection[int], **request: Json) -> None:
    """Send a deletion, again after a failure; errors that say that there is nothing to delete are fine."""
    reply = client.call(operation, check=False, repeatable=True, **request)
    if not reply.ok and reply.error_code not in missing:
        raise RemovalFailed(f"{reply.operation.id} answered {reply.summary}")
