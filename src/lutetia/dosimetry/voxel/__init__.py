"""Dose voxel by voxel: engines behind one small interface."""

from lutetia.dosimetry.voxel.engine import VoxelEngine, dose_map
from lutetia.dosimetry.voxel.kernel import KernelEngine
from lutetia.dosimetry.voxel.local import LocalEngine
from lutetia.dosimetry.voxel.monte_carlo import MonteCarloEngine

__all__ = ["KernelEngine", "LocalEngine", "MonteCarloEngine", "VoxelEngine", "dose_map"]
