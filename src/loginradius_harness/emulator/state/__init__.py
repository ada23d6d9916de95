"""The state of a tenant: accounts, sessions, codes, messages, webhooks."""
