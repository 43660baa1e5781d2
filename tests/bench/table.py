"""What is printed: one line a figure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One figure, what it counts, and a remark."""

    name: str
    figure: float
    unit: str
    remark: str = ""

    def text(self) -> str:
        """Return the line as it is printed."""
        figure = f"{self.figure:,.0f}" if self.figure >= 100 else f"{self.figure:.2f}"
        return f"{self.name:<28}{figure:>14} {self.unit:<12} {self.remark}"


def ratio(name: str, ours: float, bare: float, aim: str) -> Line:
    """Return how one compares with the other, beside what the design aims at."""
    return Line(f"{name} : bare", ours / bare, "ratio", f"design: {aim}")


def quantile(values: Sequence[float], share: float) -> float:
    """Return a quantile of sorted values."""
    return values[min(len(values) - 1, int(share * len(values)))]
