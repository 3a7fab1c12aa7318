"""SimpleITK, imported on first use."""

from __future__ import annotations

from typing import Any

from lutetia.errors import MissingExtraError


def simpleitk_package() -> Any:
    """Return SimpleITK, or say how to install it."""
    try:
        import SimpleITK
    except ImportError:
        raise MissingExtraError("imaging", "aligning scans of different times") from None
    return SimpleITK
