"""Where is a result written? Into a folder of its own, never among what is there."""

from __future__ import annotations

from pathlib import Path

from lutetia.errors import InputError


def require_empty(folder: Path) -> None:
    """Make a folder, or refuse one in which something is already.

    Raises
    ------
    InputError
        If it holds anything or cannot be made.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(str(folder), "there is something in it already", "name a new folder, or empty this one")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as reason:
        raise InputError(str(folder), f"it cannot be made ({reason.strerror})", "choose another place") from reason
