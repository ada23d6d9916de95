"""Data that a provider stores about a user, read and written through the tenant."""

from typing import Any

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey

Json = Any

KINDS = {  # provider -> requested data
    "facebook": ["album", "check_in", "company", "event", "group", "like", "post", "status", "contact", "video"],
    "twitter": ["following", "mention", "contact", "status"],
    "vkontakte": ["audio", "album", "group"],
}
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


def test_album_lists_its_own_photos(journey: Journey, api: Client) -> None:
    session = log_in(journey, "facebook")
    album = read(api, session, "album")[0]["ID"]
    assert {photo["AlbumId"] for photo in read(api, session, "photo", albumid=album)} == {album}


def test_page_is_found_by_name(journey: Journey, api: Client) -> None:
    session = log_in(journey, "facebook")
    page = api.call("social_data.get_page", token=session.token, query={"pagename": "examplebakery"})
    assert page.must_succeed().data["UserName"] == "examplebakery"


@pytest.mark.parametrize("operation", ["social_data.post_status", "social_data.post_status_get"])
def test_posted_status_is_listed(journey: Journey, api: Client, operation: str) -> None:
    session = log_in(journey, "facebook")
    api.call(operation, token=session.token, query=STATUS).must_succeed()
    assert read(api, session, "status")[0]["Text"] == STATUS["status"]


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
