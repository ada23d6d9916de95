"""The profile as a locust shape: locust asks each second how many users it should keep."""

from locust import LoadTestShape, User

from loadtests.chief import Chief


class ProfileShape(LoadTestShape):
    """Passes locust's question on to the chief. A worker has none: it is never asked."""

    abstract = False
    chief: Chief | None = None

    def tick(self) -> tuple[int, float, list[type[User]] | None] | None:
        """Users, how fast they come and go, and which; None ends the test."""
        return self.chief.tick() if self.chief else None
