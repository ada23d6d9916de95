"""The one place that makes data fit to be shown.

A secret is replaced by the name of a variable, `${ACCESS_TOKEN}`: one value keeps one name for a whole run, another
gets the next, `${ACCESS_TOKEN_2}`. So a story can still be followed, and a command made of it can be repeated once the
variables are set. Redacted are: secrets by the name of their member, header or parameter; known secrets, tokens and
test passwords by their form, wherever they stand; personal data in answers, unless it is a test person's.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
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
    " twtokensecret fsaccesstoken vkaccesstoken idtoken apikey apisecret xloginradiusapikey xloginradiusapisecret"
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

_REAL_TOKEN_LENGTH = 16  # a shorter one is a tester's junk, and to be seen: no token of the product is that short
_NO_TOKEN = "00000000-0000-0000-0000-000000000000"  # noqa: S105  # how the product says that there is none
_MASK = "**********"  # what the product itself shows of a password
_REVEALING = re.compile(
    r"(?P<jwt>\bey[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*){1,3})"
    r"|(?P<token>\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b)"
    rf"|(?P<password>{PASSWORD_PATTERN})"
    r"|(?P<email>[\w.%+-]+@[\w-]+(?:\.[\w-]+)+)"
)
_NAMED = re.compile(
    r"""(?P<name>[A-Za-z][\w-]*)["']?\s*[=:]\s*"""
    r"""(?:"(?P<double>(?:[^"\\]|\\.)+)"|'(?P<single>(?:[^'\\]|\\.)+)'|(?P<bare>(?:Bearer )?[^\s"'&,;}\]<>]+))"""
)


class Redactor:
    """Redacts for one run. `known` are the target's secrets by the name of their variable."""

    def __init__(self, known: Mapping[str, Secret | None] | None = None) -> None:
        self._variables: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        for name, secret in (known or {}).items():
            if secret:
                self._variable(name, secret.reveal())
        self._known = frozenset(self._variables)

    def url(self, url: str) -> str:
        """A URL with its secret parameters as variables."""
        parts = urlsplit(url)
        pairs = [(name, self._parameter(name, value)) for name, value in parse_qsl(parts.query, keep_blank_values=True)]
        query = "&".join(f"{quote(name, safe='')}={quote(value, safe='${}@:,/')}" for name, value in pairs)
        return parts._replace(query=query).geturl()

    def headers(self, headers: Iterable[tuple[str, str]]) -> dict[str, str]:
        """Header name -> value; the scheme of an Authorization header stays."""
        return {name: self._header(name, value) for name, value in headers}

    def request_body(self, body: Json) -> Json:
        """A JSON value that we sent. Personal data in it is a test person's, and stays."""
        return self._json(body, None, answer=False)

    def answer(self, data: Json) -> Json:
        """A JSON value that the tenant sent; personal data is cut unless it is a test person's."""
        return self._json(data, None, answer=True)

    def text(self, text: str) -> str:
        """Any other text: a page of a gateway, a log line, a traceback."""
        text = _NAMED.sub(self._named, text)
        for value, variable in list(self._variables.items()):
            if self._is_telling(value) and value in text:
                text = text.replace(value, variable)
        return _REVEALING.sub(self._revealing, text)

    def violation(self, violation: Violation) -> Violation:
        """A difference from the contract, without the secret or personal value that differs."""
        name = next((step for step in reversed(violation.pointer.split("/")) if step and not step.isdigit()), "")
        shown = f"hidden {name}" if _is_secret(name) or _is_personal(name) else self.text(violation.actual)
        return replace(violation, actual=shown)

    def _parameter(self, name: str, value: str) -> str:
        return self._secret(name, value) if _is_secret(name, in_query=True) else self._string(value)

    def _header(self, name: str, value: str) -> str:
        if not _is_secret(name):
            return self._string(value)
        scheme, space, rest = value.rpartition(" ")
        return scheme + space + self._secret(name, rest) if scheme in {"Bearer", "Basic"} else self._secret(name, value)

    def _json(self, value: Json, name: str | None, *, answer: bool) -> Json:
        if isinstance(value, dict):
            return {key: self._member(key, item, name, answer=answer) for key, item in value.items()}
        if isinstance(value, list):
            return [self._json(item, name, answer=answer) for item in value]
        if name is not None and isinstance(value, str | int) and not isinstance(value, bool):
            return self._secret(name, str(value))
        return self._string(value) if isinstance(value, str) else value

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
        return _REVEALING.sub(self._revealing, value)

    def _is_telling(self, value: str) -> bool:
        """Whether a secret is one wherever it stands; a PIN or a short password may be an ordinary word elsewhere."""
        return len(value) >= _REAL_TOKEN_LENGTH or value in self._known

    def _named(self, match: re.Match[str]) -> str:
        group = "double" if match["double"] else "single" if match["single"] else "bare"
        if not _is_secret(match["name"]):
            return match[0]
        start, end = match.start(group) - match.start(), match.end(group) - match.start()
        return match[0][:start] + self._header(match["name"], match[group]) + match[0][end:]

    def _revealing(self, match: re.Match[str]) -> str:
        value, kind = match[0], match.lastgroup or ""
        if value == _NO_TOKEN or (kind == "email" and is_test_data(value)):
            return value
        return "***" if kind == "email" else self._variable(kind.upper(), value)

    def _variable(self, name: str, value: str) -> str:
        if value not in self._variables:
            count = self._counts[name] = self._counts.get(name, 0) + 1
            self._variables[value] = f"${{{name}}}" if count == 1 else f"${{{name}_{count}}}"
        return self._variables[value]


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
def _variable_name(name: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return _VARIABLES.get(_plain(name)) or re.sub(r"\W", "_", words).upper().strip("_")
