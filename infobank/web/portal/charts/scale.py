"""Where a number stands on an axis, and which round numbers to write beside it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Place the numbers 0..`top` on the pixels `start`..`end` (which may run backwards)."""

    top: int
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return the pixel of a number; numbers off the axis are put at its ends."""
        share = min(max(value / self.top, 0.0), 1.0)
        return self.start + share * (self.end - self.start)


def ticks(highest: int, most: int) -> tuple[int, ...]:
    """Return 0 and equal round steps up to at least `highest`: at most `most` + 1 numbers."""
    wanted = max(highest, 1)
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            count = -(-wanted // step)
            if count <= most:
                return tuple(step * number for number in range(count + 1))
        power *= 10


def trimmed(number: str) -> str:
    """Return a decimal text without zeros after its point: `2.50` becomes `2.5`."""
    return number.rstrip("0").rstrip(".") if "." in number else number


def px(value: float) -> str:
    """Return a pixel as SVG writes it, to a tenth."""
    return trimmed(f"{value:.1f}")
