"""SimpleITK, imported on first use."""

from __future__ import annotations

from typing import Any

from lutetia.errors import MissingExtraError


def simpleitk_package(needed_for: str = "aligning scans of different times") -> Any:
    """Return SimpleITK, or say how to install it."""
    try:
        import SimpleITK
    except ImportError:
        raise MissingExtraError("imaging", needed_for) from None
    return SimpleITK
