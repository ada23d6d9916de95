"""The profile as a locust shape: locust asks each second how many users it should keep."""

from locust import LoadTestShape, User

from loginradius_harness.load.locust_plugin.coordinator import Coordinator


class ProfileShape(LoadTestShape):
    """Passes locust's question on to the chief. A worker has none: it is never asked."""

    abstract = False
    chief: Coordinator | None = None

    def tick(self) -> tuple[int, float, list[type[User]] | None] | None:
        """Users, how fast they come and go, and which; None ends the test."""
        return self.chief.tick() if self.chief else None
