"""Where are photons followed?"""

from __future__ import annotations

from typing import Literal

Device = Literal["cpu", "cuda"]
"""``cpu``: every core of the processor. ``cuda``: an NVIDIA device; refused where there is none."""
