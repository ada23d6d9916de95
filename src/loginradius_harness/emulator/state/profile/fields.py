"""The members of a profile's lists and objects: every element has all of its members, null when unset.

Names are the product's, odd case included (product-facts.md#profile). Other members of a request are dropped.
"""

from collections.abc import Mapping
from typing import Any

Json = Any
Shape = Mapping[str, Any]  # member -> the Shape inside it; None for a text


def _texts(names: str) -> dict[str, None]:
    return dict.fromkeys(names.split())


NAMED = _texts("Id Name")
FAVOURITE = _texts("Id Name Category CreateDate CreatedDate")

SHAPES: dict[str, Shape] = {
    "Addresses": _texts("Type Address1 Address2 City State PostalCode Region Country"),
    "AgeRange": _texts("Min Max"),
    "Awards": _texts("Id Name Issuer"),
    "Badges": _texts("BadgeId Name BadgeMessage Description ImageUrl"),
    "Books": FAVOURITE,
    "Certifications": _texts("Id Name Authority Number StartDate EndDate"),
    "Country": _texts("Code Name"),
    "Courses": _texts("Id Name Number"),
    "CurrentStatus": _texts("Id Text Source CreateDate CreatedDate"),
    "Educations": _texts("School year type notes activities degree fieldofstudy StartDate EndDate"),
    "Family": _texts("Id Name Relationship"),
    "FavoriteThings": _texts("Id Name Type"),
    "Games": FAVOURITE,
    "IMAccounts": _texts("AccountType AccountName"),
    "InspirationalPeople": NAMED,
    "Interests": _texts("InterestedType InterestedName"),
    "JobBookmarks": {
        **_texts("IsApplied ApplyTimestamp IsSaved SavedTimestamp"),
        "Job": {
            **_texts("Active Id DescriptionSnippet PostingTimestamp"),
            "Company": NAMED,
            "Position": _texts("Title"),
        },
    },
    "KloutScore": _texts("KloutId Score"),
    "Languages": _texts("Id Name Proficiency"),
    "MemberUrlResources": _texts("Url UrlName"),
    "Movies": FAVOURITE,
    "MutualFriends": _texts("Id Name FirstName LastName Birthday Hometown Link Gender"),
    "Patents": _texts("Id Title Date"),
    "PhoneNumbers": _texts("PhoneType PhoneNumber"),
    "PlacesLived": _texts("Name IsPrimary"),
    "Positions": {
        **_texts("Position Summary StartDate EndDate IsCurrent Location"),
        "Company": _texts("Name Type Industry"),
    },
    "Projects": {**_texts("Id Name Summary StartDate EndDate isCurrent"), "With": NAMED},
    "ProviderAccessCredential": _texts("AccessToken TokenSecret"),
    "Publications": {**_texts("Id Title Publisher Date Url Summary"), "Authors": NAMED},
    "RecommendationsReceived": _texts("Id RecommendationType RecommendationText Recommender"),
    "RelatedProfileViews": _texts("Id FirstName LastName"),
    "Skills": NAMED,
    "Sports": NAMED,
    "Subscription": _texts("Name Space PrivateRepos Collaborators"),
    "Suggestions": {
        "CompaniestoFollow": NAMED,
        "IndustriestoFollow": NAMED,
        "NewssourcetoFollow": NAMED,
        "PeopletoFollow": NAMED,
    },
    "TeleVisionShow": FAVOURITE,
    "Volunteer": _texts("Id Role Organization Cause"),
}


def normalize(value: Json, shape: Shape | None) -> Json:
    """Return a sent list, object or text in the product's shape; names are matched without regard to case."""
    if shape is None:
        return None if value is None or isinstance(value, dict | list) else _text(value)
    if isinstance(value, list):
        return [normalize(element, shape) for element in value if isinstance(element, dict)]
    if not isinstance(value, dict):
        return None
    given = {name.lower(): member for name, member in value.items()}
    return {name: normalize(given.get(name.lower()), inner) for name, inner in shape.items()}


def _text(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
