"""Load tests: login and token validation under load, every answer checked, latency measured from the intended start.

Only `locust_plugin` imports locust; the rest is plain Python.
"""
