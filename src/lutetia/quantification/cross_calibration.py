"""How much activity was in a phantom, and does the camera agree with the activity meter?

An activity meter is calibrated for one geometry; another syringe, vial or filling needs a factor. Whatever its error,
it is shared by the administered activity and by a camera calibrated with the same meter. Sources: MIRD pamphlet 26,
J Nucl Med 2016;57:151; IAEA Technical Reports Series 454, Quality Assurance for Radioactivity Measurement (2006).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from math import hypot, isfinite
from typing import Final

from lutetia.errors import InputError
from lutetia.quantification.decay import decay_factor

AGREE_WITHIN_SIGMAS: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GeometryFactor:
    """What a reading of the activity meter is multiplied by, for one geometry.

    Attributes
    ----------
    value : float
        Activity over reading.
    relative_sigma : float
    geometry : str
        The container and its filling, in words.
    measured_on : date
    """

    value: float
    relative_sigma: float
    geometry: str
    measured_on: date

    def __post_init__(self) -> None:
        if not (0.5 <= self.value <= 2 and 0 <= self.relative_sigma < 1):
            raise InputError(
                f"factor of the activity meter for {self.geometry}",
                f"{self.value:g} with a relative uncertainty of {self.relative_sigma:g} is implausible",
                "state activity over reading, between 0.5 and 2, and its uncertainty as a part of 1",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterReading:
    """One reading of the activity meter.

    Attributes
    ----------
    mbq : float
        As read, at least 0 [MBq].
    at : datetime
        With offset.
    """

    mbq: float
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownActivity:
    """Activity of a source at a time.

    Attributes
    ----------
    mbq : float
    at : datetime
    relative_sigma : float
        Of the activity meter and of the geometry's factor.
    """

    mbq: float
    at: datetime
    relative_sigma: float


def at_time(known: KnownActivity, wanted: datetime, *, half_life_h: float, what: str = "acquisition") -> KnownActivity:
    """Bring an activity to a later time by decay.

    Raises
    ------
    InputError
        If the time wanted lies before the reading: the source need not have been there yet.
    """
    hours = (wanted - known.at).total_seconds() / 3600
    if hours < 0:
        raise InputError(
            what,
            f"it begins {-hours:.2f} h before the activity was measured",
            "check both clocks and their time zones; give the reading that was taken before filling",
            "a source is measured, filled in, and then imaged",
        )
    return KnownActivity(
        mbq=known.mbq * decay_factor(hours, half_life_h), at=wanted, relative_sigma=known.relative_sigma
    )


def filled_activity(
    before: MeterReading,
    after: MeterReading,
    *,
    half_life_h: float,
    relative_sigma: float,
    geometry: GeometryFactor | None = None,
) -> KnownActivity:
    """Return what was filled in, at the time of the first reading.

    Parameters
    ----------
    before, after : MeterReading
        The syringe before and after; a residual that is nothing is stated as 0.
    half_life_h : float
        Physical half-life [h].
    relative_sigma : float
        Relative standard uncertainty of the activity meter; common to both readings.
    geometry : GeometryFactor, optional
        Without one the readings are taken as they are.

    Raises
    ------
    InputError
        If a reading is impossible, or more is left than there was.
    """
    for reading in (before, after):
        if not (isfinite(reading.mbq) and reading.mbq >= 0):
            raise InputError("syringe", f"a reading of {reading.mbq} MBq is impossible", "state what the meter showed")
    hours = (after.at - before.at).total_seconds() / 3600
    if hours < 0:
        raise InputError("syringe", f"it was read as empty {-hours:.2f} h before it was read as full", "swap the times")
    left = after.mbq / decay_factor(hours, half_life_h)
    if left >= before.mbq:
        raise InputError(
            "syringe",
            f"{left:.4g} MBq were left of {before.mbq:.4g} MBq",
            "check both readings and their units (kBq, MBq, GBq)",
        )
    factor = 1.0 if geometry is None else geometry.value
    sigma = relative_sigma if geometry is None else hypot(relative_sigma, geometry.relative_sigma)
    return KnownActivity(mbq=factor * (before.mbq - left), at=before.at, relative_sigma=sigma)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossCalibration:
    """The activity meter's activity over the camera's, for a camera whose images are in Bq/mL already.

    Attributes
    ----------
    factor : float
    relative_sigma : float
    measured_on : date
    """

    factor: float
    relative_sigma: float
    measured_on: date

    @property
    def agrees(self) -> bool:
        """Whether camera and activity meter agree within twice the standard uncertainty."""
        return abs(self.factor - 1) <= AGREE_WITHIN_SIGMAS * self.relative_sigma * self.factor


def cross_calibrate(known_mbq: float, seen_mbq: float, *, relative_sigma: float, measured_on: date) -> CrossCalibration:
    """Compare what the activity meter says with what the image shows of the same source at the same time.

    Raises
    ------
    InputError
        If either shows nothing, or they are so far apart that a unit was mistaken.
    """
    if not (known_mbq > 0 and seen_mbq > 0):
        raise InputError("cross-calibration", "one of both shows no activity", "give the image of the filled phantom")
    factor = known_mbq / seen_mbq
    if not 0.1 <= factor <= 10:
        raise InputError(
            "cross-calibration",
            f"the activity meter says {known_mbq:.4g} MBq and the image {seen_mbq:.4g} MBq",
            "check the unit of the readings (kBq, MBq, GBq) and that the image is of this phantom",
            "no camera is wrong by a factor of ten",
        )
    return CrossCalibration(factor=factor, relative_sigma=relative_sigma, measured_on=measured_on)
