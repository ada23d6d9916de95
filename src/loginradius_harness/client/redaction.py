"""Redact secrets and personal data before anything leaves the process.

A secret is replaced by a variable, `${ACCESS_TOKEN}`. A value keeps its variable for a whole run; the next value gets
the next one, `${ACCESS_TOKEN_2}`. So a sequence of requests remains readable, and a command can be repeated once its
variables are set. Redacted are the values of secret members, headers and parameters; known secrets, tokens and test
passwords wherever they occur; personal data in responses, unless it is an invented person's. Words of a text are left
alone. The time is linear in the length of the text: no pattern starts twice within a run of characters that it matches.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from loginradius_harness.client.secrets import Secret
from loginradius_harness.contracts import Violation
from loginradius_harness.journey.people import PASSWORD_PATTERN, is_test_data

Json = Any


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Names are compared in lower case without `_` and `-`.
_CODES = _names(
    "password oldpassword newpassword confirmpassword passwordhash otp pin oldpin newpin answer securityanswer"
    " securityquestionanswer backupcode backupcodes authenticatorcode googleauthenticatorcode qrcode manualentrycode"
    " setcookie cookie digest signature"
)
_TOKENS = _names(
    "accesstoken refreshtoken sessiontoken token sott xloginradiussott authorization resettoken forgottoken"
    " verificationtoken deletetoken vtoken candidatetoken consenttoken pinauthtoken secondfactorauthenticationtoken"
    " secondfactorvalidationtoken lastpasswordchangetoken clientguid grecaptcharesponse hcaptcharesponse"
    " qqcaptchaticket qqcaptcharandstr fbaccesstoken googleaccesstoken googleauthcode lnaccesstoken twaccesstoken"
    " twtokensecret fsaccesstoken vkaccesstoken idtoken idtokenhint clientsecret codeverifier devicecode"
    " registrationaccesstoken samlresponse apikey apisecret xloginradiusapikey xloginradiusapisecret"
)
_QUERY_TOKENS = _names("key secret code")  # secrets in a query, ordinary words in a body
_PERSONAL = _names(
    "phone phoneid phonenumber phoneno2fa otpphoneno username firstname middlename lastname fullname nickname"
    " profilename birthdate website city hometown localcity localcountry lastloginlocation address1 address2 postalcode"
    " ip lastloginip imageurl thumbnailimageurl profileurl externaluserloginid"
)
_VARIABLES = {
    "authorization": "ACCESS_TOKEN", "xloginradiussott": "SOTT", "key": "HARNESS_API_KEY", "apikey": "HARNESS_API_KEY",
    "xloginradiusapikey": "HARNESS_API_KEY", "secret": "HARNESS_API_SECRET", "apisecret": "HARNESS_API_SECRET",
    "xloginradiusapisecret": "HARNESS_API_SECRET",
}  # fmt: skip

VARIABLE = re.compile(r"(\$\{[A-Z][A-Z0-9_]*\})")
_REAL_TOKEN_LENGTH = 16  # every token of the product is longer; a shorter one is a test's wrong value, and shown
_NO_TOKEN = "00000000-0000-0000-0000-000000000000"  # noqa: S105  # the product's value for none
_REDIRECT = "location"  # an address whose query may hold a code
_TOO_DEEP = "JSON nested too deeply to be shown"
_MASK = "**********"  # what the product shows in place of a password

# What is secret by its form -> a text that must occur for the pattern to be worth a search.
_FORMS = {
    "jwt": ("ey", re.compile(r"(?<![\w-])ey[\w-]{8,}+\.[\w-]{8,}+(?:\.[\w-]*+){1,3}")),
    "token": ("-", re.compile(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b")),
    "password": ("Tst-Pw1!", re.compile(PASSWORD_PATTERN)),
    "saml_response": ("SAMLResponse", re.compile(r'(?<=name="SAMLResponse" value=")[\w+/=]++')),  # in a page's form
    "email": ("@", re.compile(r"(?<![\w.%+-])[\w.%+-]++@[\w-]++(?:\.[\w-]++)++")),
}
_MAY_HAVE_A_FORM = re.compile("|".join(re.escape(needed) for needed, _ in _FORMS.values())).search
_PLAIN_TYPES = frozenset({int, float, bool, type(None)})
_WORD = re.compile(r"[\w-]{16,}+")  # what may be a known token
_PLAIN_WORD = re.compile(r"[\w-]+")

_REDACTED = r"""(?!["']{0,3}\$\{[A-Z])"""  # no variable follows, quoted for a shell or not

# A member of an object in JSON or Python, `"name": "value"` or `"name": 1234`.
_MEMBER = re.compile(
    rf"""(?P<start>["'](?P<name>[A-Za-z][\w-]{{0,60}})["']\s{{0,4}}:\s{{0,4}}){_REDACTED}"""
    r"""(?P<value>"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'|\d++)"""
)
# A parameter of a URL or form, or an assignment: `name=value`, `name = "value"`.
_PARAMETER = re.compile(
    rf"""(?<![\w-])(?P<start>(?P<name>[A-Za-z][\w-]{{0,60}})(?:\s?=\s?(?=["'])|=)){_REDACTED}"""
    r"""(?P<value>"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'|[^\s"'&,;}\]<>]++)"""
)
_HEADER = re.compile(
    r"""(?i)(?<![\w-])(?P<start>(?P<name>authorization|(?:set-)?cookie|digest|x-loginradius-[\w-]{1,40})\s?:\s?)"""
    rf"""(?P<value>(?:Bearer |Basic )?{_REDACTED}[^\s"'&,;<>]++)"""
)


class Redactor:
    """Redacts for one run. `known` are the target's secrets by the name of their variable."""

    def __init__(self, known: Mapping[str, Secret | None] | None = None) -> None:
        self._variables: dict[str, str] = {}
        self._odd: list[str] = []  # the values among them that are more than one word
        self._counts: dict[str, int] = {}
        self._known: frozenset[str] = frozenset()
        for name, secret in (known or {}).items():
            if secret:
                self._variable(name, secret.reveal())
        self._known = frozenset(self._variables)
        self._odd = [value for value in self._variables if len(value) < _REAL_TOKEN_LENGTH or not _is_word(value)]

    def url(self, url: str) -> str:
        """Return a URL with variables in place of secret parameters."""
        parts = urlsplit(url)
        pairs = [(name, self._parameter(name, value)) for name, value in parse_qsl(parts.query, keep_blank_values=True)]
        query = "&".join(f"{quote(name, safe='')}={_quoted(value)}" for name, value in pairs)
        return parts._replace(query=query).geturl()

    def headers(self, headers: Iterable[tuple[str, str]]) -> dict[str, str]:
        """Return header name -> value; the scheme of an Authorization header stays."""
        return {name: self._header(name, value) for name, value in headers}

    def request_body(self, body: Json) -> Json:
        """Redact a JSON value that was sent. Personal data in it is an invented person's, and stays."""
        return self._whole(body, answer=False)

    def answer(self, data: Json) -> Json:
        """Redact a JSON value that was received, personal data as well unless it is an invented person's."""
        return self._whole(data, answer=True)

    def text(self, text: str) -> str:
        """Redact any other text: a page of a gateway, a log line, a traceback, a shell command."""
        if ":" in text:
            text = _HEADER.sub(self._named, _MEMBER.sub(self._named, text))
        if "=" in text:
            text = _PARAMETER.sub(self._named, text)
        for value in self._odd:
            if value in text:
                text = text.replace(value, self._variables[value])
        return self._forms(_WORD.sub(self._known_word, text))

    def violation(self, violation: Violation) -> Violation:
        """Redact a violation: the value that differs may be secret or personal."""
        name = next((step for step in reversed(violation.pointer.split("/")) if step and not step.isdigit()), "")
        shown = f"hidden {name}" if _is_secret(name) or _is_personal(name) else self.text(violation.actual)
        return replace(violation, actual=shown)

    def _parameter(self, name: str, value: str) -> str:
        return self._secret(name, value) if _is_secret(name, in_query=True) else self._string(value)

    def _header(self, name: str, value: str) -> str:
        if name.lower() == _REDIRECT:
            return self.url(value)
        if not _is_secret(name):
            return self._string(value)
        scheme, space, rest = value.rpartition(" ")
        return scheme + space + self._secret(name, rest) if scheme in {"Bearer", "Basic"} else self._secret(name, value)

    def _whole(self, value: Json, *, answer: bool) -> Json:
        try:
            return self._json(value, None, answer=answer)
        except RecursionError:
            return _TOO_DEEP

    def _json(self, value: Json, name: str | None, *, answer: bool) -> Json:
        if isinstance(value, dict):
            if name is None:
                return self._object(value, answer=answer)
            return {key: self._member(key, item, name, answer=answer) for key, item in value.items()}
        if isinstance(value, list):
            return [self._json(item, name, answer=answer) for item in value]
        if name is not None and isinstance(value, str | int) and not isinstance(value, bool):
            return self._secret(name, str(value))
        return self._string(value) if isinstance(value, str) else value

    def _object(self, value: dict[str, Json], *, answer: bool) -> Json:
        """Redact an object that is not part of a secret. Most members of a large answer are plain: be quick there."""
        shown = {}
        known = self._variables
        for key, item in value.items():
            kind = type(item)
            if key == _REDIRECT and kind is str:
                shown[key] = self.url(item)
            elif _is_told(key) or not (kind in _PLAIN_TYPES or kind is str):
                shown[key] = self._member(key, item, None, answer=answer)
            elif kind is str and (item in known or _MAY_HAVE_A_FORM(item)):
                shown[key] = self._string(item)
            else:
                shown[key] = item
        return shown

    def _member(self, key: str, value: Json, name: str | None, *, answer: bool) -> Json:
        if value is None:
            return None
        if name is not None or _is_secret(key):  # everything below a secret member is secret: answers, backup codes
            return self._json(value, key if _is_secret(key) else name, answer=answer)
        if answer and _is_personal(key) and isinstance(value, str) and value:
            return value if is_test_data(value) else "***"
        return self._json(value, None, answer=answer)

    def _secret(self, name: str, value: str) -> str:
        junk = len(value) < _REAL_TOKEN_LENGTH and _plain(name) not in _CODES
        return value if junk or value in {"", _NO_TOKEN, _MASK} else self._variable(_variable_name(name), value)

    def _string(self, value: str) -> str:
        if value in self._variables and self._is_telling(value):
            return self._variables[value]
        return self._forms(value)

    def _forms(self, text: str) -> str:
        for kind, (needed, pattern) in _FORMS.items():
            if needed in text:
                text = pattern.sub(partial(self._form, kind), text)
        return text

    def _form(self, kind: str, match: re.Match[str]) -> str:
        value = match[0]
        if value == _NO_TOKEN or (kind == "email" and is_test_data(value)):
            return value
        return "***" if kind == "email" else self._variable(kind.upper(), value)

    def _is_telling(self, value: str) -> bool:
        """Return whether a secret is one wherever it occurs; a PIN or a short password may be an ordinary word."""
        return len(value) >= _REAL_TOKEN_LENGTH or value in self._known

    def _known_word(self, match: re.Match[str]) -> str:
        return self._variables.get(match[0], match[0])

    def _named(self, match: re.Match[str]) -> str:
        value = match["value"]
        quote_mark = value[0] if value[0] in "\"'" else ""
        inner = value[1:-1] if quote_mark else value
        if not _is_secret(match["name"]):
            return match[0]
        return match["start"] + quote_mark + self._header(match["name"], inner) + quote_mark

    def _variable(self, name: str, value: str) -> str:
        if value not in self._variables:
            count = self._counts[name] = self._counts.get(name, 0) + 1
            self._variables[value] = f"${{{name}}}" if count == 1 else f"${{{name}_{count}}}"
            if self._is_telling(value) and not _is_word(value):
                self._odd.append(value)
        return self._variables[value]


def _quoted(value: str) -> str:
    """Quote a value for a URL, apart from variables; curl reads other braces as several URLs."""
    return "".join(part if VARIABLE.fullmatch(part) else quote(part, safe="$@:,/") for part in VARIABLE.split(value))


def _is_word(value: str) -> bool:
    return bool(_PLAIN_WORD.fullmatch(value))


@lru_cache(maxsize=4096)  # names are few, but a fuzzed request may carry any
def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "").strip()


@lru_cache(maxsize=4096)  # names are few, but a fuzzed request may carry any
def _is_secret(name: str, *, in_query: bool = False) -> bool:
    plain = _plain(name)
    return plain in _CODES or plain in _TOKENS or (in_query and plain in _QUERY_TOKENS)


@lru_cache(maxsize=4096)  # names are few, but a fuzzed request may carry any
def _is_personal(name: str) -> bool:
    return _plain(name) in _PERSONAL


@lru_cache(maxsize=4096)  # names are few, but a fuzzed request may carry any
def _is_told(name: str) -> bool:
    """Return whether the name alone says that a text is redacted."""
    return _is_secret(name) or _is_personal(name)


@lru_cache(maxsize=4096)  # names are few, but a fuzzed request may carry any
def _variable_name(name: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return _VARIABLES.get(_plain(name)) or re.sub(r"\W", "_", words).upper().strip("_")
