"""Templates of mails and SMS."""

from loginradius_harness.emulator.handlers import configuration, email_template, sms_template
from loginradius_harness.emulator.services.administration import message_templates
from loginradius_harness.emulator.state.message_sender import MessageSender
from loginradius_harness.emulator.state.outbox.templates import MessageTemplate, MessageTemplates
from loginradius_harness.faults.registry import Faults

faults = Faults("message_templates")

for name, rule, function, old, new in (
    ("added_one_is_not_kept", "message_templates.listed_until_deleted", message_templates.add,
     "call.tenant.templates.put(template)", "pass"),
    ("deleted_one_stays", "message_templates.listed_until_deleted", message_templates.remove,
     "call.tenant.templates.made.remove(gone.key)", "pass"),
    ("changed_mail_stays", "message_templates.listed_until_deleted", email_template.update,
     "call.tenant.templates.put(after)", "pass"),
    ("changed_sms_stays", "message_templates.listed_until_deleted", sms_template.update,
     "call.tenant.templates.put(after)", "pass"),
    ("new_names_are_not_public", "message_templates.listed_until_deleted", configuration._names,
     "if template.type == of_type", 'if template.type == of_type and template.name == "default"'),
    ("named_one_is_ignored", "message_templates.named_template_writes_the_message", MessageTemplates.chosen,
     "next(iter(named), None) or ", ""),
    ("placeholders_stay", "message_templates.named_template_writes_the_message", MessageTemplate.filled,
     '.replace("#GUID#", token or "").replace("#OTP#", otp or "")', ""),
    ("subject_is_forgotten", "message_templates.named_template_writes_the_message", MessageSender._add,
     "written.subject or None", "None"),
    ("default_is_ignored", "message_templates.default_template_writes_the_rest", MessageTemplates.chosen,
     "if template.default", "if False"),
    ("former_default_stays", "message_templates.default_template_writes_the_rest", MessageTemplates.put,
     "if template.default", "if False"),
    ("inactive_one_is_used", "message_templates.inactive_template_is_not_used", MessageTemplates.chosen,
     " and template.active", ""),
    ("taken_name_is_replaced", "message_templates.wrong_name_is_refused", message_templates.add,
     "if call.tenant.templates.find(template.channel, template.type, template.name)", "if False"),
):  # fmt: skip
    faults.replace_source(name, rule, function, old, new)
