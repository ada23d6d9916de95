"""Paging and field selection."""

from loginradius_harness.emulator.handlers import social_data
from loginradius_harness.emulator.http import field_selection
from loginradius_harness.emulator.server.app import RequestCycle
from loginradius_harness.faults.registry import Faults

faults = Faults("projection")

PROJECTS = "return select_fields(data, fields) if fields else data"

faults.replace_source(
    "fields_are_ignored",
    "wire.fields_project",
    RequestCycle._handle,
    PROJECTS,
    "return data",
)
faults.replace_source(
    "inner_fields_are_ignored",
    "wire.fields_project",
    field_selection._pick,
    "{name: _pick(value, tree[name.lower()])",
    "{name: value",
)
faults.replace_source(
    "slash_is_not_understood",
    "wire.fields_project",
    field_selection._head,
    'part.find("/")',
    "-1",
)
faults.replace_source(
    "parentheses_are_not_understood",
    "wire.fields_project",
    field_selection._head,
    'part.find("(")',
    "-1",
)
faults.replace_source(
    "field_names_must_have_their_case",
    "wire.fields_project",
    field_selection.select_fields,
    "fields.lower()",
    "fields",
)
faults.replace_source(
    "star_means_nothing",
    "wire.fields_project",
    field_selection._pick,
    ' or "*" in tree',
    "",
)
faults.replace_source(
    "missing_field_is_null",
    "wire.unknown_field_is_absent",
    RequestCycle._handle,
    PROJECTS,
    """if not fields:
        return data
    kept = select_fields(data, fields)
    return {**dict.fromkeys(name for name in fields.split(",") if name.isalnum() and name not in data), **kept}""",
)
faults.replace_source(
    "refusals_are_projected_from_a_profile",
    "wire.fields_project",
    RequestCycle._handle,
    PROJECTS,
    'return {**select_fields(data, fields), "Uid": data.get("Uid")} if fields else data',
)
faults.replace_source(
    "second_page_repeats_an_item",
    "social_data.get_contact",
    social_data.read_page,
    "content[start:end]",
    "content[max(0, start - 1) : end]",
)
faults.replace_source(
    "cursor_never_ends",
    "social_data.get_contact",
    social_data.read_page,
    'str(end) if end < len(content) else ""',
    "str(end)",
)
faults.replace_source(
    "photos_are_of_every_album",
    "social_data.get_photo",
    social_data.read_photos,
    'if photo.get("AlbumId") == album]',
    "]",
)
