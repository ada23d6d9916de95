"""One measured figure and its target."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`target` is a comparison such as `<= 60`, or empty if there is none."""

    name: str
    measured: float
    unit: str
    target: str = ""

    @property
    def met(self) -> bool | None:
        """Return whether the target is met; None if there is none."""
        if not self.target:
            return None
        sign, _, bound = self.target.partition(" ")
        return {
            "<=": self.measured <= float(bound),
            "<": self.measured < float(bound),
            ">=": self.measured >= float(bound),
            "==": self.measured == float(bound),
        }[sign]
