"""XML of SAML messages: read without trust, written, and brought into the forms of the bindings."""

import re
import zlib
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from datetime import UTC, datetime
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker

Element = Any  # of lxml, which has no types

PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
SPACES = {"samlp": PROTOCOL, "saml": ASSERTION, "md": METADATA, "ds": SIGNATURE}
LARGEST = 100_000  # bytes of a message, which a compressed one must not exceed either

samlp, saml, md, ds = (ElementMaker(namespace=space, nsmap={name: space}) for name, space in SPACES.items())

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2


class UnreadableError(Exception):
    """A text that is no message."""


def parse(text: bytes) -> Element:
    """Return the root of a document. Raise UnreadableError for what is no XML, is too large or has a DTD."""
    if len(text) > LARGEST:
        raise UnreadableError
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise UnreadableError from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableError
    return root


def decode(text: str, *, deflated: bool) -> bytes:
    """Return the bytes of a message in a query (deflated) or in a form. Raise UnreadableError."""
    try:
        raw = b64decode("".join(text.split()), validate=True)
        if not deflated:
            return raw
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        inflated = inflater.decompress(raw, LARGEST + 1)
    except (NotBase64, ValueError, zlib.error):
        raise UnreadableError from None
    return inflated


def encode(root: Element, *, deflated: bool) -> str:
    """Return a message as a query (deflated) or a form carries it."""
    text = serialized(root)
    if deflated:
        deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        text = deflater.compress(text) + deflater.flush()
    return b64encode(text).decode()


def serialized(root: Element) -> bytes:
    """Return a document as it is sent."""
    return bytes(etree.tostring(root))


def text_of(element: Element | None) -> str:
    """Return the whole text of an element without blanks around it; empty for None."""
    return "" if element is None else "".join(element.itertext()).strip()


def xml_text(value: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return _NOT_XML.sub("", value)


def instant(seconds: float) -> str:
    """Return a time as SAML writes it (core 1.3.3)."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
