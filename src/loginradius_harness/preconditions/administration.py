"""Settings of the tenant that an example changes, written back afterwards."""

from functools import partial
from typing import Any
from uuid import uuid4

from loginradius_harness.journey.administration import OPERATIONS
from loginradius_harness.journey.templates import Templates
from loginradius_harness.preconditions.registry import Preconditions, PreconditionUnavailable, precondition

Json = Any

PROVIDER = "foursquare"  # which few tenants use


def _keep(document: str, preconditions: Preconditions) -> Json:
    """Read a document, and write it back at the end."""
    administration = preconditions.journey.administration
    before = administration.read(document)
    preconditions.afterwards(partial(administration.write, document, **before))
    return before


@precondition("security_question", needs=["federation"])
def security_question(preconditions: Preconditions) -> str:
    """Add a security question, and remove it at the end."""
    administration, text = preconditions.journey.administration, f"lrh-question-{uuid4().hex[:12]}"
    question = administration.add_question(text)
    path = {"question_id": question}
    preconditions.afterwards(lambda: administration.call("security_question.delete", path=path))
    preconditions.put("security_question.text", text)
    return question


@precondition("custom_field", needs=["federation"])
def custom_field(preconditions: Preconditions) -> str:
    """Add a custom field, and delete it at the end."""
    administration = preconditions.journey.administration
    name = administration.add_custom_field()
    preconditions.afterwards(lambda: administration.call("custom_field.delete", path={"cfname": name}))
    return name


@precondition("custom_field.form", needs=["custom_field"])
def custom_field_of_form(preconditions: Preconditions) -> str:
    """Return a field that may be put on the registration form."""
    preconditions.journey.administration.require_own_form()
    return str(preconditions.value("custom_field"))


def _template(templates: Templates, name: str, preconditions: Preconditions, **members: Json) -> str:
    """Add a template, and delete it at the end."""
    template = templates.add("forgotpassword", "lrh", **members)
    preconditions.afterwards(lambda: templates.remove_named(template[name]))
    return str(template[name])


@precondition("email_template", needs=["federation"])
def email_template(preconditions: Preconditions) -> str:
    """Add a template for mails."""
    preconditions.put("email_template.type", "forgotpassword")
    return _template(preconditions.journey.mail_templates, "TemplateName", preconditions, Subject="lrh")


@precondition("sms_template", needs=["federation"])
def sms_template(preconditions: Preconditions) -> str:
    """Add a template for SMS."""
    preconditions.put("sms_template.type", "forgotpassword")
    return _template(preconditions.journey.sms_templates, "Name", preconditions)


@precondition("consent_form.option", needs=["federation"])
def consent_form_option(preconditions: Preconditions) -> str:
    """Add an option for consent forms, and delete it at the end."""
    administration = preconditions.journey.administration
    option = administration.add_consent_option(f"lrh-option-{uuid4().hex[:12]}")
    path = {"option_id": option}
    preconditions.afterwards(lambda: administration.call("consent_form.delete_option", path=path))
    return option


@precondition("consent_form", needs=["consent_form.option"])
def consent_form(preconditions: Preconditions) -> str:
    """Add a consent form for an event that nothing else has, and delete it at the end."""
    administration, event = preconditions.journey.administration, f"lrh-event-{uuid4().hex[:12]}"
    form = administration.add_consent_form(event, preconditions.value("consent_form.option"))
    path = {"version": str(form["Version"])}
    preconditions.afterwards(lambda: administration.call("consent_form.delete", path=path))
    preconditions.put("consent_form.version", path["version"])
    preconditions.put("consent_form.event", event)
    return path["version"]


@precondition("social_provider", needs=["federation"])
def social_provider(preconditions: Preconditions) -> str:
    """Set a social provider up where it is not, and restore it at the end."""
    administration = preconditions.journey.administration
    before = administration.provider(PROVIDER)
    if before is not None and before["Key"]:
        raise PreconditionUnavailable(f"the tenant has an app at {PROVIDER}, whose secret could not be written back")
    preconditions.afterwards(partial(administration.restore_provider, PROVIDER, before))
    if before is None:
        administration.change_provider(PROVIDER, Key="lrh-app", Secret="lrh-app-secret")  # noqa: S106  # a made-up one
    return PROVIDER


@precondition("jwt_provider", needs=["federation"])
def jwt_provider(preconditions: Preconditions) -> str:
    """Add a provider of JWTs, and remove it at the end."""
    administration, name = preconditions.journey.administration, f"lrh-jwt-{uuid4().hex[:12]}"
    administration.add_jwt_provider(name, Key=uuid4().hex)
    preconditions.afterwards(lambda: administration.call("jwt_provider.delete", path={"jwt_app": name}))
    return name


@precondition("jwt_integration", needs=["federation"])
def jwt_integration(preconditions: Preconditions) -> str:
    """Add an app that gets log-ins as JWTs, and remove it at the end."""
    administration = preconditions.journey.administration
    name = str(administration.add_jwt_app()["AppName"])
    preconditions.afterwards(lambda: administration.call("jwt_integration.delete", path={"jwt_app": name}))
    return name


@precondition("saml_integration", needs=["federation"])
def saml_integration(preconditions: Preconditions) -> str:
    """Add an application that logs users in by SAML, and remove it at the end."""
    from loginradius_harness.journey import saml  # noqa: PLC0415  # 100 ms

    applications = preconditions.journey.saml
    name = str(applications.add()["AppName"])
    preconditions.afterwards(lambda: applications.call("delete", name))
    hub = preconditions.client.target.hub_url
    _, login = saml.authn_request(f"{hub}/service/saml/idp/login")
    _, logout = saml.logout_request(f"{hub}/service/saml/idp/logout", "nobody", "none")
    preconditions.put("saml_integration.request", saml.in_query(login))
    preconditions.put("saml_integration.posted_request", saml.in_form(login))
    preconditions.put("saml_integration.posted_logout", saml.in_form(logout))
    return name


@precondition("oauth_client", needs=["federation"])
def oauth_client(preconditions: Preconditions) -> str:
    """Make a client of OAuth, and remove it at the end."""
    clients = preconditions.journey.oauth_clients
    name = str(clients.make()["AppName"])
    preconditions.afterwards(lambda: clients.call("delete", name))
    return name


@precondition("workflow", needs=["federation"])
def workflow(preconditions: Preconditions) -> str:
    """Add a workflow of two versions, and delete it at the end."""
    administration = preconditions.journey.administration
    added = str(administration.add_workflow({})["Id"])
    path = {"workflow_id": added}
    preconditions.afterwards(lambda: administration.call("workflow.delete", path=path))
    preconditions.put("workflow.version", administration.workflow_versions(added)[0])
    administration.change_workflow(added, Description="lrh")
    return added


@precondition("oauth_provider", needs=["federation"])
def oauth_provider(preconditions: Preconditions) -> str:
    """Add a provider of OAuth, and remove it at the end."""
    administration, name = preconditions.journey.administration, f"lrh-oauth-{uuid4().hex[:12]}"
    administration.add_oauth_provider(name)
    preconditions.afterwards(lambda: administration.call("oauth_provider.delete", body={"ProviderName": name}))
    return name


@precondition("oauth_integration", needs=["federation"])
def oauth_integration(preconditions: Preconditions) -> str:
    """Make an app of OAuth, and remove it at the end."""
    integrations = preconditions.journey.oauth_integrations
    made = str(integrations.make()["Id"])
    preconditions.afterwards(lambda: integrations.call("delete", made))
    return made


@precondition("saml_provider", needs=["federation"])
def saml_provider(preconditions: Preconditions) -> str:
    """Add an identity provider of SAML, and remove it at the end."""
    administration, name = preconditions.journey.administration, f"lrh-saml-{uuid4().hex[:12]}"
    administration.add_saml_provider(name)
    preconditions.afterwards(lambda: administration.call("saml_provider.delete", path={"saml_provider": name}))
    return name


for _document in OPERATIONS:
    precondition(f"kept.{_document}", needs=["federation"])(partial(_keep, _document))
