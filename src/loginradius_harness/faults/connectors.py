"""Log-ins to shops and sites outside."""

from loginradius_harness.emulator.handlers import bigcommerce_sso, perfectmind_sso
from loginradius_harness.emulator.services.federation import connectors
from loginradius_harness.faults.registry import Faults

faults = Faults("connectors")

for name, rule, function, old, new in (
    ("key_signs_instead_of_the_secret", "login_names_the_user", connectors.multipass,
     "sha256(store.secret.encode())", "sha256(call.tenant.key.encode())"),
    ("client_id_signs_instead_of_the_secret", "login_names_the_user", connectors.customer_login,
     "jwt.SharedKey(store.client_secret)", "jwt.SharedKey(store.client_id)"),
    ("all_users_are_one", "login_names_the_user", connectors.multipass,
     '"email": address_of(account)', '"email": "ada@example.com"'),
    ("all_customers_are_one", "login_names_the_user", connectors.customer_login,
     'f"{name} {address_of(call.account).lower()}"', "name"),
    ("return_url_is_dropped", "return_url_is_kept", connectors.multipass, '"return_to": back', '"return_to": None'),
    ("any_password_is_verified", "password_is_verified", bigcommerce_sso.validate_password,
     'return {"verified": False}\n    return', "pass\n    return"),
    ("unknown_address_is_verified", "password_is_verified", bigcommerce_sso.validate_password,
     'None:\n        return {"verified": False}', 'None:\n        return {"verified": True}'),
    ("lock_is_told_as_not_verified", "wrong_passwords_count", bigcommerce_sso.validate_password, "raise\n", "pass\n"),
    ("contacts_are_the_sites", "contacts_are_the_users", perfectmind_sso._key,
     'f"{call.query[SITE]} {email.lower()}"', "call.query[SITE]"),
    ("every_link_is_new", "first_log_in_links", perfectmind_sso.get_session, "links.get(key) is None", "True"),
    ("forged_payload_is_believed", "installation_is_proved", connectors._has_signed,
     "hmac.compare_digest(expected, given) and", ""),
    ("any_code_will_do", "installation_is_proved", connectors.installed_at, "code == store.code", "True"),
    ("unknown_shop_is_the_first", "unknown_shop_is_refused", connectors.known,
     "raise ApiError(ErrorCode.PARAMETER_MALFORMED)", "return next(iter(outside.values()))"),
):  # fmt: skip
    faults.replace_source(name, f"connectors.{rule}", function, old, new)
