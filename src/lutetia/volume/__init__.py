"""Arrays that know their place: geometry, volumes, masks, resampling."""

from lutetia.volume.geometry import Geometry
from lutetia.volume.grid import Mask, Volume

__all__ = ["Geometry", "Mask", "Volume"]
