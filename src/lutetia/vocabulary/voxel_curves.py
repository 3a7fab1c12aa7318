"""How are decays spread within a region of the dose map?"""

from __future__ import annotations

from typing import Literal

VoxelCurves = Literal["of the region", "fitted", "integrated"]
"""``of the region``: the reference scan times one curve. ``fitted``: one exponential for each voxel, drawn towards its
region where counts are poor. ``integrated``: straight lines between the scans, the region's curve before and after."""
