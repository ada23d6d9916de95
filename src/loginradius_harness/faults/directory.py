"""The cloud directory."""

from loginradius_harness.emulator.handlers import custom_object
from loginradius_harness.emulator.services.directory import insights, pages, query, rows, values
from loginradius_harness.faults.registry import Faults

faults = Faults("directory")

for name, rule, function, old, new in (
    ("unequal_is_equal", "directory.operators_compare", query._rule, " == (operator == straight)", ""),
    ("case_does_not_matter", "directory.operators_compare", query._equal,
     "bool(value == given)", "str(value).lower() == str(given).lower()"),
    ("limit_is_left_out", "directory.operators_compare", query._fits,
     '_in_order(value, ">=", given[0])', '_in_order(value, ">", given[0])'),
    ("part_of_a_word_is_enough", "directory.operators_compare", query._fits,
     "bool(terms(str(given)) & terms(str(value)))", "str(given).lower() in str(value).lower()"),
    ("texts_compare_by_case", "directory.operators_compare", values.terms, ".lower()", ""),
    ("null_exists", "directory.operators_compare", values._items, "elif value is not None:", "else:"),
    ("numbers_are_texts", "directory.operators_compare", values.like, "return number(value)", "return value"),
    ("birth_dates_are_texts", "directory.operators_compare", values._date_span,
     "if month_first else text", "if False else text"),
    ("or_is_and", "directory.groups_combine", query._group, "any(fitting)", "all(fitting)"),
    ("and_is_or", "directory.groups_combine", query._group, "else all(fitting)", "else any(fitting)"),
    ("inner_groups_are_ignored", "directory.groups_combine", query._rule,
     'return _group(rule["group"], row, depth + 1)', "return True"),
    ("next_page_begins_anew", "directory.pages_hold_every_row_once", pages._turn,
     "page.keys[page.size :]", "page.keys"),
    ("total_is_of_the_page", "directory.pages_hold_every_row_once", pages.first_page,
     '"total": len(found)', '"total": min(size, len(found))'),
    ("size_does_not_matter", "directory.pages_hold_every_row_once", pages.first_page,
     'call.body.get("size") or USUAL_SIZE', "USUAL_SIZE"),
    ("page_never_expires", "directory.pages_expire", pages.next_page, "page.expires <= call.now or ", ""),
    ("period_does_not_matter", "directory.period_is_of_creation", pages.created_within,
     "if begin <= row.created <= end", ""),
    ("period_runs_backwards", "directory.period_is_of_creation", pages.period, "if first[0] >= last[0]", "if False"),
    ("row_shows_the_password", "directory.rows_are_profiles", rows._profile, "if name not in _SECRET", ""),
    ("records_of_all_objects", "directory.unknown_object_is_refused", custom_object.configured_name,
     "raise ApiError(ErrorCode.CUSTOM_OBJECT_NAME_INVALID)", "pass"),
    ("lists_are_not_entered", "directory.records_are_found", values._items, "if isinstance(value, list):", "if False:"),
    ("profile_is_left_out", "directory.records_are_found", rows.users_with_records,
     '**_profile(tenant, account), "CustomObject"', '"CustomObject"'),
    ("range_holds_everybody", "directory.figures_follow_the_users", insights._count,
     "(begin is None or begin <= value) and ", ""),
    ("intervals_are_values", "directory.figures_follow_the_users", insights.figure, "value // width * width", "value"),
    ("greatest_is_least", "directory.figures_follow_the_users", insights.figure,
     "_COMPUTED[kind](numbers)", '_COMPUTED["min" if kind == "max" else kind](numbers)'),
):  # fmt: skip
    faults.replace_source(name, rule, function, old, new)
