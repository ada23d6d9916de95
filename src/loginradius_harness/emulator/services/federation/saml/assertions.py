"""The answers to requests for a log-in: a signed response with a signed assertion, or with a reason (core 3.3.3)."""

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.federation.saml import subjects
from loginradius_harness.emulator.services.federation.saml.apps import entity_id
from loginradius_harness.emulator.services.federation.saml.documents import Element, instant, saml, samlp, xml_text
from loginradius_harness.emulator.services.federation.saml.signing import signed
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.federation.records import HubSession
from loginradius_harness.emulator.state.federation.saml import SamlApp

STATUS = "urn:oasis:names:tc:SAML:2.0:status:"
SUCCESS = (f"{STATUS}Success",)
NO_PASSIVE = (f"{STATUS}Responder", f"{STATUS}NoPassive")
INVALID_NAME_ID_POLICY = (f"{STATUS}Requester", f"{STATUS}InvalidNameIDPolicy")
UNKNOWN_PRINCIPAL = (f"{STATUS}Requester", f"{STATUS}UnknownPrincipal")
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
BY_PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"  # noqa: S105  # how users log in (inferred)
BASIC = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"


def response(
    call: RequestContext, app: SamlApp, request: str | None, status: tuple[str, ...], *assertions: Element
) -> Element:
    """Return a signed response to the application; `request` is the id of what it answers."""
    about_it = about(call, app.settings.assertion_consumer_service.location, request)
    return signed(samlp.Response(issuer(call, app), status_of(status), *assertions, **about_it), app)


def about(call: RequestContext, destination: str, request: str | None = None) -> dict[str, str]:
    """Return the attributes of a new message."""
    answers = {"InResponseTo": request} if request else {}
    own = {"ID": new_id(call), "Version": "2.0", "IssueInstant": instant(call.now), "Destination": destination}
    return {**own, **answers}


def new_id(call: RequestContext) -> str:
    """Return an id of XML, which starts with no digit."""
    return f"_{call.tenant.identifiers.hex(40)}"


def issuer(call: RequestContext, app: SamlApp) -> Element:
    """Return who a message or an assertion is from."""
    return saml.Issuer(xml_text(entity_id(call, app)))


def status_of(codes: tuple[str, ...]) -> Element:
    """Return a status: a code, and one inside it that says more."""
    first, *further = codes
    return samlp.Status(samlp.StatusCode(*(samlp.StatusCode(Value=code) for code in further), Value=first))


def assertion(
    call: RequestContext, app: SamlApp, account: Account, session: HubSession, request: str | None
) -> Element:
    """Return a signed assertion about a user who is logged in (profiles 4.1.4.2).

    Raise SAML_CLAIM_INVALID for a user without what the application knows users by.
    """
    name = subjects.name_id(call.tenant, app, account, session)
    if not name:
        raise ApiError(ErrorCode.SAML_CLAIM_INVALID)
    told = subjects.attributes(app, account, call.settings)
    ends = instant(call.now + 60 * app.settings.not_on_or_after)
    element = saml.Assertion(
        issuer(call, app),
        _subject(app, name, ends, request),
        _conditions(call, app, ends),
        _authn_statement(app, session),
        *([_attribute_statement(app, told)] if told else []),
        ID=new_id(call),
        Version="2.0",
        IssueInstant=instant(call.now),
    )
    return signed(element, app)


def _subject(app: SamlApp, name: str, ends: str, request: str | None) -> Element:
    answers = {"InResponseTo": request} if request else {}
    recipient = app.settings.assertion_consumer_service.location
    data = saml.SubjectConfirmationData(NotOnOrAfter=ends, Recipient=recipient, **answers)
    return saml.Subject(named(app, name), saml.SubjectConfirmation(data, Method=BEARER))


def named(app: SamlApp, name: str) -> Element:
    """Return a user's name as the application knows it."""
    return saml.NameID(xml_text(name), Format=app.settings.name_id_format)


def _conditions(call: RequestContext, app: SamlApp, ends: str) -> Element:
    """Return for how long and for whom the assertion is; without audiences, for where it is sent (inferred)."""
    audiences = app.settings.audiences or [app.settings.assertion_consumer_service.location]
    restriction = saml.AudienceRestriction(*(saml.Audience(xml_text(audience)) for audience in audiences))
    return saml.Conditions(restriction, NotBefore=instant(call.now), NotOnOrAfter=ends)


def _authn_statement(app: SamlApp, session: HubSession) -> Element:
    return saml.AuthnStatement(
        saml.AuthnContext(saml.AuthnContextClassRef(BY_PASSWORD)),
        AuthnInstant=instant(session.began),
        SessionIndex=subjects.session_index(app, session),
        SessionNotOnOrAfter=instant(session.expires),
    )


def _attribute_statement(app: SamlApp, told: dict[str, list[str]]) -> Element:
    attributes = (
        saml.Attribute(
            *(saml.AttributeValue(xml_text(value)) for value in values),
            Name=xml_text(name),
            NameFormat=xml_text(app.settings.attributes[name].format) or BASIC,
        )
        for name, values in told.items()
    )
    return saml.AttributeStatement(*attributes)
