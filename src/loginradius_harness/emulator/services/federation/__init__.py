"""OAuth 2 and OpenID Connect of a tenant's apps, with Authlib as the authorization server and joserfc for tokens.

Both libraries load with the first request that needs them: they take 150 ms of start-up.

Source: product-facts.md#federation.
"""
