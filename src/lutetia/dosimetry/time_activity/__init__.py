"""From a few samples of activity to its integral over all time."""

from lutetia.dosimetry.time_activity.fit import fit
from lutetia.dosimetry.time_activity.method import TimeActivityChoice
from lutetia.dosimetry.time_activity.population import PopulationHalfLife, published

__all__ = ["PopulationHalfLife", "TimeActivityChoice", "fit", "published"]
