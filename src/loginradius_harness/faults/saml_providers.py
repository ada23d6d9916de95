"""Identity providers of SAML of the tenant's own."""

from loginradius_harness.emulator.handlers import saml_provider, social, social_provider
from loginradius_harness.emulator.services.administration import saml_providers
from loginradius_harness.emulator.services.federation.saml import documents, responses, service_provider, signing
from loginradius_harness.faults.registry import Faults

faults = Faults("saml_providers")

for name, rule, function, old, new in (
    ("change_is_not_kept", "providers_follow_changes", saml_provider.update,
     "{**saml_providers.stored(call.tenant)[name], **_said(call)}", "saml_providers.stored(call.tenant)[name]"),
    ("other_settings_are_forgotten", "providers_follow_changes", saml_provider.update,
     "{**saml_providers.stored(call.tenant)[name], **_said(call)}",
     "{**saml_providers.stored(call.tenant)[name], 'IdentityProvider': {}, **_said(call)}"),
    ("removed_provider_stays", "providers_follow_changes", saml_provider.delete,
     "if name != gone", ""),
    ("added_provider_stays_off", "provider_logs_users_in", saml_provider.create,
     "social_provider.switch_on(call, name)", "pass"),
    ("removed_provider_logs_in", "provider_logs_users_in", social.exchange,
     "raise ApiError(ErrorCode.PROVIDER_NOT_CONFIGURED)", "pass"),
    ("unlisted_provider_is_offered", "listed_provider_is_offered", saml_providers.published,
     "if name not in unlisted", ""),
    ("mapping_is_stored_only", "mapping_decides", service_provider.arrive,
     'provider["DataMap"]', "{}"),
    ("subject_stands_in_for_the_identifier", "mapping_decides", service_provider._user,
     'wanted.get("id", assertion.subject)', 'wanted.get("id") or assertion.subject'),
    ("renewed_certificate_is_not_kept", "certificate_is_renewed", saml_provider.renew_certificate,
     "**_certificate(call)", ""),
    ("request_is_not_signed", "certificate_is_renewed", signing.signed_query,
     "_key(app.key).sign(query.encode(), padding.PKCS1v15(), hashes.SHA256())", "bytes(256)"),
    ("unsigned_response_logs_in", "response_is_signed_by_the_provider", responses._signed_assertion,
     "return _verified(_only_assertion(response), expected)", "return _only_assertion(response)"),
    ("any_signer_logs_in", "response_is_signed_by_the_provider", responses._verified,
     "expected.certificate", "element.findtext('.//ds:X509Certificate', namespaces=SPACES)"),
    ("unsigned_part_is_read", "signed_part_alone_is_read", signing.verified,
     ('if message is None or message.tag != root.tag or message.get("ID") != root.get("ID"):\n'
      "        raise WrongSignatureError\n    return message"), "return root"),
    ("signature_elsewhere_will_do", "signed_part_alone_is_read", responses._signed_assertion,
     "return _verified(_only_assertion(response), expected)",
     "_verified(response.find('.//saml:Assertion[ds:Signature]', SPACES), expected); return _only_assertion(response)"),
    ("first_assertion_is_read", "signed_part_alone_is_read", responses._signed_assertion,
     "return _verified(_only_assertion(response), expected)",
     "_verified(response[-1], expected); return response.find('saml:Assertion', SPACES)"),
    ("audience_does_not_matter", "response_is_meant_for_the_tenant", responses.read,
     "_require_audience(assertion, expected)", "pass"),
    ("recipient_does_not_matter", "response_is_meant_for_the_tenant", responses._confirmation,
     'data.get("Recipient") == expected.address and ', ""),
    ("late_response_logs_in", "response_is_current", responses._require_current,
     "_seconds(ends) > expected.now - SKEW_SECONDS", "True"),
    ("early_response_logs_in", "response_is_current", responses._require_current,
     "_seconds(begins) <= expected.now + SKEW_SECONDS", "True"),
    ("response_is_taken_twice", "response_logs_in_once", service_provider._use_once,
     'raise RefusedResponseError("The assertion has been taken already.")', "pass"),
    ("unasked_response_logs_in", "response_answers_a_request", service_provider._return_address,
     'not provider["IsIdpInitiated"]', "False"),
    ("answered_request_does_not_matter", "response_answers_a_request", service_provider._return_address,
     'raise RefusedResponseError("The response answers no request that waits for it.")', 'return form["relaystate"]'),
    ("document_type_is_read", "document_type_is_refused", documents.parse,
     "root.getroottree().docinfo.internalDTD is not None", "False"),
    ("name_is_given_twice", "unknown_provider_is_refused", social_provider.new_name,
     " or name in (*taken, *_providers(call), *call.settings.custom_jwt_providers)", ""),
):  # fmt: skip
    faults.replace_source(name, f"saml_providers.{rule}", function, old, new)

faults.replace_source(
    "key_is_shown", "administration.secrets_are_not_shown", saml_provider._shown, "if part not in SECRETS", ""
)
