"""The personal members of a profile: which a caller may write, and their values when unset.

Source: product-facts.md#profile.
"""

TEXTS = frozenset(
    """
    Prefix FirstName MiddleName LastName Suffix NickName FullName ProfileName BirthDate Gender Website
    ThumbnailImageUrl ImageUrl Favicon ProfileUrl HomeTown State City Industry About TimeZone LocalLanguage
    CoverPhoto TagLine Language MainAddress ProfileCity ProfileCountry RelationshipStatus Quota Quote Religion
    Political HttpsImageUrl IsGeoEnabled Associations Honors PublicRepository RepositoryUrl Age ProfessionalHeadline
    LRUserID Currency StarredUrl GistsUrl Company GravatarImageUrl ExternalUserLoginId
    """.split()
)
LISTS = frozenset(
    """
    Positions Educations PhoneNumbers IMAccounts Addresses InterestedIn Interests Sports InspirationalPeople Awards
    Skills CurrentStatus Certifications Courses Volunteer RecommendationsReceived Languages Projects Games Family
    TeleVisionShow MutualFriends Movies Books Patents FavoriteThings RelatedProfileViews PlacesLived Publications
    JobBookmarks Badges MemberUrlResources
    """.split()
)
OBJECTS = frozenset(
    """
    Country AgeRange ProviderAccessCredential KloutScore Suggestions Subscription ProfileImageUrls WebProfiles
    """.split()
)
COUNTERS = frozenset(
    """
    FollowersCount FriendsCount TotalStatusesCount NumRecommenders TotalPrivateRepository PublicGists PrivateGists
    PinsCount BoardsCount LikesCount
    """.split()
)
SWITCHES = frozenset("IsProtected Hireable IsEmailSubscribed".split())

ACCOUNT_ONLY = frozenset(["ExternalUserLoginId", "IsEmailSubscribed", "RegistrationData"])  # no provider has these

WRITABLE = TEXTS | LISTS | OBJECTS | COUNTERS | SWITCHES
CLEARABLE = frozenset(  # members that nullsupport may clear (product-facts.md#shaping-parameters)
    """
    Prefix FirstName MiddleName LastName Suffix NickName ProfileName BirthDate Gender Website ThumbnailImageUrl
    ImageUrl Favicon ProfileUrl HomeTown State City Industry About TimeZone LocalLanguage CoverPhoto TagLine Language
    MainAddress ProfileCity RelationshipStatus Religion Political HttpsImageUrl IsGeoEnabled Associations Honors
    PublicRepository RepositoryUrl ProfessionalHeadline Currency StarredUrl GistsUrl Company GravatarImageUrl Languages
    PlacesLived Addresses PhoneNumbers
    """.split()
)
# elements with {"op": "delete"} remove the element with the same value here (product-facts.md#shaping-parameters)
KEYED_LISTS = {
    "Languages": "Name",
    "PlacesLived": "Name",
    "Addresses": "Type",
    "PhoneNumbers": "PhoneType",
}

UNSET = {
    **dict.fromkeys(sorted(TEXTS | LISTS | OBJECTS)),
    **dict.fromkeys(sorted(COUNTERS), 0),
    **dict.fromkeys(sorted(SWITCHES), False),
    "Verified": None,
    "UpdatedTime": None,
    "Created": None,
    "RegistrationData": None,
}
