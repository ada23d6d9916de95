"""Data of a user at a provider: albums, contacts, posts, and posting on the user's behalf.

Source: Elixir library documentation, Social APIs; product-facts.md#social-data.
"""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.social_login import asked_again
from loginradius_harness.emulator.state.profile import render
from loginradius_harness.emulator.state.social_provider import Identity, Item, in_own_form, normalized, refusal

Json = Any

PAGE = 50  # contacts or videos of one reply
_MANY = "facebook google live vkontakte"
_STATUS = "facebook linkedin twitter vkontakte"
SUPPORTED = {  # kind of data -> providers
    "activity": _STATUS,  # inferred
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
    "status": _STATUS,
    "video": _MANY,
}


def _provider_user(call: RequestContext, kind: str) -> Identity:
    """Return the user at the provider.

    Raise PROVIDER_ENDPOINT_NOT_SUPPORTED where the provider has no such data, PROVIDER_ERROR where it refuses.
    """
    if call.session.provider not in SUPPORTED[kind].split():
        raise ApiError(ErrorCode.PROVIDER_ENDPOINT_NOT_SUPPORTED)
    return asked_again(call)


def _kind(call: RequestContext) -> str:
    return call.operation.path.split("/")[3]  # /api/v2/album, /api/v2/album/raw


def _content(call: RequestContext) -> list[Item]:
    """Return the items of the kind that the request asks for, whole in the raw form."""
    kind = _kind(call)
    items = call.tenant.provider.content(_provider_user(call, kind), kind)
    return items if call.operation.path.endswith("/raw") else [normalized(kind, item) for item in items]


@handles(
    "social_data.get_activity",
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
    return _content(call)


@handles("social_data.get_contact", "social_data.get_video")
def read_page(call: RequestContext) -> Json:
    """Return one page; the cursor is the number of items before it.

    Raise NO_MORE_RECORDS past the end.
    """
    content = _content(call)
    start = call.query.get("nextcursor", 0)
    if start and start >= len(content):
        raise ApiError(ErrorCode.NO_MORE_RECORDS)
    end = start + PAGE
    return {"Data": content[start:end], "NextCursor": str(end) if end < len(content) else ""}


@handles("social_data.get_photo")
def read_photos(call: RequestContext) -> Json:
    """Return the photos of one album."""
    album = call.query["albumid"]
    return [photo for photo in _content(call) if photo.get("AlbumId") == album]


@handles("social_data.get_page")
def read_public_page(call: RequestContext) -> Json:
    """Return a public page by its name or id.

    Raise PAGE_ID_INVALID where the provider has none.
    """
    wanted = call.query["pagename"].lower()
    for page in _content(call):
        named = (page.get(name) for name in ("UserName", "Name", "ID"))
        if wanted in {str(name).lower() for name in named if name is not None}:
            return page
    raise ApiError(ErrorCode.PAGE_ID_INVALID)


@handles("social_data.get_user_profile")
def read_profile(call: RequestContext) -> Json:
    """Return the profile behind the token, whichever provider it came from."""
    return render(call.account, call.settings)


def _profile_at_provider(call: RequestContext) -> Json:
    identity = asked_again(call)
    return {**identity.profile, "Id": identity.id, "Email": identity.email, "EmailVerified": identity.email_verified}


_READERS = {
    "contact": read_page,
    "page": read_public_page,
    "photo": read_photos,
    "userprofile": _profile_at_provider,
    "video": read_page,
}


@handles(
    "social_data.get_activity_raw",
    "social_data.get_album_raw",
    "social_data.get_audio_raw",
    "social_data.get_check_in_raw",
    "social_data.get_company_raw",
    "social_data.get_contact_raw",
    "social_data.get_event_raw",
    "social_data.get_following_raw",
    "social_data.get_group_raw",
    "social_data.get_like_raw",
    "social_data.get_mention_raw",
    "social_data.get_page_raw",
    "social_data.get_photo_raw",
    "social_data.get_post_raw",
    "social_data.get_status_raw",
    "social_data.get_user_profile_raw",
    "social_data.get_video_raw",
)
def read_raw(call: RequestContext) -> Json:
    """Return what the provider itself answers, a list under `data` as Facebook does."""
    answer = _READERS.get(_kind(call), read)(call)
    return in_own_form({"Data": answer} if isinstance(answer, list) else answer)


@handles("social_data.post_message", "social_data.post_message_get")
def send_message(call: RequestContext) -> Json:
    """Send a message to one of the user's contacts.

    Raise PROVIDER_ERROR for an unknown contact.
    """
    identity = _provider_user(call, "message")
    to, contacts = call.query["to"], call.tenant.provider.content(identity, "contact")
    if all(contact.get("ID") != to for contact in contacts):
        raise refusal("unknown_recipient: not one of the sender's contacts")
    call.tenant.outbox.add(call.now, channel="social", to=to, kind="socialmessage", uid=call.account.uid)
    return {"isPosted": True}


@handles("social_data.post_status", "social_data.post_status_get")
def post_status(call: RequestContext) -> Json:
    """Post a status, which a status read then returns."""
    _post(call, _provider_user(call, "posting"))
    return {"isPosted": True, "data": None}


@handles("social_data.post_trackable_status", "social_data.post_trackable_status_get")
def post_trackable_status(call: RequestContext) -> Json:
    """Post a status; return the id under which its statistics are read."""
    identity = _provider_user(call, "posting")
    return {"Id": call.tenant.provider.track(identity, _post(call, identity)), "Url": None}


def _post(call: RequestContext, identity: Identity) -> Item:
    said = call.body or call.query
    status = {
        "Id": f"{identity.id}_{call.tenant.identifiers.code(9)}",
        "Text": said["status"],
        "DateTime": _provider_date(call.now),
        "Likes": 0,
        "Shares": 0,
        "Comments": 0,
        "Place": None,
        "Source": None,
        "ImageUrl": said.get("imageurl"),
        "LinkUrl": said.get("url"),
        "Name": said.get("title"),
    }
    call.tenant.provider.add_content(identity, "status", status)
    return status


@handles("social_data.get_trackable_status")
def read_statistics(call: RequestContext) -> Json:
    """Return what the provider counts of a status now.

    Raise STATUS_ID_INVALID for another id than that of a trackable status, PROVIDER_ERROR where the provider refuses.
    """
    status = call.tenant.provider.tracked(call.query["postid"])
    if status is None:
        raise ApiError(ErrorCode.STATUS_ID_INVALID)
    return {name: status.get(name, 0) for name in ("Shares", "Likes", "Comments")}


@handles("social_data.shorten_url")
def shorten_url(call: RequestContext) -> Json:
    """Return a new short URL; nothing is kept, since nothing follows it here."""
    key = "1" + call.tenant.identifiers.code(5, "Alphanumeric")  # a number to base 36 has no zeros in front
    return {"UrlKey": int(key, 36), "UrlBase36Key": key, "ShortUrl": f"http://ish.re/{key}"}


def _provider_date(seconds: float) -> str:
    """Return `10/09/2017 06:18:10`: month, day and year as the providers' sample responses write them."""
    date, _, time = iso(seconds).partition("T")
    year, month, day = date.split("-")
    return f"{month}/{day}/{year} {time[:8]}"
