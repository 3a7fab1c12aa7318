"""Arrays that know their place: geometry, volumes, masks, contours, resampling."""

from lutetia.volume.contour import ContourError, Contours, coverage, rasterise
from lutetia.volume.deformation import (
    Deformation,
    deformed_mask,
    deformed_volume,
    nodes_of,
    undeformed_volume,
)
from lutetia.volume.geometry import Geometry
from lutetia.volume.grid import Coverage, Mask, Volume
from lutetia.volume.index_map import parallel
from lutetia.volume.outline import outline
from lutetia.volume.resample import FrameOfReferenceError, resample, resample_mask
from lutetia.volume.rigid import Rigid, moved_geometry, moved_mask, moved_volume

__all__ = [
    "ContourError",
    "Contours",
    "Coverage",
    "Deformation",
    "FrameOfReferenceError",
    "Geometry",
    "Mask",
    "Rigid",
    "Volume",
    "coverage",
    "deformed_mask",
    "deformed_volume",
    "moved_geometry",
    "moved_mask",
    "moved_volume",
    "nodes_of",
    "outline",
    "parallel",
    "rasterise",
    "resample",
    "resample_mask",
    "undeformed_volume",
]
