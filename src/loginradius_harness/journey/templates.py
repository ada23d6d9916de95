"""Templates of mails and SMS, as a machine manages them (product-facts.md#message-templates)."""

from typing import Any
from uuid import uuid4

from loginradius_harness.client.response import ApiResponse
from loginradius_harness.journey.administration import Administration

Json = Any


class Templates:
    """The templates of one channel. `kind` and `name` are the members that hold a template's type and name."""

    def __init__(self, administration: Administration, group: str, kind: str, name: str) -> None:
        self._administration = administration
        self._group = group
        self._kind = kind
        self._name = name

    def all(self) -> list[Json]:
        """Return every template."""
        return list(self._administration.call(f"{self._group}.list").must_succeed().data["Data"])

    def names(self, kind: str) -> list[str]:
        """Return the names of the templates of a type."""
        return [template[self._name] for template in self.all() if template[self._kind] == kind]

    def add(self, kind: str, text: str, **members: Json) -> Json:
        """Add a template of a type; return it."""
        body = {self._kind: kind, self._name: f"lrh-template-{uuid4().hex[:12]}", "Template": text, **members}
        return self._administration.call(f"{self._group}.create", body=body).must_succeed().data

    def change(self, template: Json, **members: Json) -> Json:
        """Change a template; return it."""
        path, body = {"templatetype": template[self._kind]}, {self._name: template[self._name], **members}
        return self._administration.call(f"{self._group}.update", path=path, body=body).must_succeed().data

    def remove(self, template: Json) -> ApiResponse:
        """Delete a template."""
        path, body = {"templatetype": template[self._kind]}, {self._name: template[self._name]}
        return self._administration.call(f"{self._group}.delete", path=path, body=body).must_succeed()

    def remove_named(self, *names: str) -> None:
        """Delete every template of these names."""
        for template in self.all():
            if template[self._name] in names:
                self.remove(template)


def mail_templates(administration: Administration) -> Templates:
    """Return the templates of mails."""
    return Templates(administration, "email_template", "TemplateType", "TemplateName")


def sms_templates(administration: Administration) -> Templates:
    """Return the templates of SMS."""
    return Templates(administration, "sms_template", "SmsTemplateType", "Name")
