"""Read and change the settings of a tenant, as a machine that manages it (product-facts.md#administration)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any
from uuid import uuid4

from loginradius_harness.client.client import Client
from loginradius_harness.client.errors import UnsupportedByTarget
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.federation import Federation
from loginradius_harness.journey.people import is_test_data

Json = Any

SECOND_FACTORS = "second_factor_configuration"

# Document -> the operations that read and write it.
OPERATIONS = {
    "passkey_configuration": ("passkey_configuration.get", "passkey_configuration.update"),
    "password_policy": ("password_policy.get", "password_policy.update"),
    "domain_restriction": ("domain_restriction.get", "domain_restriction.update"),
    "ip_restriction": ("ip_restriction.get", "ip_restriction.update"),
    "captcha_configuration": ("captcha_configuration.get", "captcha_configuration.update"),
    SECOND_FACTORS: (f"{SECOND_FACTORS}.get", f"{SECOND_FACTORS}.update"),
    "authenticator_configuration": (f"{SECOND_FACTORS}.get_totp", f"{SECOND_FACTORS}.update_totp"),
    "duo_configuration": (f"{SECOND_FACTORS}.get_duo", f"{SECOND_FACTORS}.update_duo"),
    "push_configuration": ("push_configuration.get", "push_configuration.update"),
    "security_question_count": ("security_question.get_count", "security_question.update_count"),
}
DOCUMENTS_BY_READER = {reading: document for document, (reading, _) in OPERATIONS.items()}
DOCUMENTS_BY_WRITER = {
    **{writing: document for document, (_, writing) in OPERATIONS.items()},
    "ip_restriction.reset": "ip_restriction",
    "push_configuration.create": "push_configuration",
}


class Administration:
    """The settings of one tenant. `on_change` is called after each change."""

    def __init__(self, client: Client, on_change: Callable[[], object] = dict) -> None:
        self._client = client
        self._on_change = on_change

    @cached_property
    def token(self) -> str:
        """The access token of the machine that manages the tenant."""
        return str(Federation(self._client).machine_token().must_succeed().data["access_token"])

    def call(self, operation: str, *, token: str | None = None, **request: Any) -> ApiResponse:
        """Call an operation with the machine's token, or with another."""
        reply = self._client.call(operation, token=token or self.token, **request)
        self._on_change()
        return reply

    def read(self, document: str) -> Json:
        """Return a document."""
        reading, _ = OPERATIONS[document]
        return self.call(reading).must_succeed().data

    def write(self, document: str, **members: Json) -> Json:
        """Change members of a document, and keep the others; return the document."""
        _, writing = OPERATIONS[document]
        return self.call(writing, body={**self.read(document), **members}).must_succeed().data

    @contextmanager
    def kept(self, *documents: str) -> Iterator[None]:
        """Write documents back at the end as they were."""
        before = {document: self.read(document) for document in documents}
        try:
            yield
        finally:
            for document, members in before.items():
                self.write(document, **members)

    def consent_forms(self, event: str | None = None) -> list[Json]:
        """Return every consent form, or those that ask at an event."""
        if event is None:
            reply = self.call("consent_form.list")
        else:
            reply = self.call("consent_form.list_active", query={"event": event})
        return list(reply.must_succeed().data["Data"])

    def add_consent_form(self, event: str, *options: str, required: bool = True, **members: Json) -> Json:
        """Add a consent form for an event with these options; return the form."""
        asked = [{"ConsentOptionId": option, "IsRequired": required} for option in options]
        body = {"Events": [event], "ConsentOptions": asked, **members}
        return self.call("consent_form.create", body=body).must_succeed().data

    def remove_consent_form(self, version: int) -> ApiResponse:
        """Delete a consent form."""
        return self.call("consent_form.delete", path={"version": str(version)}).must_succeed()

    def consent_options(self) -> dict[str, str]:
        """Return the title of each option of consent forms by its id."""
        listed = self.call("consent_form.list_options").must_succeed().data["Data"]
        return {option["ConsentId"]: option["Title"] for option in listed}

    def add_consent_option(self, title: str) -> str:
        """Add an option for consent forms; return its id."""
        return str(self.call("consent_form.create_option", body={"Title": title}).must_succeed().data["ConsentId"])

    def remove_consent_option(self, option: str) -> ApiResponse:
        """Delete an option of consent forms."""
        return self.call("consent_form.delete_option", path={"option_id": option}).must_succeed()

    def make_sott(self, minutes: int, **members: Json) -> Json:
        """Make a SOTT for an app; it stays in the list, which no operation removes it from."""
        body = {"ExpiresInMinutes": minutes, "Technology": "android", "Comment": "lrh-sott", **members}
        return self.call("sott.create", body=body).must_succeed().data

    def sotts(self) -> list[Json]:
        """Return the SOTTs that were made for apps."""
        return list(self.call("sott.list").must_succeed().data["Data"])

    def provider(self, name: str) -> Json | None:
        """Return the settings of a social provider; None where it is not set up."""
        reply = self.call("social_provider.get", path={"provider": name}, check=False)
        if reply.error_code == ErrorCode.PROVIDER_NOT_CONFIGURED:
            return None
        return reply.must_succeed().data

    def change_provider(self, name: str, **members: Json) -> Json:
        """Set a social provider up, or change it; return its settings."""
        return self.call("social_provider.update", path={"provider": name}, body=members).must_succeed().data

    def remove_provider(self, name: str) -> ApiResponse:
        """Remove a social provider."""
        return self.call("social_provider.delete", path={"provider": name}).must_succeed()

    def order_providers(self, *names: str) -> None:
        """Offer social providers in this order."""
        self.call("social_provider.set_order", body={"Data": list(names)}).must_succeed()

    def restore_provider(self, name: str, before: Json | None) -> None:
        """Write a social provider back as it was; its secret is lost."""
        if before is not None:
            self.change_provider(name, **before)
        elif self.provider(name) is not None:
            self.remove_provider(name)

    def jwt_providers(self) -> dict[str, Json]:
        """Return the providers of JWTs by name."""
        listed = self.call("jwt_provider.list").must_succeed().data["Data"]
        return {provider["AppName"]: provider for provider in listed}

    def add_jwt_provider(self, name: str, **members: Json) -> Json:
        """Add a provider of JWTs, which signs with HS256 unless `members` say otherwise; return its settings."""
        body = {"AppName": name, "Algo": "HS256", "Mapping": {"ID": "sub", "Email": "email"}, **members}
        return self.call("jwt_provider.create", body=body).must_succeed().data

    def change_jwt_provider(self, name: str, **members: Json) -> Json:
        """Change a provider of JWTs; return its settings."""
        return self.call("jwt_provider.update", path={"jwt_app": name}, body=members).must_succeed().data

    def remove_jwt_provider(self, name: str) -> ApiResponse:
        """Remove a provider of JWTs."""
        return self.call("jwt_provider.delete", path={"jwt_app": name}).must_succeed()

    def oauth_providers(self) -> dict[str, Json]:
        """Return the tenant's own providers of OAuth by name."""
        listed = self.call("oauth_provider.list").must_succeed().data["Data"]
        return {provider["ProviderName"]: provider for provider in listed}

    def add_oauth_provider(self, name: str, **members: Json) -> Json:
        """Add a provider of OAuth; return its settings."""
        body = {
            "ProviderName": name, "UserLoginEndpoint": "https://id.example.com/authorize",
            "AccessTokenEndpoint": "https://id.example.com/token", "ApplicationKey": "lrh-app",
            "ApplicationSecret": uuid4().hex, "Scope": "openid", "ResponseType": "code",
            "DataMap": {"ID": "sub", "Email": "email"}, "RequestTokenHttpMethod": "POST", **members,
        }  # fmt: skip
        return self.call("oauth_provider.create", body=body).must_succeed().data

    def change_oauth_provider(self, name: str, **members: Json) -> Json:
        """Change a provider of OAuth; return its settings."""
        return self.call("oauth_provider.update", body={"ProviderName": name, **members}).must_succeed().data

    def remove_oauth_provider(self, name: str) -> ApiResponse:
        """Remove a provider of OAuth."""
        return self.call("oauth_provider.delete", body={"ProviderName": name}).must_succeed()

    def saml_providers(self) -> dict[str, Json]:
        """Return the tenant's own identity providers of SAML by name."""
        listed = self.call("saml_provider.list").must_succeed().data["Data"]
        return {provider["Provider"]: provider for provider in listed}

    def add_saml_provider(self, name: str, **members: Json) -> Json:
        """Add an identity provider of SAML; return its settings."""
        body = {"Provider": name, "DataMap": {"Email": "mail"}, **members}
        return self.call("saml_provider.create", body=body).must_succeed().data

    def change_saml_provider(self, name: str, **members: Json) -> Json:
        """Change an identity provider of SAML; return its settings."""
        body = {"Provider": name, "DataMap": {"Email": "mail"}, **members}
        return self.call("saml_provider.update", path={"saml_provider": name}, body=body).must_succeed().data

    def remove_saml_provider(self, name: str) -> ApiResponse:
        """Remove an identity provider of SAML."""
        return self.call("saml_provider.delete", path={"saml_provider": name}).must_succeed()

    def custom_fields(self, *, active: bool = False) -> dict[str, str]:
        """Return the label of each custom field, or of those that the registration form has, by its name."""
        reply = self.call("custom_field.list_active" if active else "custom_field.list")
        return {field["Key"]: field["Display"] for field in reply.must_succeed().data["Data"]}

    def add_custom_field(self) -> str:
        """Add a custom field; return its name."""
        name = f"lrh-field-{uuid4().hex[:12]}"
        return str(self.call("custom_field.create", body={"CustomField": name}).must_succeed().data["Key"])

    def set_custom_field(self, name: str, **members: Json) -> ApiResponse:
        """Put a custom field on the registration form, or take it off: `Checked=False`."""
        self.require_own_form()
        field = {"Type": "string", "Name": name, "Permission": "w", **members}
        return self.call("custom_field.set", body={"Data": [field]}).must_succeed()

    def require_own_form(self) -> None:
        """Raise UnsupportedByTarget where the form has custom fields of others: a change might take them off."""
        if not all(map(is_test_data, self.custom_fields(active=True))):
            raise UnsupportedByTarget("needs a registration form without custom fields of others")

    def remove_custom_field(self, name: str) -> ApiResponse:
        """Delete a custom field."""
        return self.call("custom_field.delete", path={"cfname": name}).must_succeed()

    def jwt_apps(self) -> dict[str, Json]:
        """Return the apps that get log-ins as JWTs by name."""
        listed = self.call("jwt_integration.list").must_succeed().data["Data"]
        return {app["AppName"]: app for app in listed}

    def add_jwt_app(self, **members: Json) -> Json:
        """Add an app that gets log-ins as JWTs, with HS256 unless `members` say otherwise; return its settings."""
        body = {"AppName": f"lrh-app-{uuid4().hex[:12]}", "Algo": "HS256", "Secret": uuid4().hex, **members}
        return self.call("jwt_integration.create", body=body).must_succeed().data

    def change_jwt_app(self, name: str, **members: Json) -> Json:
        """Change an app that gets log-ins as JWTs; return its settings."""
        return self.call("jwt_integration.update", path={"jwt_app": name}, body=members).must_succeed().data

    def remove_jwt_app(self, name: str) -> ApiResponse:
        """Remove an app that gets log-ins as JWTs."""
        return self.call("jwt_integration.delete", path={"jwt_app": name}).must_succeed()

    def saml_applications(self) -> dict[str, Json]:
        """Return the applications that log users in by SAML by name."""
        listed = self.call("saml_integration.list").must_succeed().data["Data"]
        return {app["AppName"]: app for app in listed}

    def remove_saml_application(self, name: str) -> ApiResponse:
        """Remove an application that logs users in by SAML."""
        return self.call("saml_integration.delete", path={"saml_app": name}).must_succeed()

    def workflows(self) -> dict[str, Json]:
        """Return the workflows by id."""
        listed = self.call("workflow.list").must_succeed().data["Data"]
        return {workflow["Id"]: workflow for workflow in listed}

    def add_workflow(self, data: Json, **members: Json) -> Json:
        """Add a workflow; return it."""
        body = {"Name": f"lrh-workflow-{uuid4().hex[:12]}", "Data": data, **members}
        return self.call("workflow.create", body=body).must_succeed().data

    def change_workflow(self, workflow: str, **members: Json) -> Json:
        """Change a workflow; return it."""
        return self.call("workflow.update", path={"workflow_id": workflow}, body=members).must_succeed().data

    def remove_workflow(self, workflow: str) -> ApiResponse:
        """Delete a workflow."""
        return self.call("workflow.delete", path={"workflow_id": workflow}).must_succeed()

    def workflow_versions(self, workflow: str) -> list[str]:
        """Return the ids of the versions of a workflow."""
        listed = self.call("workflow.list_versions", path={"workflow_id": workflow}).must_succeed().data["Data"]
        return [version["versionId"] for version in listed]

    def questions(self) -> dict[str, str]:
        """Return the text of each security question by its id."""
        listed = self.call("security_question.list").must_succeed().data["Data"]
        return {question["QuestionId"]: question["Question"] for question in listed}

    def add_question(self, text: str) -> str:
        """Add a security question; return its id."""
        return str(self.call("security_question.create", body={"question": text}).must_succeed().data["QuestionId"])

    def change_question(self, question: str, text: str) -> ApiResponse:
        """Change the text of a security question."""
        path = {"question_id": question}
        return self.call("security_question.update", path=path, body={"question": text}).must_succeed()

    def remove_question(self, question: str) -> ApiResponse:
        """Remove a security question."""
        return self.call("security_question.delete", path={"question_id": question}).must_succeed()
