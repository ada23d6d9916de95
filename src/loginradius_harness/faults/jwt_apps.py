"""Log-ins to apps as JWTs."""

from loginradius_harness.emulator.handlers import jwt
from loginradius_harness.emulator.services.federation import jwt_apps
from loginradius_harness.faults.registry import Faults

faults = Faults("jwt_apps")

faults.replace_source(
    "token_names_nobody",
    "jwt_apps.token_names_the_user",
    jwt_apps.token,
    "**user_claims(account, SCOPE, call.settings),",
    "",
)
faults.replace_source(
    "token_lives_for_ever",
    "jwt_apps.token_names_the_user",
    jwt_apps.token,
    "int(call.now) + app.seconds",
    "int(call.now) + 315_360_000",
)
faults.replace_source(
    "nonce_is_forgotten",
    "jwt_apps.nonce_is_in_the_token",
    jwt_apps.token,
    '{"nonce": nonce} if nonce else {}',
    "{}",
)
faults.replace_source(
    "parameter_has_another_name",
    "jwt_apps.browser_comes_back_with_a_token",
    jwt.authorize,
    "{app.parameter: ",
    "{'token': ",
)
faults.replace_source(
    "redirect_address_matches_by_prefix",
    "jwt_apps.redirect_address_is_registered",
    jwt.authorize,
    "address not in app.redirect_uris",
    "not address.startswith(tuple(app.redirect_uris))",
)
