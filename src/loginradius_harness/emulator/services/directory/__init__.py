"""The directory: what a query finds among users and records, page by page, and figures about users."""
