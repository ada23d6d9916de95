"""The HTTP client of the API: requests, responses, signing, SOTT, TOTP, redaction and retries."""
