"""Invented users whose names, addresses and numbers are recognisable as test data."""

import re
from dataclasses import dataclass, field
from itertools import count
from secrets import randbelow, token_hex, token_urlsafe

PASSWORD_PATTERN = r"\bTst-Pw1![\w-]{8,}"  # noqa: S105  # the pattern of test passwords, by which redaction finds them

_NUMBERS = count(1)

# North America reserves 555-0100 to 555-0199 in each area code for fiction.
_AREA_CODES = [area for area in range(201, 990) if area % 100 != 11 and area // 10 % 10 != 9]  # noqa: PLR2004  # N11, N9X
_PHONES = count(randbelow(len(_AREA_CODES) * 100))

_TEST_DATA = re.compile(r"(?i)(?<![a-z0-9])lrh[-_]|^\+?1[2-9]\d{2}55501\d{2}$")


@dataclass(frozen=True)
class Person:
    """An invented user. `uid` and `id` are empty until the tenant has assigned them."""

    email: str
    phone: str
    username: str
    first_name: str
    last_name: str
    password: str = field(repr=False)
    pin: str = field(repr=False)
    answer: str = field(repr=False)
    uid: str = ""
    id: str = ""


def new_person(address: str = "{tag}@example.com") -> Person:
    """Return a new person. `address` is the pattern of the e-mail address; `{tag}` becomes unique."""
    tag = f"lrh-{token_hex(4)}-{next(_NUMBERS)}"  # random each time: workers forked from one process have its state
    return Person(
        email=address.replace("{tag}", tag),
        phone=new_phone(),
        username=tag.replace("-", "_"),
        first_name="Lrh-First",
        last_name="Lrh-Last",
        password=new_password(),
        pin=f"{randbelow(10**6):06}",
        answer=f"answer-{token_hex(4)}",
    )


def new_phone() -> str:
    """Return a phone number in E.164 form that is reserved for fiction.

    There are 70,000; each process starts at a random one.
    """
    area, line = divmod(next(_PHONES), 100)
    return f"+1{_AREA_CODES[area % len(_AREA_CODES)]}55501{line:02}"


def new_password() -> str:
    """Return a random password of 20 characters that every password policy of the product accepts."""
    return f"Tst-Pw1!{token_urlsafe(9)}"


def is_test_data(value: str) -> bool:
    """Return whether an address, name or number looks like one that this module invents."""
    return bool(_TEST_DATA.search(value))
