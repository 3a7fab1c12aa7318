"""How much activity does a count stand for?

Source: MIRD pamphlet 23, J Nucl Med 2012;53:1310 (quantitative SPECT); MIRD pamphlet 26, J Nucl Med 2016;57:151 (the
same for 177Lu). Lost counts are given back only where a dead time is stated; else the sensitivity is to be measured at
count rates like the patient's.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, sqrt

from lutetia.errors import InputError
from lutetia.quantification.decay import mean_over_acquisition
from lutetia.volume import Volume


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """Counts of the reconstructed image per activity and time, as a site measured it.

    Attributes
    ----------
    cps_per_mbq : float
        Counts per second of acquisition and MBq [1/s/MBq]; positive.
    relative_sigma : float or None
        Relative standard uncertainty; None where none was stated. It is common to all scans, so it moves every dose and
        no half-life.
    name : str
        Which calibration this is, for traceability.
    """

    cps_per_mbq: float
    relative_sigma: float | None = None
    name: str = ""

    def __post_init__(self) -> None:
        if not (isfinite(self.cps_per_mbq) and self.cps_per_mbq > 0):
            raise InputError(
                f"calibration {self.name}".strip(),
                f"a sensitivity of {self.cps_per_mbq} cps/MBq is impossible",
                "state the measured sensitivity in counts per second and MBq",
            )


def counts_to_activity(
    counts: Volume, *, sensitivity: Sensitivity, duration_s: float, half_life_h: float, count_loss: float = 1.0
) -> Volume:
    """Turn a reconstructed image in counts into activity at the start of the acquisition.

    Parameters
    ----------
    counts : Volume
        Counts in each voxel, collected over ``duration_s``.
    sensitivity : Sensitivity
    duration_s : float
        Time during which the counts were collected, for one bed position [s].
    half_life_h : float
        Physical half-life [h].
    count_loss : float
        What the counts are multiplied by for those lost in dead time
        (:func:`lutetia.quantification.dead_time.count_loss`); at least 1.

    Returns
    -------
    Volume
        Activity concentration at the start [Bq/mL]; the decay during the acquisition is undone.

    Raises
    ------
    InputError
        If the duration is not positive.
    """
    if counts.unit != "count":
        raise ValueError(f"counts are needed, not {counts.unit}")
    if not (isfinite(count_loss) and count_loss >= 1):
        raise ValueError(f"lost counts are given back by a factor of at least 1, not {count_loss}")
    if not (isfinite(duration_s) and duration_s > 0):
        raise InputError(
            "SPECT series", f"an acquisition of {duration_s} s is impossible", "state its duration in seconds"
        )
    mean_to_start = 1 / mean_over_acquisition(duration_s, half_life_h)
    bq_per_count = 1e6 * count_loss / (sensitivity.cps_per_mbq * duration_s) * mean_to_start
    return counts.with_values(counts.values * (bq_per_count / counts.geometry.voxel_ml), "Bq/mL")


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitivityBudget:
    """Where the uncertainty of a measured sensitivity comes from; relative standard uncertainties.

    A part that does not belong to the measurement, or is not known, is None and not in the total.

    Attributes
    ----------
    counting : float
        Poisson.
    activity : float
        Of the activity meter, and of its factor for the syringe.
    volume : float or None
        Of the phantom.
    region : float or None
        Of the choice of the region, and of what is not uniform in it.
    dead_time : float or None
        Of the correction for lost counts.
    """

    counting: float
    activity: float
    volume: float | None = None
    region: float | None = None
    dead_time: float | None = None

    @property
    def total(self) -> float:
        """All together, as independent."""
        parts = (self.counting, self.activity, self.volume, self.region, self.dead_time)
        return sqrt(sum(part**2 for part in parts if part is not None))


def sensitivity_of_source(
    counts: float, *, mbq_at_start: float, duration_s: float, half_life_h: float, count_loss: float = 1.0
) -> float:
    """Return the sensitivity from a source of known activity [1/s/MBq].

    Parameters
    ----------
    counts : float
        Of the source, or per mL of it.
    mbq_at_start : float
        Activity when the acquisition started, or that in each mL [MBq].
    duration_s : float
        Length of the acquisition: projections of one head times their duration, whatever the number of heads [s].
    half_life_h : float
        Physical half-life [h].
    count_loss : float
        What the counts are multiplied by for those lost in dead time.
    """
    return counts * count_loss / (duration_s * mbq_at_start * mean_over_acquisition(duration_s, half_life_h))
