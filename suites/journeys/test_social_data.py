"""Data that a provider stores about a user, read and written through the tenant."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey

Json = Any

KINDS = {  # provider -> requested data
    "facebook": [
        "activity", "album", "check_in", "company", "event", "group", "like", "post", "status", "contact", "video",
    ],
    "twitter": ["following", "mention", "contact", "status"],
    "vkontakte": ["audio", "album", "group"],
}  # fmt: skip
STATUS = {
    "title": "A fine page", "url": "https://example.com/", "imageurl": "https://example.com/image.png",
    "status": "Look at this", "caption": "A caption", "description": "What the page is about",
}  # fmt: skip


def log_in(journey: Journey, provider: str) -> Session:
    """Create a user at a provider and log in."""
    return journey.social.log_in(provider, journey.social.new_user(provider))


def read(api: Client, session: Session, kind: str, **query: str) -> list[Json]:
    """Return all data of a kind, or its first page."""
    data = api.call(f"social_data.get_{kind}", token=session.token, query=query).must_succeed().data
    return list(data if isinstance(data, list) else data["Data"])


@pytest.mark.parametrize(("provider", "kind"), [(provider, kind) for provider in KINDS for kind in KINDS[provider]])
def test_provider_data_can_be_read(journey: Journey, api: Client, provider: str, kind: str) -> None:
    assert read(api, log_in(journey, provider), kind)


def ids(value: Json) -> Iterator[str]:
    """Yield every id in JSON, whatever the case of its name."""
    if isinstance(value, dict):
        yield from (member for name, member in value.items() if name.lower() == "id")
    for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from ids(member)


@pytest.mark.rule("social.raw_data_is_the_providers")
@pytest.mark.parametrize(("provider", "kind"), [(provider, kind) for provider in KINDS for kind in KINDS[provider]])
def test_raw_form_tells_of_the_same_things(journey: Journey, api: Client, provider: str, kind: str) -> None:
    session = log_in(journey, provider)
    raw = api.call(f"social_data.get_{kind}_raw", token=session.token).must_succeed().data
    assert set(ids(read(api, session, kind))) == set(ids(raw))


@pytest.mark.rule("social.raw_data_is_the_providers")
@pytest.mark.parametrize("kind", ["album", "contact", "post", "video"])
def test_both_forms_follow_the_provider(journey: Journey, api: Client, kind: str) -> None:
    granted = journey.social.new_user("facebook")
    session = journey.social.log_in("facebook", granted)
    item = read(api, session, kind)[0] | {"ID": "attic", "mood": "dusty"}
    journey.social.new_user("facebook", id=granted["id"], content={kind: [item]})
    mapped = read(api, session, kind)
    raw = api.call(f"social_data.get_{kind}_raw", token=session.token).must_succeed().data
    assert set(ids(mapped)) == set(ids(raw)) == {"attic"}
    assert ("dusty" in json.dumps(mapped), "dusty" in json.dumps(raw)) == (False, True)


@pytest.mark.rule("social.raw_data_is_the_providers")
def test_raw_profile_is_what_the_provider_says_now(journey: Journey, api: Client) -> None:
    granted = journey.social.new_user("facebook", profile={"FirstName": "Ada"})
    session = journey.social.log_in("facebook", granted)
    journey.social.new_user("facebook", id=granted["id"], profile={"FirstName": "Augusta"})
    raw = api.call("social_data.get_user_profile_raw", token=session.token).must_succeed().data
    assert set(ids(raw)) == {granted["id"]}
    assert "Augusta" in json.dumps(raw)
    assert journey.profile(session)["FirstName"] == "Ada"


def test_album_lists_its_own_photos(journey: Journey, api: Client) -> None:
    session = log_in(journey, "facebook")
    album = read(api, session, "album")[0]["ID"]
    photos = read(api, session, "photo", albumid=album)
    assert {photo["AlbumId"] for photo in photos} == {album}
    raw = api.call("social_data.get_photo_raw", token=session.token, query={"albumid": album}).must_succeed().data
    assert set(ids(raw)) == set(ids(photos))


def test_page_is_found_by_name(journey: Journey, api: Client) -> None:
    session = log_in(journey, "facebook")
    query = {"pagename": "examplebakery"}
    page = api.call("social_data.get_page", token=session.token, query=query).must_succeed().data
    assert page["UserName"] == "examplebakery"
    raw = api.call("social_data.get_page_raw", token=session.token, query=query).must_succeed().data
    assert set(ids(raw)) == set(ids(page))


@pytest.mark.parametrize("operation", ["social_data.post_status", "social_data.post_status_get"])
def test_posted_status_is_listed(journey: Journey, api: Client, operation: str) -> None:
    session = log_in(journey, "facebook")
    api.call(operation, token=session.token, query=STATUS).must_succeed()
    assert read(api, session, "status")[0]["Text"] == STATUS["status"]


@pytest.mark.rule("social.trackable_status_is_counted")
@pytest.mark.parametrize(
    ("operation", "query", "body"),
    [("social_data.post_trackable_status", {}, STATUS), ("social_data.post_trackable_status_get", STATUS, None)],
    ids=["body", "query"],
)
def test_trackable_status_is_counted(
    journey: Journey, api: Client, operation: str, query: dict[str, str], body: Json
) -> None:
    granted = journey.social.new_user("facebook")
    session = journey.social.log_in("facebook", granted)
    posted = api.call(operation, token=session.token, query=query, body=body).must_succeed().data
    status = read(api, session, "status")[0]
    assert status["Text"] == STATUS["status"]
    assert statistics(api, posted["Id"]) == {"Shares": 0, "Likes": 0, "Comments": 0}
    counted = {"Shares": 1, "Likes": 2, "Comments": 3}
    journey.social.new_user("facebook", id=granted["id"], content={"status": [status | counted]})
    assert statistics(api, posted["Id"]) == counted


def statistics(api: Client, post_id: str) -> Json:
    """Return the statistics of a trackable status."""
    return api.call("social_data.get_trackable_status", query={"postid": post_id}).must_succeed().data


@pytest.mark.rule("social.trackable_status_is_counted")
def test_plain_status_has_no_statistics(journey: Journey, api: Client) -> None:
    session = log_in(journey, "facebook")
    api.call("social_data.post_status", token=session.token, query=STATUS).must_succeed()
    query = {"postid": read(api, session, "status")[0]["Id"]}
    api.call("social_data.get_trackable_status", query=query).must_be_refused(ErrorCode.STATUS_ID_INVALID)


@pytest.mark.rule("social.short_url_ends_in_its_key")
def test_short_url_ends_in_its_key(api: Client) -> None:
    short = [
        api.call("social_data.shorten_url", query={"url": f"https://example.com/{page}"}).must_succeed().data
        for page in ("first", "second")
    ]
    assert [one["ShortUrl"].rpartition("/")[2] for one in short] == [one["UrlBase36Key"] for one in short]
    assert short[0]["UrlBase36Key"] != short[1]["UrlBase36Key"]


@pytest.mark.parametrize("operation", ["social_data.post_message", "social_data.post_message_get"])
def test_message_is_sent_to_contacts_only(journey: Journey, api: Client, operation: str) -> None:
    session = log_in(journey, "twitter")
    letter = {"subject": "Greetings", "message": "See you soon"}
    contact = read(api, session, "contact")[0]["ID"]
    api.call(operation, token=session.token, query=letter | {"to": contact}).must_succeed()
    api.call(operation, token=session.token, query=letter | {"to": "nobody"}).must_be_refused(ErrorCode.PROVIDER_ERROR)


@pytest.mark.operation("social_data.get_contact")
def test_contact_pagination_neither_loses_nor_repeats_an_entry(journey: Journey, api: Client) -> None:
    (known, *_) = read(api, log_in(journey, "facebook"), "contact")
    many = [known | {"ID": f"contact-{number}"} for number in range(120)]
    session = journey.social.log_in("facebook", journey.social.new_user("facebook", content={"contact": many}))
    pages, query = list[list[str]](), dict[str, str]()
    while not pages or query["nextcursor"]:
        data = api.call("social_data.get_contact", token=session.token, query=query).must_succeed().data
        pages.append([contact["ID"] for contact in data["Data"]])
        query = {"nextcursor": data["NextCursor"]}
    assert [len(page) for page in pages] == [50, 50, 20]
    assert [one for page in pages for one in page] == [contact["ID"] for contact in many]
