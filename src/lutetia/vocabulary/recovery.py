"""How is the activity that an image loses over a region's edge given back?"""

from __future__ import annotations

from typing import Literal

RecoveryMethod = Literal["by resolution", "by volume", "none"]
"""``by resolution``: from the region's own contour, its neighbours and the resolution of the image. ``by volume``: from
a curve that was fitted to spheres of a phantom. ``none``: nothing is given back."""
