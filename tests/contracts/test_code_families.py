"""Error codes come in families: an operation that can refuse for one reason can refuse for those that go with it."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from loginradius_harness import contracts
from loginradius_harness.contracts import Operation

TOGETHER = (  # either all of them or none
    (1143, 1206, 1207, 1208, 1209, 1210, 1211, 1212),  # a call with the tenant's secret can be signed and fenced in
    (1164, 1165, 1166, 1167, 1168, 1169, 1170, 1171, 1286, 1287),  # what may become of a log-in that looks risky
    (1132, 1148),  # an account is unlocked by a captcha or by an answer, as the tenant likes
    (1026, 1033, 1051),  # where a social log-in makes an account
    (1185, 1186, 1187),  # a mailed code: wrong, used, too old
    (1067, 1068, 1069),  # a code by SMS: wrong, used, too old
    (1103, 1104),  # the token between the two factors: wrong, too old
    (1245, 1246),  # a token that sets the first PIN: wrong, too old
    (1048, 1049),  # a SOTT: missing, wrong
    (1072, 1123),  # an SMS is not sent: trouble, or too many of them
    (1100, 1277),  # the SMS factor is off, under its old and its new code
    (1202, 1203),  # the addresses of a request contradict each other
    (999, 1064),  # custom objects are off, or of another name
    (1001, 1057),  # there is no such record, or no such object
    (1153, 1157),  # a registration code is wrong, or missing
    (1231, 1232),  # a signed token without a subject, or signed by another
)
FOLLOWS = {  # an operation that can refuse with the key can refuse with each of these as well
    966: (982, 1089, 1091, 1094, 1132, 1198),  # whoever checks a password counts the failures and may ask for more
    1317: (966, 1316),  # the breached password was used again
    1316: (938, 1220),
    1220: (1226, 1243, 1338),  # whoever is let in meets consent, PIN and the limit of sessions
    1243: (1130, 1194),
    1338: (991,),
    1130: (991,),  # who may not log in may be blocked altogether
    1176: (1130,),
    1235: (1130,),
    982: (991,),
    1132: (1198,),
    1103: (938, 1264),  # between the two factors, guesses are counted
    1264: (991, 1097),
    1101: (1097,),  # no factor is there, or none can be
    1121: (1101,),
    1128: (1101,),
    1102: (1099,),
    1279: (1102,),
    1259: (1257,),
    1216: (1134,),  # a new password: known to others, weak, or of the wrong length
    1315: (1216,),
    1223: (1026, 1220),  # a provider's log-in makes an account or finds one
    1026: (1027, 1054, 1247),
    1247: (1056, 1190),  # where accounts are made, addresses may be fenced out and registration may be off
    910: (1000,),
    1054: (991, 1000),
    1281: (1072,),  # a code by voice call is sent as one by SMS is
    1072: (1071,),
    1071: (1149,),
    1188: (1185,),
    1070: (1067,),
    1001: (999,),
    1047: (1143,),
    1092: (1095,),
    1224: (1227,),
    1153: (1150,),
    1074: (938,),
    1059: (938,),
    1135: (938,),
    973: (975,),
    906: (905,),
    1260: (1091,),
    993: (968, 1017, 1038, 1095, 1107, 1124, 1125, 1200, 1201, 1204, 1213, 1214, 1234),  # whoever writes a profile
}
ALIKE = {  # operations that do one thing in several ways refuse for the same reasons
    "*.register_by_*": (
        909, 936, 942, 970, 1030, 1058, 1071, 1089, 1093, 1096, 1122, 1151, 1163, 1196, 1215, 1226, 1247, 1315,
    ),
    "authentication.register_by_*": (993, 1076, 1091, 1094, 1249),
    "*.login*": (938, 982, 1094, 1194, 1226, 1338),
    "*.login_by_*": (1317,),
    "*.login_by_email": (970, 1077, 1122, 1183),
    "*.login_by_phone": (1066, 1074, 1149, 1183),
    "*.login_by_username": (970, 1238),
    "*.by_username": (1039, 1122, 1249),
    "*.ping": (938, 1137, 1220),
    "native_social.*": (1163, 1223),
    "authentication.link_social_*": (983, 986, 1054),
    "one_touch_login.*": (1146, 1176),
    "one_touch_login.by_email*": (1122, 1136, 1163, 1214, 1247, 1249),
    "one_touch_login.by_phone*": (1163, 1190, 1214),
    "passwordless_login.*": (1059, 1176),
    "passwordless_login.verify_*": (1220,),
    "smart_login.*": (1135, 1176),
    "mfa.login_by_*": (1098, 1101, 1122),
    "mfa.validate_*": (1226, 1243, 1338),
    "mfa.*answers*": (1097, 1257, 1260),
    "mfa.*update_phone*": (1097, 1106, 1281),
    "phone.resend_otp*": (991, 1073, 1281, 1292),
    "phone.verify_*": (1070, 1120),
    "*.reset_password_by_*": (909, 942, 1015, 1093, 1144, 1315),
    "*.reset_password_by_otp*": (1039, 1091, 1094, 1226, 1243, 1338),
    "authentication.*password_by_*": (1316,),
    "*.reset_pin_by_*": (1134, 1233, 1235),
    "pin.*phone*": (1066, 1074),
    "pin.*security_answer": (1092, 1093),
    "pin.forgot_*": (1233, 1235),
    "reauthentication.by_*": (1191,),
    "*backup_code*": (1128,),
    "*security_answer*": (1091,),
    "account.*_by_uid*": (984,),
    "account.generate_*": (1059, 1118, 1135, 1146, 1244, 1247),
    "consent.submit_by_*": (1224, 1225),
    "registration_data.list*": (1154, 1156),
    "webhook*.*": (909,),
}  # fmt: skip


def gaps(operation: Operation) -> Iterator[str]:
    """What is missing from the codes of an operation."""
    codes = operation.codes
    for family in TOGETHER:
        missing = set(family) - codes
        if missing != set(family):
            yield from _told(missing, "the others of their family")
    for code, others in FOLLOWS.items():
        if code in codes:
            yield from _told(set(others) - codes, str(code))
    for pattern, wanted in ALIKE.items():
        if fnmatchcase(operation.id, pattern):
            yield from _told(set(wanted) - codes, pattern)


def _told(missing: set[int], beside: str) -> Iterator[str]:
    if missing:
        yield f"{sorted(missing)} missing beside {beside}"


def test_codes_that_go_together_are_listed_together() -> None:
    found = {operation.id: list(gaps(operation)) for operation in contracts.operations()}
    assert {name: missing for name, missing in found.items() if missing} == {}


def test_every_call_with_the_secret_under_management_can_be_signed() -> None:
    managing = {operation.id for operation in contracts.operations() if "/manage/" in operation.path}
    assert {operation.id for operation in contracts.operations() if 1207 in operation.codes} == managing


def test_every_family_is_met() -> None:
    listed = {code for operation in contracts.operations() for code in operation.codes}
    named = {code for family in (*TOGETHER, FOLLOWS, *FOLLOWS.values(), *ALIKE.values()) for code in family}
    assert named - listed == set()
