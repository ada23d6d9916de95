"""The product's refusals."""

from typing import Any

from loginradius_harness import contracts


class ApiError(Exception):
    """A product error. `extra` members (Data, Errors ...) join the envelope (product-facts.md#errors)."""

    def __init__(self, code: int, description: str | None = None, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.description = description
        self.extra = extra

    @property
    def status(self) -> int:
        """Return the HTTP status of the code."""
        return contracts.error_definitions()[self.code].status

    def envelope(self) -> dict[str, Any]:
        """Return the body of the refusal."""
        meaning = contracts.error_definitions()[self.code].meaning
        return {
            "Description": self.description or meaning,
            "ErrorCode": self.code,
            "Message": meaning,
            "IsProviderError": False,
            "ProviderErrorResponse": None,
            **self.extra,
        }
