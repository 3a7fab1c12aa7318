"""Dose voxel by voxel: engines behind one small interface."""

from lutetia.dosimetry.voxel.engine import VoxelEngine, dose_map
from lutetia.dosimetry.voxel.kernel import KernelEngine
from lutetia.dosimetry.voxel.local import LocalEngine

__all__ = ["KernelEngine", "LocalEngine", "VoxelEngine", "dose_map"]
