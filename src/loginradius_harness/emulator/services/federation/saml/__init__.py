"""SAML 2.0 of a tenant. Its libraries load with the first request that needs them: they take 100 ms of start-up.

Source: product-facts.md#saml.
"""
