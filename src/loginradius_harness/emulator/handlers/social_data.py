"""Data of a user at a provider: albums, contacts, posts, and posting on the user's behalf.

Source: Elixir library documentation, Social APIs.
"""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.social_login import asked_again
from loginradius_harness.emulator.state.profile import render
from loginradius_harness.emulator.state.social_provider import Identity, refusal

Json = Any

PAGE = 50  # contacts or videos of one reply
_MANY = "facebook google live vkontakte"
SUPPORTED = {  # last part of the path -> providers
    "album": _MANY,
    "audio": "live vkontakte",
    "checkin": "facebook foursquare vkontakte",
    "company": "facebook linkedin",
    "contact": "facebook foursquare google linkedin live twitter vkontakte yahoo",
    "event": "facebook live",
    "following": "twitter",
    "group": "facebook vkontakte",
    "like": "facebook",
    "mention": "twitter",
    "message": "linkedin twitter",
    "page": "facebook linkedin",
    "photo": f"{_MANY} foursquare",
    "post": "facebook",
    "posting": "facebook linkedin twitter",
    "status": "facebook linkedin twitter vkontakte",
    "video": _MANY,
}


def _provider_user(call: RequestContext, kind: str) -> Identity:
    """Return the user at the provider.

    Raise PROVIDER_ENDPOINT_NOT_SUPPORTED where the provider has no such data, PROVIDER_ERROR where it refuses.
    """
    if call.session.provider not in SUPPORTED[kind].split():
        raise ApiError(ErrorCode.PROVIDER_ENDPOINT_NOT_SUPPORTED)
    return asked_again(call)


def _content(call: RequestContext, kind: str) -> list[Json]:
    return call.tenant.provider.content(_provider_user(call, kind), kind)


@handles(
    "social_data.get_album",
    "social_data.get_audio",
    "social_data.get_check_in",
    "social_data.get_company",
    "social_data.get_event",
    "social_data.get_following",
    "social_data.get_group",
    "social_data.get_like",
    "social_data.get_mention",
    "social_data.get_post",
    "social_data.get_status",
)
def read(call: RequestContext) -> Json:
    """Return all items of one kind."""
    return _content(call, call.operation.path.rpartition("/")[2])


@handles("social_data.get_contact", "social_data.get_video")
def read_page(call: RequestContext) -> Json:
    """Return one page; the cursor is the number of items before it.

    Raise NO_MORE_RECORDS past the end.
    """
    content = _content(call, call.operation.path.rpartition("/")[2])
    start = call.query.get("nextcursor", 0)
    if start and start >= len(content):
        raise ApiError(ErrorCode.NO_MORE_RECORDS)
    end = start + PAGE
    return {"Data": content[start:end], "NextCursor": str(end) if end < len(content) else ""}


@handles("social_data.get_photo")
def read_photos(call: RequestContext) -> Json:
    """Return the photos of one album."""
    album = call.query["albumid"]
    return [photo for photo in _content(call, "photo") if photo.get("AlbumId") == album]


@handles("social_data.get_page")
def read_public_page(call: RequestContext) -> Json:
    """Return a public page by its name or id.

    Raise PAGE_ID_INVALID where the provider has none.
    """
    wanted = call.query["pagename"].lower()
    for page in _content(call, "page"):
        if wanted in {str(page.get(name)).lower() for name in ("UserName", "Name", "ID")}:
            return page
    raise ApiError(ErrorCode.PAGE_ID_INVALID)


@handles("social_data.get_user_profile")
def read_profile(call: RequestContext) -> Json:
    """Return the profile behind the token, whichever provider it came from."""
    return render(call.account, call.settings)


@handles("social_data.post_message", "social_data.post_message_get")
def send_message(call: RequestContext) -> Json:
    """Send a message to one of the user's contacts.

    Raise PROVIDER_ERROR for an unknown contact.
    """
    identity = _provider_user(call, "message")
    to, contacts = call.query["to"], call.tenant.provider.content(identity, "contact")
    if to not in {contact.get("ID") for contact in contacts}:
        raise refusal("unknown_recipient: not one of the sender's contacts")
    call.tenant.outbox.add(call.now, channel="social", to=to, kind="socialmessage", uid=call.account.uid)
    return {"isPosted": True}


@handles("social_data.post_status", "social_data.post_status_get")
def post_status(call: RequestContext) -> Json:
    """Post a status, which a status read then returns."""
    identity = _provider_user(call, "posting")
    said = call.query
    status = {
        "Id": f"{identity.id}_{call.tenant.identifiers.code(9)}",
        "Text": said["status"],
        "DateTime": _provider_date(call.now),
        "Likes": 0,
        "Place": None,
        "Source": None,
        "ImageUrl": said["imageurl"],
        "LinkUrl": said["url"],
        "Name": said["title"],
    }
    call.tenant.provider.add_content(identity, "status", status)
    return {"isPosted": True, "data": None}


def _provider_date(seconds: float) -> str:
    """Return `10/09/2017 06:18:10`: month, day and year as the providers' sample responses write them."""
    date, _, time = iso(seconds).partition("T")
    year, month, day = date.split("-")
    return f"{month}/{day}/{year} {time[:8]}"
