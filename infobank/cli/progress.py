"""A progress bar on a terminal, and silence everywhere else."""

from dataclasses import dataclass
from typing import TextIO

WIDTH = 30


@dataclass
class Progress:
    """Show how far a long piece of work has come."""

    name: str
    stream: TextIO
    _shown: bool = False

    def show(self, done: int, total: int) -> None:
        """Draw the bar anew."""
        if not self.stream.isatty():
            return
        share = min(1.0, done / total) if total else 1.0
        bar = "█" * int(share * WIDTH)
        self.stream.write(f"\r{self.name} {bar:<{WIDTH}} {share:4.0%}")
        self.stream.flush()
        self._shown = True

    def close(self) -> None:
        """Leave the line, so that what is said next stands on its own."""
        if self._shown:
            self.stream.write("\n")
            self._shown = False
