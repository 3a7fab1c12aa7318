"""From a few samples of activity to its integral over all time."""

from lutetia.dosimetry.time_activity.fit import fit
from lutetia.dosimetry.time_activity.single import PopulationHalfLife

__all__ = ["PopulationHalfLife", "fit"]
