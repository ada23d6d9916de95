"""How much it bears: login and token validation under load, with answers checked and latency told truthfully.

Only `locustfile`, the user classes and the modules that say so import locust; the rest is plain Python.
"""
