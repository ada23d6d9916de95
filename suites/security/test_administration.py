"""Rows 54 and 56: who may manage a tenant's settings, and what of them is shown."""

import json
from typing import Any
from uuid import uuid4

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey

Json = Any

pytestmark = pytest.mark.preset("administration")

OTHER_AUDIENCE = "https://api.example.com"
SECRETS: dict[str, Json] = {
    "captcha_configuration": {"HCaptcha": {"SiteKey": "lrh-site", "PrivateKey": "{secret}"}},
    "authenticator_configuration": {"AccountSecretKey": "{secret}"},
    "duo_configuration": {"ClientId": "lrh-duo", "ClientSecret": "{secret}"},
    "push_configuration": {"NotificationService": "AWS", "AWSsettings": {"SecretKey": "{secret}"}},
}


def _machine_token(journey: Journey, **request: str) -> str:
    return str(journey.federation.machine_token(**request).must_succeed().data["access_token"])


@pytest.mark.security(54, "ASVS 5.0 9.2.3")
@pytest.mark.rule("administration.token_serves_its_audience_only")
def test_token_for_another_api_manages_nothing(journey: Journey, api: Client) -> None:
    other = _machine_token(journey, audience=OTHER_AUDIENCE)
    api.call("password_policy.get", token=other).must_be_refused(ErrorCode.ACCESS_TOKEN_INVALID)
    api.call("password_policy.get", token=_machine_token(journey)).must_succeed()


@pytest.mark.security(54, "ASVS 5.0 8.2.1", "API5:2023")
@pytest.mark.rule("administration.scope_decides")
def test_token_that_may_read_does_not_write(journey: Journey, api: Client) -> None:
    reader = _machine_token(journey, scope="settings:read")
    policy = api.call("password_policy.get", token=reader).must_succeed().data
    refused = api.call("password_policy.update", token=reader, body=policy)
    refused.must_be_refused(ErrorCode.ADDITIONAL_API_SECRET_NOT_ALLOWED)


@pytest.mark.security(54, "ASVS 5.0 8.2.1", "API5:2023")
@pytest.mark.rule("administration.machine_token_is_required")
def test_token_of_a_user_manages_nothing(journey: Journey, api: Client) -> None:
    session = journey.log_in(journey.verified_person())
    api.call("password_policy.get", token=session.token).must_be_refused(ErrorCode.ACCESS_TOKEN_INVALID)


@pytest.mark.security(56, "ASVS 5.0 8.2.3", "API3:2023")
@pytest.mark.rule("administration.secrets_are_not_shown")
@pytest.mark.parametrize("document", SECRETS)
def test_secret_among_the_settings_is_never_read(journey: Journey, document: str) -> None:
    secret = f"lrh-{uuid4().hex}"
    with journey.administration.kept(document):
        sent = json.loads(json.dumps(SECRETS[document]).replace("{secret}", secret))
        written = journey.administration.write(document, **sent)
        assert secret not in json.dumps([written, journey.administration.read(document)])


@pytest.mark.security(56, "ASVS 5.0 8.2.3", "API3:2023")
@pytest.mark.rule("administration.secrets_are_not_shown")
def test_secret_of_a_social_provider_is_never_read(journey: Journey) -> None:
    administration, secret, name = journey.administration, f"lrh-{uuid4().hex}", f"lrh{uuid4().hex[:12]}"
    written = administration.change_provider(name, Secret=secret, AppleSecretConfiguration={"PrivateKey": secret})
    shown = [written, administration.provider(name), administration.call("social_provider.list").data]
    administration.remove_provider(name)
    assert secret not in json.dumps(shown)


@pytest.mark.security(56, "ASVS 5.0 8.2.3", "API3:2023")
@pytest.mark.rule("administration.secrets_are_not_shown")
def test_secret_of_a_client_is_shown_when_it_is_made_and_never_read(journey: Journey) -> None:
    clients, secret = journey.oauth_clients, f"lrh-{uuid4().hex}"
    with clients.made(Secret=secret) as client:
        assert client["ClientSecret"] == secret
        name = client["AppName"]
        shown = [clients.change(name, Secret=secret), clients.read(name), clients.all()]
    assert secret not in json.dumps(shown)


@pytest.mark.security(56, "ASVS 5.0 8.2.3", "API3:2023")
@pytest.mark.rule("administration.secrets_are_not_shown")
def test_secret_of_an_app_of_oauth_is_shown_when_it_is_made_and_never_read(journey: Journey) -> None:
    integrations = journey.oauth_integrations
    with integrations.made() as made:
        name = made["Id"]
        shown = [integrations.change(name, AllowedScopes=["email"]), integrations.read(name), integrations.all()]
    assert made["ClientSecret"] not in json.dumps(shown)


@pytest.mark.security(56, "ASVS 5.0 8.2.3", "API3:2023")
@pytest.mark.rule("administration.secrets_are_not_shown")
def test_secret_of_a_provider_of_oauth_is_never_read(journey: Journey) -> None:
    administration, secret, name = journey.administration, f"lrh-{uuid4().hex}", f"lrh-{uuid4().hex[:12]}"
    shown = [administration.add_oauth_provider(name, ApplicationSecret=secret)]
    shown.append(administration.change_oauth_provider(name, ApplicationSecret=secret))
    shown.append(administration.oauth_providers())
    administration.remove_oauth_provider(name)
    assert secret not in json.dumps(shown)


@pytest.mark.security(56, "ASVS 5.0 8.2.3", "API3:2023")
@pytest.mark.rule("administration.secrets_are_not_shown")
def test_key_of_a_provider_of_saml_is_never_read(journey: Journey) -> None:
    administration, name = journey.administration, f"lrh-{uuid4().hex[:12]}"
    path, sent = {"saml_provider": name}, {"Certificate": "none", "Key": f"lrh-{uuid4().hex}"}
    shown = [administration.add_saml_provider(name, IdpCertificate=sent)]
    shown.append(administration.change_saml_provider(name, IdpCertificate=sent))
    shown.append(administration.call("saml_provider.renew_certificate", path=path).must_succeed().data)
    shown.append(administration.saml_providers()[name])
    administration.remove_saml_provider(name)
    text = json.dumps(shown)
    assert sent["Key"] not in text
    assert "PRIVATE KEY" not in text


@pytest.mark.security(56, "ASVS 5.0 8.2.3", "API3:2023")
@pytest.mark.rule("administration.secrets_are_not_shown")
def test_key_of_a_provider_of_jwts_is_never_read(journey: Journey) -> None:
    administration, secret, name = journey.administration, f"lrh-{uuid4().hex}", f"lrh-{uuid4().hex[:12]}"
    shown = [administration.add_jwt_provider(name, Key=secret), administration.change_jwt_provider(name, Key=secret)]
    shown.append(administration.jwt_providers())
    administration.remove_jwt_provider(name)
    assert secret not in json.dumps(shown)


@pytest.mark.security(56, "ASVS 5.0 8.2.3", "API3:2023")
@pytest.mark.rule("administration.secrets_are_not_shown")
def test_key_of_an_app_that_gets_jwts_is_never_read(journey: Journey) -> None:
    administration, secret = journey.administration, f"lrh-{uuid4().hex}"
    shown = [added := administration.add_jwt_app(Secret=secret)]
    name = added["AppName"]
    shown.append(administration.change_jwt_app(name, Secret=secret))
    shown.append(administration.call("jwt_integration.get", path={"jwt_app": name}).data)
    shown.append(administration.jwt_apps())
    administration.remove_jwt_app(name)
    assert secret not in json.dumps(shown)


@pytest.mark.security(56, "ASVS 5.0 8.2.3", "API3:2023")
@pytest.mark.rule("administration.secrets_are_not_shown")
def test_keys_of_a_saml_application_are_never_read(journey: Journey) -> None:
    applications, secret = journey.saml, f"lrh-{uuid4().hex}"
    shown = [added := applications.add(SpCertificate={"Key": secret})]
    name = added["AppName"]
    shown += [applications.change(name, SpCertificate={"Key": secret}), applications.renew(name)]
    shown += [applications.call("get", name).data, journey.administration.saml_applications()[name]]
    journey.administration.remove_saml_application(name)
    assert all(app["IdpCertificate"]["Certificate"] for app in shown)
    assert secret not in json.dumps(shown)
    assert "PRIVATE KEY" not in json.dumps(shown)
