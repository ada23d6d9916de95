"""The state machine of an account, and a runner that walks it on a tenant."""
