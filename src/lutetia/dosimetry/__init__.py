"""From becquerel to gray: time-activity curves, mean and voxel doses of a cycle."""

from lutetia.dosimetry.cumulative import against_plan, cumulative
from lutetia.dosimetry.cycle import CycleInput, ScanInput, dose_of_cycle
from lutetia.dosimetry.organ import mean_dose_gy
from lutetia.dosimetry.time_activity import PopulationHalfLife, fit
from lutetia.dosimetry.uncertainty import UncertaintyInput
from lutetia.dosimetry.voxel import KernelEngine, LocalEngine, MonteCarloEngine, VoxelEngine

__all__ = [
    "CycleInput",
    "KernelEngine",
    "LocalEngine",
    "MonteCarloEngine",
    "PopulationHalfLife",
    "ScanInput",
    "UncertaintyInput",
    "VoxelEngine",
    "against_plan",
    "cumulative",
    "dose_of_cycle",
    "fit",
    "mean_dose_gy",
]
