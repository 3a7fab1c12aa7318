"""How a long workflow tells what it is doing; the faces decide how that looks."""

from __future__ import annotations

from typing import Protocol


class Tell(Protocol):
    """Called with what is being done, and with the part done (0 to 1) where it is known."""

    def __call__(self, what: str, done: float | None = None) -> None:
        """Take a note of progress."""
        ...


def silently(what: str, done: float | None = None) -> None:
    """Tell nobody."""
