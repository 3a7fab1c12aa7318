"""How a camera's counts become becquerels: one calibration of one camera, with its uncertainty and validity."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from lutetia.fileform import Day, Length, Misfit, MisfitError, Part

Words = Annotated[str, Field(min_length=1)]

LEAST_CPS_PER_MBQ, MOST_CPS_PER_MBQ = 0.5, 500.0
"""No gamma camera counts less or more of 177Lu [cps/MBq]; beyond, the unit was mistaken (cps/kBq, cpm)."""
FINEST_MM, COARSEST_MM = 1.0, 40.0
ROUNDED = 1.01
"""Figures in a file are rounded."""


class EnergyWindow(Part):
    """An energy window around a photopeak [keV]."""

    lower_kev: float = Field(gt=0, lt=1000)
    upper_kev: float = Field(gt=0, lt=1000)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.lower_kev >= self.upper_kev:
            text = f"the window ends ({self.upper_kev:g} keV) where it has not begun ({self.lower_kev:g} keV)"
            raise MisfitError([Misfit(("upper_kev",), f"{text}; exchange the two")])
        return self


class SensitivityStated(Part):
    """Counts per second for each MBq, and its relative standard uncertainty (0.03 for 3 %)."""

    value: float = Field(ge=LEAST_CPS_PER_MBQ, le=MOST_CPS_PER_MBQ)
    unit: Literal["cps/MBq"]
    relative_sigma: float = Field(gt=0, lt=1)


class ActivityMeterStated(Part):
    """The activity meter that a calibration goes back to.

    Attributes
    ----------
    name : str
    relative_sigma : float
        Relative standard uncertainty of its readings.
    geometry_factor : float or None
        What its readings were multiplied by for the geometry they were taken in; None: nothing was.
    geometry : str or None
        That geometry, in words.
    read_on : date
    """

    name: Words
    relative_sigma: float = Field(ge=0, lt=0.5)
    geometry_factor: float | None = Field(default=None, ge=0.5, le=2)
    geometry: Words | None = None
    read_on: Day


class UncertaintyParts(Part):
    """Where ``sensitivity.relative_sigma`` comes from: relative standard uncertainties of what belongs to it."""

    counting: float = Field(ge=0, lt=1)
    activity: float = Field(ge=0, lt=1)
    volume: float | None = Field(default=None, ge=0, lt=1)
    region: float | None = Field(default=None, ge=0, lt=1)
    dead_time: float | None = Field(default=None, ge=0, lt=1)


class DeadTimeStated(Part):
    """The dead time of one head, as the site measured it; without it lost counts are not given back.

    Attributes
    ----------
    model : {"non-paralysable", "paralysable"}
    tau_us : float
        For one event [us].
    rate : {"window", "all energies"}
        Which events tau is counted against.
    relative_sigma : float or None
    source : str
    """

    model: Literal["non-paralysable", "paralysable"]
    tau_us: float = Field(ge=0.05, le=100)
    rate: Literal["window", "all energies"]
    relative_sigma: float | None = Field(default=None, gt=0, lt=1)
    source: Words


class RecoveryStated(Part):
    """Recovery by volume, ``R(V) = 1 - 1/(1 + (V/b)^a)``, as fitted to spheres of a phantom.

    Attributes
    ----------
    a, b_ml : float
        Exponent, and the volume of which half is recovered [mL].
    variance_a, variance_b, covariance : float
        Of a, of b [mL^2], between both [mL].
    smallest_ml, largest_ml : float
        Of the spheres [mL].
    source : str
    """

    a: float = Field(gt=0)
    b_ml: float = Field(gt=0)
    variance_a: float = Field(ge=0)
    variance_b: float = Field(ge=0)
    covariance: float
    smallest_ml: float = Field(gt=0)
    largest_ml: float = Field(gt=0)
    source: Words

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.smallest_ml >= self.largest_ml:
            text = f"the largest sphere ({self.largest_ml:g} mL) is not larger than the smallest; exchange the two"
            raise MisfitError([Misfit(("largest_ml",), text)])
        if self.covariance**2 > self.variance_a * self.variance_b * ROUNDED:
            text = f"{self.covariance:g} is more than the variances of a and b allow; take all three from one fit"
            raise MisfitError([Misfit(("covariance",), text)])
        return self


class Calibration(Part):
    """One calibration of one camera.

    Attributes
    ----------
    manufacturer, model, serial : str
        As the camera writes them into its images.
    reconstruction : str
        The reconstruction it holds for, in words: algorithm, iterations, corrections.
    sensitivity_of : {"system", "head"}
        Whether ``sensitivity`` is that of all heads together or of one; ``heads`` counts them.
    resolution_fwhm : Length or None
        Resolution of images reconstructed so; without it no recovery is computed.
    valid_from, valid_to : date
        Without ``valid_to`` it holds until another replaces it.
    activity_meter : ActivityMeterStated or None
        What it goes back to.
    uncertainty : UncertaintyParts or None
        Where ``sensitivity.relative_sigma`` comes from.
    dead_time : DeadTimeStated or None
    recovery : RecoveryStated or None
        By volume; an alternative to the recovery by ``resolution_fwhm``.
    """

    format: Literal["lutetia-calibration/1"]
    id: Words
    manufacturer: Words
    model: Words
    serial: Words | None = None
    collimator: Words
    nuclide: Words
    energy_windows: Annotated[tuple[EnergyWindow, ...], Field(min_length=1, strict=False)]
    reconstruction: Words
    sensitivity: SensitivityStated
    sensitivity_of: Literal["system", "head"]
    heads: int = Field(ge=1, le=12)
    resolution_fwhm: Length | None = None
    valid_from: Day
    valid_to: Day | None = None
    source: str | None = None
    activity_meter: ActivityMeterStated | None = None
    uncertainty: UncertaintyParts | None = None
    dead_time: DeadTimeStated | None = None
    recovery: RecoveryStated | None = None

    @model_validator(mode="after")
    def _plausible(self) -> Self:
        misfits = []
        if self.valid_to is not None and self.valid_to < self.valid_from:
            text = f"it ends ({self.valid_to}) before it begins ({self.valid_from}); correct one of the two"
            misfits.append(Misfit(("valid_to",), text))
        fwhm = self.resolution_fwhm
        if fwhm is not None and not FINEST_MM <= fwhm.to("mm") <= COARSEST_MM:
            text = f"{fwhm} is no resolution of a camera; write {FINEST_MM:g} to {COARSEST_MM:g} mm"
            misfits.append(Misfit(("resolution_fwhm",), text))
        if misfits:
            raise MisfitError(misfits)
        return self

    @property
    def system_cps_per_mbq(self) -> float:
        """Sensitivity of all heads together [cps/MBq]."""
        return self.sensitivity.value * (self.heads if self.sensitivity_of == "head" else 1)

    def holds_on(self, day: date) -> bool:
        """Whether it is valid on a day, both ends included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
