"""What messages say, and the types of templates that write them (product-facts.md#message-templates)."""

TEXTS = {  # kind of message -> its subject and text
    "emailverification": ("Confirm your address", "Please confirm the address that you registered with."),
    "addemail": ("Confirm your new address", "Please confirm the address that was added to your account."),
    "forgotpassword": ("Set a new password", "A new password was requested for your account."),
    "forgotpin": ("Set a new PIN", "A new PIN was requested for your account."),
    "forgotpasskey": ("Create a new passkey", "A passkey in place of a lost one was requested for your account."),
    "invitation": ("You are invited", "You are invited to an organization. Register or log in to accept."),
    "deleteuser": ("Delete your account", "Please confirm that your account and all its data are to be deleted."),
    "passwordlesslogin": ("Log in", "A log-in without a password was requested."),
    "smartlogin": ("Log in", "A log-in on another device was requested. Confirm it here."),
    "onetouchlogin": ("Log in", "A one-touch log-in was requested."),
    "autologin": ("Log in", "A log-in by link was requested."),
    "secondfactor": ("Your log-in code", "Enter this code to complete the log-in."),
    "mfaenrolment": ("Your set-up code", "Enter this code to use this address or number as a second factor."),
    "stepup": ("Your confirmation code", "Enter this code to confirm your identity."),
    "stepupotp": ("Your confirmation code", "Enter this code to confirm your identity; no second factor is needed."),
    "addphone": ("Confirm your new number", "Enter this code to confirm the number that was added to your account."),
    "phoneidverification": ("Confirm your number", "Enter this code to confirm your number."),
    "welcome": ("Welcome", "Your account is ready."),
    "passwordreset": ("Your password was reset", "If you did not do this, contact support."),
    "passwordchange": ("Your password was changed", "If you did not do this, contact support."),
    "addpasskey": ("A passkey was added", "If you did not do this, contact support."),
    "deletepasskey": ("A passkey was deleted", "If you did not do this, contact support."),
    "riskbrowser": ("Log-in from a new browser", "If you did not do this, change your password."),
    "riskip": ("Log-in from a new address", "If you did not do this, change your password."),
    "socialmessage": ("A message from a contact", "Sent through a social provider."),
}

# Channel -> kind of message -> type of the templates that write it (inferred).
TYPES = {
    "mail": {
        "emailverification": "registration",
        "addemail": "add_email",
        "forgotpassword": "forgotpassword",
        "forgotpin": "forgotpin",
        "forgotpasskey": "forget_passkey",
        "invitation": "invite_user_to_organization",
        "deleteuser": "deleteaccount",
        "passwordlesslogin": "oneclicksignin",
        "smartlogin": "autologin",
        "autologin": "autologin",
        "onetouchlogin": "noregistrationpasswordlesslogin",
        "secondfactor": "secondfactorauthentication",
        "mfaenrolment": "secondfactorauthentication",
        "stepup": "secondfactorauthentication",
        "stepupotp": "secondfactorauthentication",
        "welcome": "welcome",
        "passwordreset": "resetpassword",
        "addpasskey": "add_passkey",
        "deletepasskey": "delete_passkey",
        "riskbrowser": "suspicious_browser_email_to_user",
        "riskip": "suspicious_ip_email_to_user",
    },
    "sms": {
        "phoneidverification": "verification",
        "addphone": "changephoneno",
        "forgotpassword": "forgotpassword",
        "forgotpin": "forgotpin",
        "deleteuser": "deleteuser",
        "passwordlesslogin": "onetimepasscode",
        "onetouchlogin": "noregistrationpasswordlesslogin",
        "secondfactor": "secondfactorauthentication",
        "mfaenrolment": "secondfactorauthentication",
        "stepup": "secondfactorauthentication",
        "stepupotp": "secondfactorauthentication",
    },
}
# Channel -> types of messages that the emulator does not send.
UNSENT = {
    "mail": (
        "forgotprovider",
        "suspicious_city_email_to_user",
        "suspicious_country_email_to_user",
        "risk_identified_to_admin",
        "suspicious_device_email_to_user",
        "breached_password",
        "admin_notification_breached_password",
    ),
    "sms": (
        "welcome",
        "resetpassword",
        "suspicious_ip_sms_to_user",
        "suspicious_city_sms_to_user",
        "suspicious_country_sms_to_user",
        "suspicious_browser_sms_to_user",
        "suspicious_device_sms_to_user",
        "breached_password",
    ),
}


def types(channel: str) -> list[str]:
    """Return every type of template of a channel."""
    return list(dict.fromkeys([*TYPES[channel].values(), *UNSENT[channel]]))
