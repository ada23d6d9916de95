"""Read the mail and SMS that a tenant sends."""
