"""Custom fields that management makes."""

from loginradius_harness.emulator.handlers import custom_field
from loginradius_harness.emulator.services import registration
from loginradius_harness.emulator.services.administration import custom_fields
from loginradius_harness.emulator.state import profile
from loginradius_harness.faults.registry import Faults

faults = Faults("custom_fields")

for name, rule, function, old, new in (
    ("created_field_is_not_kept", "custom_fields.created_field_can_be_used", custom_field.create,
     'change_settings(call, {"custom_fields": [*known, name]})', "pass"),
    ("deleted_field_stays", "custom_fields.created_field_can_be_used", custom_field.delete,
     "if name != gone", ""),
    ("unset_field_is_named", "custom_fields.created_field_can_be_used", custom_field.list_names,
     "list(call.settings.custom_fields)", "[field['Name'] for field in custom_fields.active(call.tenant)]"),
    ("set_field_is_not_kept", "custom_fields.form_follows_changes", custom_field.set_fields,
     "custom_fields.put(call.tenant, fields)", "pass"),
    ("field_stays_on_the_form", "custom_fields.form_follows_changes", custom_fields.active,
     'if field.get("Checked", True)', ""),
    ("deleted_field_stays_on_the_form", "custom_fields.form_follows_changes", custom_field.delete,
     "custom_fields.remove(call.tenant, gone)", "pass"),
    ("required_field_may_be_missing", "custom_fields.required_field_is_asked", registration._enrol,
     "custom_fields.require(tenant, account)", "pass"),
    ("limit_is_said_only", "custom_fields.limit_is_kept", custom_field.create,
     " or len(known) >= MAX_CUSTOM_FIELDS", ""),
    ("field_is_created_twice", "custom_fields.wrong_name_is_refused", custom_field.create, "name in known or ", ""),
    ("unknown_field_is_set", "custom_fields.wrong_name_is_refused", custom_field._require,
     "if name not in call.settings.custom_fields", "if False"),
    ("deleted_field_blocks_the_profile", "custom_fields.users_keep_values_of_deleted_fields", profile.write,
     "if name not in before or before[name] != value", ""),
):  # fmt: skip
    faults.replace_source(name, rule, function, old, new)
