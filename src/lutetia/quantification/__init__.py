"""From counts to becquerel: calibration, decay, regions, recovery."""

from lutetia.quantification.calibration import (
    Sensitivity,
    SensitivityBudget,
    counts_to_activity,
    sensitivity_of_source,
)
from lutetia.quantification.cover import cover, visible_fraction
from lutetia.quantification.dead_time import CountLoss, DeadTime, count_loss
from lutetia.quantification.decay import DecayState, activity_at_scan, decay_factor
from lutetia.quantification.division import Division, divide
from lutetia.quantification.recovery import RecoverySlope, background_ratio, recovery_slope, simple_recovery
from lutetia.quantification.recovery_by_volume import (
    RecoveryAt,
    RecoveryByVolume,
    fit_recovery,
    recovery_of_volume,
)
from lutetia.quantification.region import CUT_OFF_BELOW, RegionActivity, covered_part, measure, measure_together
from lutetia.quantification.whole_field import FieldTotal, WholeField, fields_against_given

__all__ = [
    "CUT_OFF_BELOW",
    "CountLoss",
    "DeadTime",
    "DecayState",
    "Division",
    "FieldTotal",
    "RecoveryAt",
    "RecoveryByVolume",
    "RecoverySlope",
    "RegionActivity",
    "Sensitivity",
    "SensitivityBudget",
    "WholeField",
    "activity_at_scan",
    "background_ratio",
    "count_loss",
    "counts_to_activity",
    "cover",
    "covered_part",
    "decay_factor",
    "divide",
    "fields_against_given",
    "fit_recovery",
    "measure",
    "measure_together",
    "recovery_of_volume",
    "recovery_slope",
    "sensitivity_of_source",
    "simple_recovery",
    "visible_fraction",
]
