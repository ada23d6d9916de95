"""The variables of a target's app and its clients, which steps at the tenant's hub send."""

from collections.abc import Container, Iterator

from loginradius_harness.target.target import Target


def app_variables(target: Target) -> dict[str, str]:
    """Return the variables of the target's app and clients; a secret that is not set is absent."""
    app = target.federation
    secrets = {"client_secret": target.oauth_client_secret, "machine_secret": target.machine_client_secret}
    return {
        "app": app.app,
        "client_id": app.client_id,
        "redirect_uri": app.redirect_uri,
        "machine_client_id": app.machine_client_id,
        "audience": app.audience,
        **{name: secret.reveal() for name, secret in secrets.items() if secret},
    }


def unset_secrets(target: Target, wanted: Container[str]) -> Iterator[str]:
    """Yield the environment variables of the secrets that are among the `wanted` variables and are not set."""
    if "client_secret" in wanted and target.oauth_client_secret is None:
        yield target.federation.client_secret_env
    if "machine_secret" in wanted and target.machine_client_secret is None:
        yield target.federation.machine_secret_env
