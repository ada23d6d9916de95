"""Links and codes in place of passwords: passwordless, smart login, one touch."""

from loginradius_harness.emulator.handlers import one_touch_login, passwordless_login, smart_login
from loginradius_harness.emulator.services import cross_device_login
from loginradius_harness.faults.registry import Faults

faults = Faults("passwordless")

faults.replace_source(
    "mail_carries_a_link_in_otp_mode",
    "passwordless.mail_carries_link_or_otp",
    passwordless_login._mail,
    "if call.settings.otp_email_verification:",
    "if False:",
)
faults.replace_source(
    "link_opens_another_account",
    "passwordless.link_answers_a_session",
    passwordless_login.log_in_by_link,
    "account = call.tenant.holder(token)",
    "account = next((one for _, one in call.tenant.accounts.scan()))",
)
faults.replace_source(
    "link_answers_no_session",
    "passwordless.link_answers_a_session",
    passwordless_login.log_in_by_link,
    "return finish(call, account, proof=token)",
    "body = finish(call, account)\n    call.tenant.sessions.end_all(account)\n    return body",
)
faults.replace_source(
    "link_works_twice",
    "passwordless.link_is_single_use",
    passwordless_login.log_in_by_link,
    "token.used = True",
    "pass",
)
faults.replace_source(
    "works_while_off",
    "passwordless.off_is_refused",
    passwordless_login._require_passwordless,
    "raise ApiError(ErrorCode.PASSWORDLESS_LOGIN_DISABLED)",
    "pass",
)
faults.replace_source(
    "others_work_while_off",
    "passwordless.off_is_refused",
    cross_device_login.require_request,
    "raise ApiError(flow.off)",
    "pass",
)
faults.replace_source(
    "unverified_address_gets_nothing",
    "passwordless.unverified_address_gets_a_link",
    passwordless_login._mail,
    "require_usable_account(account)",
    "require_usable_account(account)\n    if not account.email_verified:\n"
    "        raise ApiError(ErrorCode.EMAIL_NOT_VERIFIED)",
)
faults.replace_source(
    "mailed_otp_needs_a_password",
    "passwordless.mail_otp_answers_a_session",
    passwordless_login._log_in_by_mailed_code,
    "mark_verified(call, account, address)",
    "mark_verified(call, account, address)\n    if account.password:\n"
    "        raise ApiError(ErrorCode.CREDENTIALS_INCORRECT)",
)
faults.replace_source(
    "otp_of_a_user_name_needs_no_code",
    "otp.wrong_mailed_one_is_refused",
    passwordless_login._log_in_by_mailed_code,
    'code = check_code(call, account, PURPOSE, address, call.body["otp"])',
    'code = check_code(call, account, PURPOSE, address, call.body["otp"]) if "email" in call.body else None',
)
faults.replace_source(
    "texted_otp_answers_no_session",
    "passwordless.sms_otp_answers_a_session",
    passwordless_login.log_in_by_phone_code,
    'return finish(call, account, provider="Phone")',
    'body = finish(call, account, provider="Phone")\n    call.tenant.sessions.end_all(account)\n    return body',
)
faults.replace_source(
    "unverified_phone_gets_an_otp",
    "passwordless.phone_must_be_verified",
    passwordless_login._by_phone,
    "raise ApiError(ErrorCode.PHONE_NOT_VERIFIED)",
    "pass",
)
faults.replace_source(
    "unknown_address_is_served",
    "passwordless.unknown_user_is_refused",
    passwordless_login.send_by_email,
    "return _mail(",
    'if call.tenant.accounts.by_email(address) is None:\n        return {"IsPosted": True}\n    return _mail(',
)
faults.replace_source(
    "strangers_get_an_account",
    "passwordless.unknown_user_is_refused",
    passwordless_login.send_by_email,
    "if call.settings.no_registration_passwordless and",
    "if",
)
faults.replace_source(
    "strangers_get_none",
    "passwordless.unknown_address_may_get_an_account",
    passwordless_login.send_by_email,
    "if call.settings.no_registration_passwordless and",
    "if False and",
)

faults = Faults("smart_login")

faults.replace_source(
    "mail_is_sent_twice",
    "smart_login.mail_is_sent",
    smart_login._mail,
    'return {"IsPosted"',
    'call.tenant.messages.link(token, address, url=url, template=template)\n    return {"IsPosted"',
)
faults.replace_source(
    "ping_does_not_wait",
    "smart_login.ping_waits_for_the_link",
    cross_device_login.ping,
    'if not waiting["opened"]:',
    'if not waiting["opened"] and flow is ONE_TOUCH:',
)
faults.replace_source(
    "ping_waits_for_ever",
    "smart_login.ping_answers_a_session_after_the_link",
    cross_device_login.open_link,
    'waiting["opened"] = True',
    'waiting["opened"] = flow is ONE_TOUCH',
)
faults.replace_source(
    "ping_answers_every_time",
    "smart_login.ping_answers_once",
    cross_device_login.ping,
    'waiting["taken"] = True',
    "pass",
)
faults.replace_source(
    "link_answers_a_session",
    "smart_login.link_gives_no_session",
    cross_device_login.open_link,
    'return {"IsPosted": True, "IsVerified": True}',
    'return {"IsPosted": True, "IsVerified": True, "Data": finish(call, account)}',
)
faults.replace_source(
    "link_works_twice",
    "smart_login.link_is_single_use",
    cross_device_login.open_link,
    'if waiting["taken"] or waiting["opened"]:',
    'if flow is ONE_TOUCH and (waiting["taken"] or waiting["opened"]):',
)
faults.replace_source(
    "client_guid_starts_many",
    "smart_login.client_guid_is_its_own",
    cross_device_login.require_open_request,
    "raise ApiError(ErrorCode.CLIENT_GUID_ALREADY_USED)",
    "pass",
)
faults.replace_source(
    "unknown_client_guid_waits",
    "smart_login.client_guid_is_its_own",
    cross_device_login._waiting,
    "raise ApiError(ErrorCode.CLIENT_GUID_INVALID)",
    "raise ApiError(ErrorCode.SMART_LOGIN_LINK_NOT_VERIFIED)",
)

faults = Faults("one_touch")

faults.replace_source(
    "unknown_address_is_refused",
    "one_touch.mail_makes_a_new_account",
    one_touch_login._mail,
    "if account is None:",
    "if account is None:\n        raise ApiError(ErrorCode.ACCOUNT_NOT_FOUND)\n    if account is None:",
)
faults.replace_source(
    "known_address_gets_another_account",
    "one_touch.known_address_keeps_its_account",
    one_touch_login._mail,
    "if account is None:",
    """if account is not None:
        call.tenant.accounts._unindex_email(address, account.uid)
        account = None
    if account is None:""",
)
faults.replace_source(
    "ping_does_not_wait",
    "one_touch.ping_answers_after_the_link",
    cross_device_login.ping,
    'if not waiting["opened"]:',
    'if not waiting["opened"] and flow is SMART_LOGIN:',
)
faults.replace_source(
    "link_works_twice",
    "one_touch.link_is_single_use",
    cross_device_login.open_link,
    'if waiting["taken"] or waiting["opened"]:',
    'if flow is SMART_LOGIN and (waiting["taken"] or waiting["opened"]):',
)
faults.replace_source(
    "texted_code_answers_no_session",
    "one_touch.sms_otp_answers_a_session",
    one_touch_login.log_in_by_code,
    'return finish(call, account, provider="Phone")',
    'body = finish(call, account, provider="Phone")\n    call.tenant.sessions.end_all(account)\n    return body',
)
faults.replace_source(
    "unknown_number_is_refused",
    "one_touch.sms_otp_answers_a_session",
    one_touch_login._text,
    "if account is None:",
    "if account is None:\n        raise ApiError(ErrorCode.ACCOUNT_NOT_FOUND)\n    if account is None:",
)
faults.replace_source(
    "any_captcha_is_right",
    "one_touch.wrong_captcha_is_refused",
    one_touch_login._require_captcha,
    "raise ApiError(ErrorCode.CAPTCHA_INCORRECT)",
    "pass",
)
faults.replace_source(
    "old_calls_mail_nothing",
    "one_touch.old_get_calls_still_start_it",
    one_touch_login.send_by_email_without_body,
    "return _mail(",
    'return {"IsPosted": True} or _mail(',
)
