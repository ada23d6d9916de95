"""Invented people."""

import re
import subprocess
import sys

from loginradius_harness.journey.people import PASSWORD_PATTERN, is_test_data, new_person, new_phone


def test_persons_are_distinct() -> None:
    people = [new_person() for _ in range(100)]
    for name in ("email", "phone", "username", "password", "answer"):
        assert len({getattr(person, name) for person in people}) == 100


FORKED = """
import os
from loginradius_harness.journey.people import new_person
forked = os.fork() == 0
os.write(1, new_person().email.encode() + b" ")  # in one piece, unlike print
if not forked:
    os.wait()
"""


def test_forked_processes_make_different_people() -> None:
    """`locust --processes` forks its workers."""
    done = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, text=True, check=True)
    assert len(set(done.stdout.split())) == 2


def test_everything_about_a_person_is_recognisable() -> None:
    person = new_person()
    assert re.fullmatch(r"lrh-[0-9a-f]{8}-\d+@example\.com", person.email)
    assert all(map(is_test_data, (person.email, person.phone, person.username, person.first_name, person.last_name)))
    assert re.fullmatch(PASSWORD_PATTERN.removeprefix(r"\b"), person.password)


def test_address_follows_the_mailbox() -> None:
    assert re.fullmatch(r"qa\+lrh-[0-9a-f]{8}-\d+@corp\.example", new_person("qa+{tag}@corp.example").email)


def test_phones_are_those_reserved_for_fiction() -> None:
    for _ in range(300):
        assert re.fullmatch(r"\+1[2-9]\d{2}55501\d{2}", new_phone())


def test_strangers_are_not_taken_for_test_people() -> None:
    assert not any(map(is_test_data, ("ada@real.example", "+442071838750", "Ada", "shlrh-1@example.com")))


def test_repr_keeps_the_secrets() -> None:
    person = new_person()
    shown = repr(person)
    assert person.password not in shown
    assert person.pin not in shown
    assert person.answer not in shown
