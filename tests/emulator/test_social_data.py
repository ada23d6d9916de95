"""What a provider keeps about a person, as the tenant passes it on; and the script behind it."""

import asyncio
from collections.abc import Callable
from typing import Any, Literal

import httpx
import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.server.app import App
from loginradius_harness.emulator.state.social_provider import DEEPEST
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Ask, Control, Member

ProviderUser = Callable[..., dict[str, str]]

KINDS = {  # read -> providers that have it
    "get_activity": {"facebook", "linkedin", "twitter", "vkontakte"},
    "get_album": {"facebook", "google", "live", "vkontakte"},
    "get_audio": {"live", "vkontakte"},
    "get_check_in": {"facebook", "foursquare", "vkontakte"},
    "get_company": {"facebook", "linkedin"},
    "get_contact": {"facebook", "foursquare", "google", "linkedin", "live", "twitter", "vkontakte", "yahoo"},
    "get_event": {"facebook", "live"},
    "get_following": {"twitter"},
    "get_group": {"facebook", "vkontakte"},
    "get_like": {"facebook"},
    "get_mention": {"twitter"},
    "get_post": {"facebook"},
    "get_status": {"facebook", "linkedin", "twitter", "vkontakte"},
    "get_video": {"facebook", "google", "live", "vkontakte"},
}
PROVIDERS = sorted(set[str]().union(*KINDS.values()))


@pytest.fixture
def log_in(ask: Ask, provider_user: ProviderUser) -> Callable[..., str]:
    """`log_in(provider, **script)`: the access token of a log-in with a provider."""

    def log_in(provider: str, **options: Any) -> str:
        query = {"token": provider_user(provider, id="7", **options)["request_token"]}
        return str(ask("social.exchange_access_token", query=query).data["access_token"])

    return log_in


@pytest.mark.preset("default", social_providers=PROVIDERS)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_provider_gives_what_it_has_and_nothing_else(ask: Ask, log_in: Callable[..., str], provider: str) -> None:
    token = log_in(provider)
    answers = {
        f"{read}{form}": ask(f"social_data.{read}{form}", token=token) for read in KINDS for form in ("", "_raw")
    }
    assert {read for read, answer in answers.items() if answer.status == 200} == {
        f"{read}{form}" for read, providers in KINDS.items() if provider in providers for form in ("", "_raw")
    }
    assert {answer.code for answer in answers.values() if answer.status != 200} == {
        ErrorCode.PROVIDER_ENDPOINT_NOT_SUPPORTED
    }


def test_session_without_provider_has_no_social_data(ask: Ask, person: Member) -> None:
    token = ask("account.get_access_token_by_uid", query={"uid": person.uid}).data["access_token"]
    for operation in ("social_data.get_album", "social_data.get_album_raw", "social_data.get_user_profile_raw"):
        assert ask(operation, token=token).code == ErrorCode.PROVIDER_ENDPOINT_NOT_SUPPORTED


def test_content_names_its_owner(ask: Ask, log_in: Callable[..., str]) -> None:
    token = log_in("facebook", profile={"FirstName": "Ada", "LastName": "Byron"})
    album = ask("social_data.get_album", token=token).data[0]
    assert (album["OwnerId"], album["OwnerName"]) == ("7", "Ada Byron")


def test_photos_are_those_of_the_album(ask: Ask, log_in: Callable[..., str]) -> None:
    token = log_in("facebook")
    albums = [album["ID"] for album in ask("social_data.get_album", token=token).data]
    photos = [ask("social_data.get_photo", query={"albumid": album}, token=token).data for album in albums]
    assert [{photo["AlbumId"] for photo in found} for found in photos] == [{album} for album in albums]
    assert ask("social_data.get_photo", query={"albumid": "none"}, token=token).data == []
    assert ask("social_data.get_photo", token=token).code == ErrorCode.ALBUM_MISSING


def test_page_is_found_by_its_name(ask: Ask, log_in: Callable[..., str]) -> None:
    token = log_in("linkedin")
    assert ask("social_data.get_page", query={"pagename": "ExampleBakery"}, token=token).data["ID"] == "1001"
    assert ask("social_data.get_page", query={"pagename": "nobody"}, token=token).code == ErrorCode.PAGE_ID_INVALID
    assert ask("social_data.get_page", token=token).code == ErrorCode.PAGE_ID_INVALID


def test_page_without_a_name_is_not_named_none(ask: Ask, log_in: Callable[..., str]) -> None:
    token = log_in("facebook", content={"page": [{"ID": "1"}]})
    assert ask("social_data.get_page_raw", query={"pagename": "none"}, token=token).code == ErrorCode.PAGE_ID_INVALID


def test_raw_form_has_the_names_of_the_provider(ask: Ask, log_in: Callable[..., str]) -> None:
    item = {"ID": "1", "CoverImageUrl": None, "OwnerName": "Ada", "can_upload": True, "From": [{"ID": "7"}]}
    token = log_in("facebook", content={"album": [item]})
    assert ask("social_data.get_album_raw", token=token).data == {
        "data": [{"id": "1", "owner_name": "Ada", "can_upload": True, "from": [{"id": "7"}]}]
    }


def test_raw_photos_and_pages_are_those_that_are_asked_for(ask: Ask, log_in: Callable[..., str]) -> None:
    token = log_in("facebook")
    photos = ask("social_data.get_photo_raw", query={"albumid": "702"}, token=token).data["data"]
    assert [photo["id"] for photo in photos] == ["7f2"]
    assert ask("social_data.get_page_raw", query={"pagename": "ExampleBakery"}, token=token).data["id"] == "1001"
    assert ask("social_data.get_photo_raw", token=token).code == ErrorCode.ALBUM_MISSING
    assert ask("social_data.get_page_raw", query={"pagename": "x"}, token=token).code == ErrorCode.PAGE_ID_INVALID


def test_raw_contacts_come_page_by_page(ask: Ask, log_in: Callable[..., str]) -> None:
    token = log_in("facebook", content={"contact": [{"ID": str(number)} for number in range(60)]})
    assert ask("social_data.get_contact_raw", query={"nextcursor": "50"}, token=token).data == {
        "data": [{"id": str(number)} for number in range(50, 60)],
        "next_cursor": "",
    }


def test_raw_profile_is_of_the_identity(ask: Ask, log_in: Callable[..., str]) -> None:
    token = log_in("facebook", email="ada@example.com", profile={"FirstName": "Ada", "ID": "8"})
    assert ask("social_data.get_user_profile_raw", token=token).data == {
        "id": "7",
        "email": "ada@example.com",
        "email_verified": True,
        "first_name": "Ada",
    }


def test_contacts_come_page_by_page(ask: Ask, log_in: Callable[..., str]) -> None:
    token = log_in("facebook")
    one = ask("social_data.get_contact", token=token).data["Data"][0]
    token = log_in("facebook", content={"contact": [{**one, "ID": str(number)} for number in range(120)]})
    found, cursor = [], ""
    for _ in range(3):
        page = ask("social_data.get_contact", query={"nextcursor": cursor}, token=token).data
        found += [contact["ID"] for contact in page["Data"]]
        cursor = page["NextCursor"]
    assert found == [str(number) for number in range(120)]
    assert cursor == ""


@pytest.mark.parametrize(
    ("cursor", "code"),
    [
        ("0", ErrorCode.CURSOR_NOT_POSITIVE),
        ("-1", ErrorCode.CURSOR_NOT_POSITIVE),
        ("x", ErrorCode.CURSOR_NOT_POSITIVE),
        ("2", ErrorCode.NO_MORE_RECORDS),
    ],
)
def test_cursor_beyond_the_contacts_is_refused(ask: Ask, log_in: Callable[..., str], cursor: str, code: int) -> None:
    query = {"nextcursor": cursor}
    assert ask("social_data.get_contact", query=query, token=log_in("facebook")).code == code


@pytest.mark.parametrize("operation", ["social_data.post_message", "social_data.post_message_get"])
def test_message_goes_to_a_contact(ask: Ask, tenant: Tenant, log_in: Callable[..., str], operation: str) -> None:
    token = log_in("twitter")
    to = ask("social_data.get_contact", token=token).data["Data"][0]["ID"]
    said = {"subject": "Hello", "message": "How are you?"}
    assert ask(operation, query={"to": to, **said}, token=token).data == {"isPosted": True}
    assert [message.to for message in tenant.outbox.find(kind="socialmessage")] == [to]
    assert ask(operation, query={"to": "stranger", **said}, token=token).code == ErrorCode.PROVIDER_ERROR


def test_contact_whose_id_is_no_text_gets_no_message(ask: Ask, log_in: Callable[..., str]) -> None:
    token = log_in("twitter", content={"contact": [{"ID": ["7"]}]})
    query = {"to": "7", "subject": "Hello", "message": "How are you?"}
    assert ask("social_data.post_message", query=query, token=token).code == ErrorCode.PROVIDER_ERROR


@pytest.mark.parametrize("profile", [{"FirstName": 7}, {"FirstName": "Ann", "LastName": ["Lee"]}])
def test_script_has_names_of_text(control: Control, profile: Any) -> None:
    refused = control("POST provider", {"provider": "facebook", "profile": profile})
    assert refused.status == 400
    assert "FirstName and LastName of profile must be text" in refused.data["error"]


def nested(levels: int) -> Any:
    return {"aB": nested(levels - 1)} if levels else {}


def test_script_has_no_more_levels_than_answers_are_made_of(
    ask: Ask, control: Control, log_in: Callable[..., str]
) -> None:
    deepest = nested(DEEPEST - 1)
    for member in ({"profile": deepest}, {"content": {"album": [nested(DEEPEST - 3)]}}):
        assert control("POST provider", {"provider": "facebook", **member}).status == 200
        assert ask("social_data.get_user_profile_raw", token=log_in("facebook", **member)).status == 200
    for member in ({"profile": {"a": deepest}}, {"content": {"album": [nested(600)]}}):
        refused = control("POST provider", {"provider": "facebook", **member})
        assert refused.status == 400
        assert f"{next(iter(member))} has more than {DEEPEST} levels" in refused.data["error"]


STATUS = {
    "title": "Bread",
    "url": "https://example.com/",
    "imageurl": "https://example.com/bread.png",
    "status": "Fresh today",
    "caption": "From the oven",
    "description": "Rye",
}


@pytest.mark.parametrize("operation", ["social_data.post_status", "social_data.post_status_get"])
def test_posted_status_stands_on_the_wall(ask: Ask, log_in: Callable[..., str], operation: str) -> None:
    token = log_in("facebook")
    assert ask(operation, query=STATUS, token=token).status == 200
    newest = ask("social_data.get_status", token=token).data[0]
    assert (newest["Text"], newest["LinkUrl"], newest["Name"]) == ("Fresh today", "https://example.com/", "Bread")


def test_status_cannot_be_posted_everywhere(ask: Ask, log_in: Callable[..., str]) -> None:
    assert (
        ask("social_data.post_status", query=STATUS, token=log_in("vkontakte")).code
        == ErrorCode.PROVIDER_ENDPOINT_NOT_SUPPORTED
    )


@pytest.mark.parametrize(
    ("operation", "part", "code"),
    [
        ("social_data.post_trackable_status", "body", ErrorCode.BODY_MALFORMED),
        ("social_data.post_trackable_status_get", "query", ErrorCode.PARAMETER_MALFORMED),
    ],
)
def test_trackable_status_needs_its_text_alone(
    ask: Ask, log_in: Callable[..., str], operation: str, part: Literal["body", "query"], code: int
) -> None:
    token = log_in("facebook")
    posted = ask(operation, token=token, **{part: {"status": "Hello"}}).data
    assert (len(posted["Id"]), posted["Url"]) == (24, None)
    assert ask("social_data.get_status", token=token).data[0]["Text"] == "Hello"
    assert ask(operation, token=token, **{part: {"title": "Hello"}}).code == code


def test_statistics_are_of_the_status_as_the_provider_has_it_now(
    ask: Ask, provider_user: ProviderUser, log_in: Callable[..., str]
) -> None:
    def statistics() -> Any:
        return ask("social_data.get_trackable_status", query=query)

    token = log_in("facebook")
    query = {"postid": ask("social_data.post_trackable_status", token=token, body=STATUS).data["Id"]}
    status = ask("social_data.get_status_raw", token=token).data["data"][0]
    assert (status["shares"], status["comments"]) == (0, 0)
    provider_user("facebook", id="7", content={"status": [{"Id": status["id"], "Likes": 2, "Comments": 1}]})
    assert statistics().data == {"Shares": 0, "Likes": 2, "Comments": 1}
    provider_user("facebook", id="7", content={"status": []})
    assert statistics().code == ErrorCode.STATUS_ID_INVALID
    provider_user("facebook", id="7", error="session_revoked")
    assert statistics().code == ErrorCode.PROVIDER_ERROR


@pytest.mark.parametrize("url", ["", "example.com", "ftp://example.com/", "https://", "https:///x", "https://a b"])
def test_only_an_address_of_the_web_is_shortened(ask: Ask, url: str) -> None:
    assert ask("social_data.shorten_url", query={"url": url}).code == ErrorCode.PARAMETER_MALFORMED


def test_short_url_is_named_by_its_number(ask: Ask) -> None:
    short = ask("social_data.shorten_url", query={"url": "HTTPS://example.com"}).data
    assert int(short["UrlBase36Key"], 36) == short["UrlKey"]
    assert short["ShortUrl"] == f"http://ish.re/{short['UrlBase36Key']}"


def test_provider_that_says_no_gives_nothing(ask: Ask, provider_user: ProviderUser, log_in: Callable[..., str]) -> None:
    token = log_in("facebook")
    provider_user("facebook", id="7", error="session_revoked")
    assert ask("social_data.get_post", token=token).code == ErrorCode.PROVIDER_ERROR


def test_fork_has_a_provider_of_its_own(tenant: Tenant, provider_user: ProviderUser) -> None:
    provider_user("facebook", id="7", profile={"FirstName": "Ada"})
    child = tenant.fork("a", "b")
    provider_user("facebook", id="7", profile={"FirstName": "Augusta"})
    assert child.provider.ask("facebook", "7").name == "Ada"


class TestScript:
    """`POST /__emulator__/provider`."""

    @pytest.fixture
    def script(self, app: App, loop: asyncio.AbstractEventLoop) -> Callable[[Any], httpx.Response]:
        """Send a script through the control API."""
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1")

        def script(body: Any) -> httpx.Response:
            return loop.run_until_complete(client.post("/__emulator__/provider", json=body))

        return script

    def test_script_hands_out_credentials(self, ask: Ask, script: Callable[[Any], httpx.Response]) -> None:
        given = script({"provider": "Facebook", "email": "ada@example.com"}).json()
        assert ask("social.exchange_access_token", query={"token": given["request_token"]}).status == 200
        query = {"fb_Access_Token": given["access_token"]}
        assert ask("native_social.by_facebook_access_token", query=query).status == 200

    def test_members_left_out_keep_what_they_were(
        self, tenant: Tenant, script: Callable[[Any], httpx.Response]
    ) -> None:
        script({"provider": "google", "id": "7", "email": "ada@example.com"})
        script({"provider": "google", "id": "7", "error": "down"})
        identity = tenant.provider.find("google", "7")
        assert identity is not None
        assert (identity.email, identity.error) == ("ada@example.com", "down")

    @pytest.mark.parametrize(
        ("body", "named"),
        [
            ({}, "provider"),
            ({"provider": "google", "mail": "x"}, "mail"),
            ({"provider": 7}, "provider"),
            ([], "object"),
        ],
    )
    def test_wrong_script_is_explained(self, script: Callable[[Any], httpx.Response], body: Any, named: str) -> None:
        answer = script(body)
        assert answer.status_code == 400
        assert named in answer.json()["error"]
