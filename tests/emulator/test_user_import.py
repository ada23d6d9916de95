"""Importing users: hashes of other systems, CSV and JSON files, refusals."""

import json
from base64 import b64encode
from hashlib import sha1
from pathlib import Path
from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.control import user_import
from loginradius_harness.emulator.control.routes import InvalidControlCallError
from loginradius_harness.emulator.core import foreign_hashes
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Ask, Control

ANN = "ann@example.com"
SCRYPT = (
    "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830da"
    "c727afb94a83ee6d8360cbdfa2cc0640"
)
HASHES = {  # password and its hash, from the documents of the algorithms and of the systems that use them
    "bcrypt": ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
    "Argon2id": (
        "correct horse battery staple",
        "$argon2id$v=19$m=65536,t=3,p=4$MIIRqgvgQbgj220jfp0MPA$YfwJSVjtjSU0zzV/P3S9nnQ/USre2wvJMjfCIjrTQbg",
    ),
    "Django (RFC 6070)": ("password", "pbkdf2_sha1$4096$salt$SwB5AbdlSJq+rUnZJvch0GWkKcE="),
    "Werkzeug PBKDF2 (RFC 6070)": ("password", "pbkdf2:sha1:4096$salt$4b007901b765489abead49d926f721d065a429c1"),
    "Werkzeug scrypt (RFC 7914)": ("password", f"scrypt:1024:8:16$NaCl${SCRYPT}"),
    "Passlib": (
        "password",
        "$pbkdf2-sha256$6400$0ZrzXitFSGltTQnBWOsdAw$Y11AchqV4b0sUisdZd0Xr97KWoymNE0LNNrnEgY4H9M",
    ),
    "LDAP, unsalted": ("abc", "{SHA}qZk+NkcGgWq6PiVxeFDCbJzQ2J0="),
    "MD5 (RFC 1321)": ("abc", "900150983cd24fb0d6963f7d28e17f72"),
    "SHA-1 (FIPS 180)": ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    "SHA-256 (FIPS 180)": ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
}


@pytest.mark.parametrize("name", HASHES)
def test_hash_fits_its_password_only(name: str) -> None:
    password, stored = HASHES[name]
    foreign_hashes.check(stored)
    assert foreign_hashes.matches(password.encode(), stored)
    assert not foreign_hashes.matches(f"{password}x".encode(), stored)


def test_salted_ldap_hash_fits_its_password_only() -> None:
    stored = "{SSHA}" + b64encode(sha1(b"password" + b"salt").digest() + b"salt").decode()  # noqa: S324  # that form
    assert foreign_hashes.matches(b"password", stored)
    assert not foreign_hashes.matches(b"passwords", stored)


@pytest.mark.parametrize(
    "stored",
    ["", "secret", "$1$salt$hash", "$2b$99$" + "a" * 53, "scrypt:3:8:1$salt$zz", "pbkdf2_sha256$0$salt$aGFzaA=="],
)
def test_unknown_form_is_refused(stored: str) -> None:
    with pytest.raises(foreign_hashes.UnknownHashError, match="no known form"):
        foreign_hashes.check(stored)
    assert not foreign_hashes.matches(b"secret", stored)


def test_parameters_that_an_algorithm_does_not_take_fit_no_password() -> None:
    assert not foreign_hashes.matches(b"secret", "scrypt:3:8:1$salt$abcd")
    assert not foreign_hashes.matches(b"secret", "$argon2id$v=19$m=1,t=0,p=0$YWJj$YWJj")
    assert not foreign_hashes.matches(b"a\0b", HASHES["bcrypt"][1])


def test_imported_user_logs_in_with_the_old_password(ask: Ask, control: Control, tenant: Tenant) -> None:
    password, stored = HASHES["bcrypt"]
    user = {
        "Email": ANN,
        "PasswordHash": stored,
        "FirstName": "Ann",
        "Roles": ["admin"],
        "CustomFields": {"plan": "pro"},
    }
    answer = control("POST users", {"users": [user]})
    assert answer.status == 200
    logged_in = ask("authentication.login_by_email", body={"email": ANN, "password": password})
    assert (logged_in.data["Profile"]["Uid"], logged_in.data["Profile"]["FirstName"]) == (answer.data["uids"][0], "Ann")
    assert logged_in.data["Profile"]["CustomFields"] == {"plan": "pro"}
    assert ask("authentication.login_by_email", body={"email": ANN, "password": "U*V"}).code == 966
    assert ask("role.get_roles_by_uid", path={"uid": answer.data["uids"][0]}).data == {"Roles": ["admin"]}
    assert len(tenant.outbox.find()) == 0


def test_imported_user_changes_the_password(ask: Ask, control: Control) -> None:
    password, stored = HASHES["Django (RFC 6070)"]
    control("POST users", {"users": [{"Email": ANN, "PasswordHash": stored}]})
    token = ask("authentication.login_by_email", body={"email": ANN, "password": password}).data["access_token"]
    change = {"oldPassword": password, "newPassword": "another horse 8"}
    assert ask("authentication.change_password", token=token, body=change).status == 200
    assert ask("authentication.login_by_email", body={"email": ANN, "password": "another horse 8"}).status == 200


def test_user_may_be_unverified_blocked_or_without_password(ask: Ask, control: Control) -> None:
    users: list[dict[str, Any]] = [
        {"Email": "a@example.com", "Password": "correct horse 7", "EmailVerified": False},
        {"Email": "b@example.com", "Password": "correct horse 7", "IsActive": False},
        {"PhoneId": "+15550100100"},
    ]
    assert control("POST users", {"users": users}).status == 200
    codes = [
        ask("authentication.login_by_email", body={"email": user["Email"], "password": "correct horse 7"}).code
        for user in users[:2]
    ]
    assert codes == [ErrorCode.EMAIL_NOT_VERIFIED, ErrorCode.ACCOUNT_BLOCKED]


@pytest.mark.parametrize(
    ("user", "reason"),
    [
        ({"Emal": ANN}, "user 2: a user has no 'Emal'; did you mean 'Email'?"),
        ({"Email": "a"}, "user 2: "),
        ({"Email": "first@example.com"}, f"({ErrorCode.EMAIL_ALREADY_EXISTS})"),
        ({"Email": ANN, "PasswordHash": "secret"}, "user 2: PasswordHash is in no known form."),
        ({"Email": ANN, "Roles": [1]}, "user 2: Roles is not a list of names"),
        ({"FirstName": "Ann"}, "user 2: "),
    ],
)
def test_one_refused_user_imports_none(control: Control, tenant: Tenant, user: dict[str, Any], reason: str) -> None:
    answer = control("POST users", {"users": [{"Email": "first@example.com", "Password": "secret 77"}, user]})
    assert answer.status == 400
    assert reason in answer.data["error"]
    assert "secret" not in answer.data["error"]
    assert len(tenant.accounts) == 0


def written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


CSV = """\ufeffEmail,FirstName,EmailVerified,PasswordHash,Roles,CustomFields.plan,Country
ann@example.com,Ann,false,{SHA}qZk+NkcGgWq6PiVxeFDCbJzQ2J0=,admin;editor,pro,"{""Name"": ""France""}"
bob@example.com,,,,,,
"""
USERS = [
    {
        "Email": ANN,
        "FirstName": "Ann",
        "EmailVerified": False,
        "PasswordHash": "{SHA}qZk+NkcGgWq6PiVxeFDCbJzQ2J0=",
        "Roles": "admin;editor",
        "CustomFields": {"plan": "pro"},
        "Country": {"Name": "France"},
    },
    {"Email": "bob@example.com"},
]


@pytest.mark.parametrize(
    ("name", "text"), [("users.csv", CSV), ("u.json", json.dumps(USERS)), ("u.json", json.dumps({"users": USERS}))]
)
def test_file_is_read(tmp_path: Path, name: str, text: str) -> None:
    assert user_import.read(written(tmp_path, name, text)) == USERS


@pytest.mark.parametrize(
    ("name", "text"),
    [("u.json", "[1]"), ("u.json", "{}"), ("u.json", "nothing"), ("u.csv", "Email\na,b\n")],
)
def test_unreadable_file_is_refused(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(InvalidControlCallError, match="neither CSV with a head nor a JSON list"):
        user_import.read(written(tmp_path, name, text))
