"""Settings of what surrounds accounts: messages, records, OAuth, and the network."""

from typing import Annotated, Literal

import msgspec

from loginradius_harness.emulator.core.oauth_client import OAuthClient, default_clients
from loginradius_harness.emulator.core.settings.connectors import BigCommerceStore, PerfectMindSite, ShopifyStore
from loginradius_harness.emulator.core.settings.groups import Count, Duration, Lifetime, Text, Texts, group
from loginradius_harness.emulator.core.settings.jwt_app import JwtApp
from loginradius_harness.emulator.core.settings.logins import LoginSettings
from loginradius_harness.emulator.core.settings.oauth_integration import OAuthIntegration

_messages = group("Messages and limits")
_data = group("Records, webhooks and plan")
_federation = group("OAuth and OpenID Connect")
_organizations = group("Organizations")
_connectors = group("Connectors")
_network = group("Request signing and network")


class ServiceSettings(LoginSettings, kw_only=True):
    """What the tenant offers beside accounts."""

    # product-facts.md#rate-limits
    sms_provider: Annotated[bool, _messages("An SMS provider is configured")] = True
    mail_limit: Annotated[
        Count, _messages("Mails to an address in a period; 0 is off (EMAIL_SENDING_LIMIT_EXCEEDED)")
    ] = 0
    mail_window_seconds: Annotated[Duration, _messages("The period of mails and generated tokens")] = 1_440 * 60
    sms_limit: Annotated[Count, _messages("SMS to a number in a period; 0 is off (SMS_SENDING_LIMIT_EXCEEDED)")] = 0
    sms_window_seconds: Annotated[Duration, _messages("The period of SMS and generated OTPs")] = 300
    token_limit: Annotated[
        Count, _messages("Generated tokens of an account in a period; 0 is off (TOKEN_GENERATION_LIMIT_EXCEEDED)")
    ] = 0
    otp_limit: Annotated[
        Count, _messages("Generated OTPs of an account in a period; 0 is off (OTP_GENERATION_LIMIT_EXCEEDED)")
    ] = 0
    rate_limit_per_second: Annotated[Count, _messages("Requests of the tenant in a second; 0 is off")] = 0
    rate_limit_envelope: Annotated[bool, _messages("A 429 has a body", inferred=True)] = False
    retry_after_seconds: Annotated[
        int, _messages("Retry-After of a 429; 0: no header", inferred=True, ge=0, le=86_400)
    ] = 0

    # product-facts.md#roles-and-records, #webhooks
    custom_objects: Annotated[Texts, _data("Names of configured custom objects")] = msgspec.field(
        default_factory=lambda: ["customobject"]
    )
    any_custom_object: Annotated[bool, _data("An unknown object name counts as configured")] = True
    custom_object_limit: Annotated[int, _data("Records of an account and object", ge=0, le=1_000_000)] = 1000
    deleted_objects_listed: Annotated[
        bool, _data("Deleted records stay in the list of custom objects, marked and counted")
    ] = False
    high_concurrency: Annotated[bool, _data("The tenant has the high concurrency API (ENDPOINT_NOT_IN_PLAN)")] = False
    custom_fields: Annotated[Texts, _data("Names allowed in CustomFields; empty allows all, up to 15")] = msgspec.field(
        default_factory=list
    )
    webhook_limit: Annotated[
        int, _data("Subscriptions of an event; that they count by event is inferred", ge=0, le=10_000)
    ] = 5
    webhook_secret: Annotated[Text, _data("Key that signs deliveries; empty: the API secret")] = ""
    webhook_insecure_targets: Annotated[bool, _data("Targets of webhooks may be plain http")] = True
    webhook_private_targets: Annotated[
        bool, _data("Deliveries may go to addresses that are not public: loopback, private, metadata", inferred=True)
    ] = True
    webhook_hosts: Annotated[Texts, _data("Hosts beside this machine that deliveries are really sent to")] = (
        msgspec.field(default_factory=list)
    )
    journal_kept: Annotated[int, _data("Requests that the journal keeps, the newest", ge=1, le=60_000)] = 2_000
    disabled_features: Annotated[Texts, _data("Groups of operations outside the plan (ENDPOINT_NOT_IN_PLAN)")] = (
        msgspec.field(default_factory=list)
    )
    api_key_disabled: Annotated[bool, _data("The API key is disabled (API_KEY_NOT_ALLOWED)")] = False

    # product-facts.md#federation
    federation_apps: Annotated[Texts, _federation("Names of the apps, each for OpenID Connect and for OAuth")] = (
        msgspec.field(default_factory=lambda: ["emulated"])
    )
    oauth_clients: Annotated[
        list[OAuthClient], _federation("Clients with their secret and, in the names of RFC 7591, their metadata")
    ] = msgspec.field(default_factory=default_clients)
    oauth_integrations: Annotated[
        list[OAuthIntegration], _federation("Apps of OAuth, each with its own client, as management makes them")
    ] = msgspec.field(default_factory=list)
    jwt_apps: Annotated[list[JwtApp], _federation("Apps that get log-ins as JWTs")] = msgspec.field(
        default_factory=list
    )
    authorization_code_seconds: Annotated[Lifetime, _federation("Life of an authorization code")] = 50
    oauth_token_seconds: Annotated[Lifetime, _federation("Life of an access token or id token")] = 3_600
    oauth_refresh_seconds: Annotated[Lifetime, _federation("Life of a refresh token")] = 86_400
    machine_token_seconds: Annotated[Lifetime, _federation("Life of the access token of a machine")] = 86_400
    device_code_seconds: Annotated[Lifetime, _federation("Life of a device code")] = 1_800
    device_poll_seconds: Annotated[Lifetime, _federation("Shortest time between two questions of a device")] = 10
    hub_session_seconds: Annotated[Lifetime, _federation("Life of a log-in at the hosted page")] = 600
    device_verified_url: Annotated[Text, _federation("Page that a user sees who has allowed a device")] = (
        "https://app.example.com/device"
    )
    dynamic_registration: Annotated[
        bool, _federation("Clients of OpenID Connect may register themselves", inferred=True)
    ] = True
    pushed_requests: Annotated[bool, _federation("Authorization requests may be pushed", inferred=True)] = True

    # product-facts.md#organizations
    organizations: Annotated[bool, _organizations("Organizations (B2B Identity) are on")] = False
    dns_texts: Annotated[dict[Text, Texts], _organizations("TXT records by domain: the DNS that is asked")] = (
        msgspec.field(default_factory=dict)
    )

    invitation_seconds: Annotated[Lifetime, _organizations("Life of an invitation", inferred=True)] = 604_800

    # product-facts.md#connectors
    shopify_stores: Annotated[dict[Text, ShopifyStore], _connectors("Shops of Shopify by the name that calls use")] = (
        msgspec.field(default_factory=dict)
    )
    bigcommerce_stores: Annotated[
        dict[Text, BigCommerceStore], _connectors("Shops of BigCommerce by the name that calls use")
    ] = msgspec.field(default_factory=dict)
    perfectmind_sites: Annotated[
        dict[Text, PerfectMindSite], _connectors("Sites of PerfectMind by the name that calls use")
    ] = msgspec.field(default_factory=dict)

    # product-facts.md#request-signing
    request_signing: Annotated[
        Literal["off", "preferred", "strict"],
        _network("Whether management calls are signed instead of carrying the secret"),
    ] = "off"
    blocked_ips: Annotated[Texts, _network("Addresses that are refused (IP_ADDRESS_NOT_ALLOWED)")] = msgspec.field(
        default_factory=list
    )
    allowed_ips: Annotated[Texts, _network("The only addresses that are not refused; empty: all")] = msgspec.field(
        default_factory=list
    )
    max_body_bytes: Annotated[int, _network("Largest body of a request", ge=1, le=1_000_000_000)] = 1_000_000
    gzip: Annotated[bool, _network("Responses are compressed for clients that accept gzip", inferred=True)] = True
