"""One measured figure, beside what it is meant to be."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`target` is a comparison such as `<= 60`; empty where the figure is only told."""

    name: str
    measured: float
    unit: str
    target: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if not self.target:
            return None
        sign, _, bound = self.target.partition(" ")
        return {
            "<=": self.measured <= float(bound),
            "<": self.measured < float(bound),
            ">=": self.measured >= float(bound),
            "==": self.measured == float(bound),
        }[sign]
