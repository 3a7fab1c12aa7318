"""From counts to becquerel: calibration, decay, regions, recovery."""

from lutetia.quantification.calibration import Sensitivity, counts_to_activity
from lutetia.quantification.cover import cover, visible_fraction
from lutetia.quantification.decay import DecayState, activity_at_scan, decay_factor
from lutetia.quantification.division import Division, divide
from lutetia.quantification.recovery import simple_recovery
from lutetia.quantification.region import CUT_OFF_BELOW, RegionActivity, covered_part, measure, measure_together

__all__ = [
    "CUT_OFF_BELOW",
    "DecayState",
    "Division",
    "RegionActivity",
    "Sensitivity",
    "activity_at_scan",
    "counts_to_activity",
    "cover",
    "covered_part",
    "decay_factor",
    "divide",
    "measure",
    "measure_together",
    "simple_recovery",
    "visible_fraction",
]
